import { type KeyObject, randomBytes } from 'node:crypto'
import { exportPrivateKey, importPrivateKey, type MasterKey } from '../../keys/index.ts'
import { type KeyPairId, newId } from '../../model/index.ts'
import { type Certificate, decodeCertificate } from '../../protocol/x509/index.ts'
import {
  type Db,
  findActiveKeyPair,
  insertKeyPair,
  isUniqueViolation,
  type KeyPair,
  retireKeyPair,
  transact,
} from '../../store/index.ts'

/** What a key of the server does. */
export type KeyRole = 'root' | 'issuing' | 'ra' | 'profile-signer' | 'tls'

/** A private key of the server, unsealed, with its certificate. */
export interface HeldKey {
  readonly id: KeyPairId
  readonly certificate: Certificate
  readonly privateKey: KeyObject
}

export interface KeyVault {
  readonly db: Db
  readonly masterKey: MasterKey
}

export const findHeldKey = async (
  { db, masterKey }: KeyVault,
  role: KeyRole,
): Promise<HeldKey | undefined> => {
  const found = await findActiveKeyPair(db, role)
  return found && unseal(masterKey, found)
}

/**
 * Stores a key under its role in place of `replaces`. Another process that was faster wins: then its key
 * is returned.
 */
export const holdKey = async (
  vault: KeyVault,
  key: Omit<HeldKey, 'id'> & { readonly role: KeyRole; readonly now: number },
  replaces: HeldKey | undefined,
): Promise<HeldKey> => {
  const { role, certificate, privateKey, now } = key
  const id = newId('keyPair', now)
  const sealedPrivateKey = vault.masterKey.seal(exportPrivateKey(privateKey), sealContext(id))
  try {
    await transact(vault.db, async (tx) => {
      if (replaces !== undefined) await retireKeyPair(tx, replaces.id, now)
      await insertKeyPair(tx, {
        id,
        role,
        certificate: certificate.bytes,
        sealedPrivateKey,
        createdAt: now,
      })
    })
  } catch (error) {
    const winner = isUniqueViolation(error, 'key_pair_role')
      ? await findHeldKey(vault, role)
      : undefined
    if (winner === undefined) throw error
    return winner
  }
  return { id, certificate, privateKey }
}

const unseal = (masterKey: MasterKey, stored: KeyPair): HeldKey => ({
  id: stored.id,
  certificate: decodeCertificate(stored.certificate),
  privateKey: importPrivateKey(masterKey.open(stored.sealedPrivateKey, sealContext(stored.id))),
})

const sealContext = (row: KeyPairId) =>
  ({ table: 'key_pair', row, column: 'sealed_private_key' }) as const

const SERIAL_BYTES = 16

/** A serial number: 126 random bits, always positive, always 16 octets (RFC 5280 §4.1.2.2). */
export const newSerialNumber = (): Uint8Array => {
  const serial = randomBytes(SERIAL_BYTES)
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  return serial
}
