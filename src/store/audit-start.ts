import type { AuditCheckpoint, AuditLine } from '../model/index.ts'
import { lockAuditHead } from './audit.ts'
import type { Executor, Schema } from './schema.ts'

/** Where the chain begins: behind a line that is gone, as `retireAuditLines` has left it; undefined: with its first. */
export const findAuditStart = async (db: Executor): Promise<AuditCheckpoint | undefined> => {
  const row: Schema['audit_start'] | undefined = await db
    .selectFrom('audit_start')
    .select(['seq', 'at', 'hash', 'mac'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && { seq: row.seq, at: row.at, hash: row.hash, mac: row.mac }
}

/**
 * Removes the lines at the beginning of the chain that are from before `before`, `limit` at most, with their
 * checkpoints; `sign` makes the new beginning of the last of them. Returns how many: 0 where none is so old.
 */
export const retireAuditLines = async (
  tx: Executor,
  { before, limit }: { readonly before: number; readonly limit: number },
  sign: (last: Pick<AuditLine, 'seq' | 'hash'>) => AuditCheckpoint,
): Promise<number> => {
  // Two servers may have the same thought.
  await lockAuditHead(tx, {})
  const first = await tx
    .selectFrom('audit')
    .select(['seq', 'at', 'hash'])
    .orderBy('seq')
    .limit(limit)
    .execute()
  // The clocks of several servers differ: a younger line keeps the older ones behind it.
  const young = first.findIndex(({ at }) => at >= before)
  const old = young === -1 ? first : first.slice(0, young)
  const last = old.at(-1)
  if (last === undefined) return 0
  const { seq, at, hash, mac } = sign(last)
  await tx.insertInto('audit_start').values({ seq, at, hash, mac }).execute()
  await tx.deleteFrom('audit_start').where('seq', '<', seq).execute()
  await tx.deleteFrom('audit').where('seq', '<=', seq).execute()
  await tx.deleteFrom('audit_checkpoint').where('seq', '<=', seq).execute()
  return old.length
}
