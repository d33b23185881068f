import type { AuditCheckpoint } from '../model/index.ts'
import type { Executor, Schema } from './schema.ts'

/** Keeps a checkpoint, unless there is one of that line. */
export const insertAuditCheckpoint = async (
  db: Executor,
  { seq, at, hash, mac }: AuditCheckpoint,
): Promise<void> => {
  await db
    .insertInto('audit_checkpoint')
    .values({ seq, at, hash, mac })
    .onConflict((conflict) => conflict.column('seq').doNothing())
    .execute()
}

/** The line that the latest checkpoint is of; 0 where there is none. */
export const findLastAuditCheckpoint = async (db: Executor): Promise<number> => {
  const query = db.selectFrom('audit_checkpoint').select(({ fn }) => fn.max('seq').as('last'))
  return (await query.executeTakeFirst())?.last ?? 0
}

/** Those of the lines after `after` up to `upTo`, in their order. */
export const listAuditCheckpoints = async (
  db: Executor,
  { after, upTo }: { readonly after: number; readonly upTo: number },
): Promise<readonly AuditCheckpoint[]> => {
  const rows = await db
    .selectFrom('audit_checkpoint')
    .select(['seq', 'at', 'hash', 'mac'])
    .where('seq', '>', after)
    .where('seq', '<=', upTo)
    .orderBy('seq')
    // There is at most one of a line.
    .limit(upTo - after)
    .execute()
  return rows.map(toCheckpoint)
}

const toCheckpoint = ({ seq, at, hash, mac }: Schema['audit_checkpoint']): AuditCheckpoint => ({
  seq,
  at,
  hash,
  mac,
})
