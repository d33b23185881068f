import type { Db, Executor } from './schema.ts'
import { transact } from './transact.ts'

/** Writes a row, durably, to see whether that can be done; every server of a database writes the same one. */
export const writeProbe = async (db: Db, at: number): Promise<void> => {
  const row = { name: 'health', written_at: at }
  await transact(db, async (tx) => {
    await tx
      .insertInto('probe')
      .values(row)
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ written_at: at }))
      .execute()
  })
}

/** The newest time of a step or of a line of the audit; undefined where there is none. */
export const findNewestTime = async (db: Executor): Promise<number | undefined> => {
  const [step, audit] = await Promise.all([
    db.selectFrom('step').select('at').orderBy('id', 'desc').limit(1).executeTakeFirst(),
    db.selectFrom('audit').select('at').orderBy('seq', 'desc').limit(1).executeTakeFirst(),
  ])
  const times = [step, audit].flatMap((row) => (row === undefined ? [] : [row.at]))
  return times.length === 0 ? undefined : Math.max(...times)
}
