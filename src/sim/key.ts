import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  privateDecrypt,
  randomBytes,
  sign,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { Decrypter, Signer } from '../protocol/cms/index.ts'
import type { Certificate } from '../protocol/x509/index.ts'
import { SimError } from './sim-error.ts'

const generateOnThread = promisify(generateKeyPair)
const signOnThread = promisify(sign)

/** A private RSA key of a simulated device or of its CA. */
export interface RsaKey {
  readonly signer: Signer
  readonly decrypter: Decrypter
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array
  /** RSAPublicKey (RFC 8017 appendix A.1.1), DER: what Apple makes its transactionID of. */
  readonly rsaPublicKey: Uint8Array
  /** PKCS#8, PEM. */
  toPem(): string
}

export const generateRsaKey = async (bits: number): Promise<RsaKey> => {
  const { privateKey } = await generateOnThread('rsa', { modulusLength: bits })
  return createRsaKey(privateKey)
}

/** @throws SimError `key_file` if it is not an RSA key, unencrypted, in PEM */
export const parseRsaKey = (pem: string): RsaKey => {
  try {
    return createRsaKey(createPrivateKey(pem))
  } catch (cause) {
    throw new SimError('failed', 'key_file', 'the file holds no RSA key in PEM', { cause })
  }
}

/** Whether the certificate says whose key this is. */
export const isKeyOf = (key: RsaKey, { publicKey }: Certificate): boolean =>
  Buffer.compare(key.publicKey, publicKey.bytes) === 0

const createRsaKey = (key: KeyObject): RsaKey => {
  if (key.asymmetricKeyType !== 'rsa') throw new TypeError('an RSA key was expected')
  const publicObject = createPublicKey(key)
  const publicKey = publicObject.export({ type: 'spki', format: 'der' })
  return {
    publicKey,
    rsaPublicKey: publicObject.export({ type: 'pkcs1', format: 'der' }),
    signer: { algorithm: 'rsa', publicKey, sign: (data, hash) => signOnThread(hash, data, key) },
    decrypter: {
      publicKey,
      decrypt: (encryptedKey, _transport, keyLength) => decrypt(key, encryptedKey, keyLength),
    },
    toPem: () => key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

// A device knows PKCS#1 v1.5 only. What cannot be opened becomes a random key, as `Decrypter` demands.
const decrypt = (key: KeyObject, encryptedKey: Uint8Array, keyLength: number): Uint8Array => {
  const random = randomBytes(keyLength)
  try {
    const opened = privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, encryptedKey)
    return opened.length === keyLength ? opened : random
  } catch {
    return random
  }
}
