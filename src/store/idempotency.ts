import type { Executor } from './schema.ts'

/** A request that is to be done once, and its answer when it is done. Both are known by hashes. */
export interface KeyedRequest {
  readonly key: string
  readonly requestHash: string
  readonly createdAt: number
  /** Sealed; null while it is worked on. */
  readonly answer: Uint8Array | null
}

/** Of several callers with the same key one gets true: it is new, or the one before it is from before `expired`. */
export const claimRequest = async (
  db: Executor,
  { key, requestHash, createdAt }: Omit<KeyedRequest, 'answer'>,
  expired: number,
): Promise<boolean> => {
  const row = await db
    .insertInto('idempotency')
    .values({ key, request_hash: requestHash, created_at: createdAt })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({ request_hash: requestHash, created_at: createdAt, answer: null })
        .where('idempotency.created_at', '<=', expired),
    )
    .returning('key')
    .executeTakeFirst()
  return row !== undefined
}

export const findRequest = async (db: Executor, key: string): Promise<KeyedRequest | undefined> => {
  const row = await db
    .selectFrom('idempotency')
    .select(['key', 'request_hash', 'created_at', 'answer'])
    .where('key', '=', key)
    .executeTakeFirst()
  return (
    row && { key, requestHash: row.request_hash, createdAt: row.created_at, answer: row.answer }
  )
}

export const storeAnswer = async (db: Executor, key: string, answer: Uint8Array): Promise<void> => {
  await db.updateTable('idempotency').set({ answer }).where('key', '=', key).execute()
}

/** Forgets a request that did nothing. */
export const deleteRequest = async (db: Executor, key: string): Promise<void> => {
  await db.deleteFrom('idempotency').where('key', '=', key).execute()
}

/** Forgets those from before `before`; returns how many. */
export const deleteOldRequests = async (db: Executor, before: number): Promise<number> => {
  const { numDeletedRows } = await db
    .deleteFrom('idempotency')
    .where('created_at', '<=', before)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
