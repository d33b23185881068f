import type { KeyPairId } from '../model/index.ts'
import type { Executor, Schema } from './schema.ts'

/** A key of the server with its certificate; the private key is sealed. */
export interface KeyPair {
  readonly id: KeyPairId
  /** What the key is for: `root`, `issuing`, `ra`, `profile-signer`, `tls`, … */
  readonly role: string
  readonly certificate: Uint8Array
  readonly sealedPrivateKey: Uint8Array
  readonly createdAt: number
  readonly retiredAt: number | null
}

/** Violates the unique index `key_pair_role` while another key pair of the role is active. */
export const insertKeyPair = async (
  db: Executor,
  keyPair: Omit<KeyPair, 'retiredAt'>,
): Promise<void> => {
  await db
    .insertInto('key_pair')
    .values({
      id: keyPair.id,
      role: keyPair.role,
      certificate: keyPair.certificate,
      sealed_private_key: keyPair.sealedPrivateKey,
      created_at: keyPair.createdAt,
    })
    .execute()
}

/** The key pair that does the work of `role`: the one not retired. */
export const findActiveKeyPair = async (
  db: Executor,
  role: string,
): Promise<KeyPair | undefined> => {
  const row = await db
    .selectFrom('key_pair')
    .select(['id', 'role', 'certificate', 'sealed_private_key', 'created_at', 'retired_at'])
    .where('role', '=', role)
    .where('retired_at', 'is', null)
    .executeTakeFirst()
  return row && toKeyPair(row)
}

/** Retires an active key pair; returns whether it was active. */
export const retireKeyPair = async (db: Executor, id: KeyPairId, at: number): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('key_pair')
    .set({ retired_at: at })
    .where('id', '=', id)
    .where('retired_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

const toKeyPair = (row: Schema['key_pair']): KeyPair => ({
  id: row.id,
  role: row.role,
  certificate: row.certificate,
  sealedPrivateKey: row.sealed_private_key,
  createdAt: row.created_at,
  retiredAt: row.retired_at,
})
