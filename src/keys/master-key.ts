import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { ServiceError } from '../errors.ts'

/** Where a sealed value lives. It opens nowhere else, so that no row can borrow another's secret. */
export type SealContext = { readonly table: string; readonly row: string; readonly column: string }

const MASTER_KEY_LENGTH = 32
const VERSION = 1
const NONCE_LENGTH = 12
const TAG_LENGTH = 16
const OVERHEAD = 1 + NONCE_LENGTH + TAG_LENGTH

/** The key under which secrets rest in the database. Keys for its uses are derived from it (RFC 5869). */
export class MasterKey {
  readonly #secret: KeyObject
  readonly #sealing: KeyObject
  readonly #macs = new Map<string, KeyObject>()

  /** @throws ServiceError `master_key_malformed` unless `secret` has 32 bytes */
  constructor(secret: Uint8Array) {
    if (secret.length !== MASTER_KEY_LENGTH) {
      throw new ServiceError('invalid', 'master_key_malformed', 'a master key has 32 bytes')
    }
    this.#secret = createSecretKey(secret)
    this.#sealing = this.#derive('seal')
  }

  /** AES-256-GCM: one byte of version, 12 of nonce, the ciphertext, 16 of tag. */
  seal(plain: Uint8Array, context: SealContext): Uint8Array {
    const nonce = randomBytes(NONCE_LENGTH)
    const cipher = createCipheriv('aes-256-gcm', this.#sealing, nonce)
    cipher.setAAD(additionalData(context))
    const ciphertext = [cipher.update(plain), cipher.final()]
    return Buffer.concat([Uint8Array.of(VERSION), nonce, ...ciphertext, cipher.getAuthTag()])
  }

  /** @throws ServiceError `unseal_failed` if the value was changed, moved, or sealed under another master key */
  open(sealed: Uint8Array, context: SealContext): Uint8Array {
    if (sealed.length < OVERHEAD || sealed[0] !== VERSION) throw unsealFailed()
    const nonce = sealed.subarray(1, 1 + NONCE_LENGTH)
    const decipher = createDecipheriv('aes-256-gcm', this.#sealing, nonce)
    decipher.setAAD(additionalData(context))
    decipher.setAuthTag(sealed.subarray(-TAG_LENGTH))
    const ciphertext = sealed.subarray(1 + NONCE_LENGTH, -TAG_LENGTH)
    try {
      return Buffer.concat([decipher.update(ciphertext), decipher.final()])
    } catch (cause) {
      throw unsealFailed({ cause })
    }
  }

  /**
   * HMAC-SHA-256 under a key of its own per purpose: what is stored and looked up in place of a challenge
   * or a token. `purpose` is a word of the calling code, never input.
   */
  mac(purpose: string, bytes: Uint8Array): Uint8Array {
    let key = this.#macs.get(purpose)
    if (key === undefined) {
      key = this.#derive(`mac ${purpose}`)
      this.#macs.set(purpose, key)
    }
    return createHmac('sha256', key).update(bytes).digest()
  }

  #derive(use: string): KeyObject {
    const bytes = hkdfSync('sha256', this.#secret, '', `windfall 1 ${use}`, MASTER_KEY_LENGTH)
    return createSecretKey(new Uint8Array(bytes))
  }
}

// JSON keeps the three apart whatever characters they contain.
const additionalData = ({ table, row, column }: SealContext): Uint8Array =>
  Buffer.from(JSON.stringify([table, row, column]))

const unsealFailed = (options?: ErrorOptions): ServiceError =>
  new ServiceError('unavailable', 'unseal_failed', 'a stored secret cannot be opened', options)
