import { sql } from 'kysely'
import { CLOCK_SKEW } from '../model/index.ts'
import type { Executor } from './schema.ts'

/** How often something was tried in the current window, and when (in ms) the window is over. */
export interface Attempts {
  readonly count: number
  readonly retryAfterMs: number
}

/** Counts one more attempt at `key`, in one statement; the first of a window begins it. */
export const countAttempt = (
  db: Executor,
  key: string,
  now: number,
  windowMs: number,
): Promise<Attempts> => countAttempts(db, { key, attempts: 1, now, windowMs })

interface Counting {
  readonly key: string
  readonly attempts: number
  readonly now: number
  readonly windowMs: number
}

/** As `countAttempt`, so many at once. */
export const countAttempts = async (
  db: Executor,
  { key, attempts, now, windowMs }: Counting,
): Promise<Attempts> => {
  // One of the future was begun before the clock was put back: nobody waits for the time to come again.
  const over = sql<boolean>`throttle.window_start <= ${now - windowMs}
    or throttle.window_start > ${now + CLOCK_SKEW}`
  const row = await db
    .insertInto('throttle')
    .values({ key, window_start: now, count: attempts })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet((expression) => ({
        window_start: expression
          .case()
          .when(over)
          .then(expression.ref('excluded.window_start'))
          .else(expression.ref('throttle.window_start'))
          .end(),
        count: expression
          .case()
          .when(over)
          .then(expression.ref('excluded.count'))
          .else(expression('throttle.count', '+', attempts))
          .end(),
      })),
    )
    .returning(['window_start', 'count'])
    .executeTakeFirstOrThrow()
  return { count: row.count, retryAfterMs: row.window_start + windowMs - now }
}

/** As `countAttempt`, without counting. */
export const readAttempts = async (
  db: Executor,
  key: string,
  now: number,
  windowMs: number,
): Promise<Attempts> => {
  const row = await db
    .selectFrom('throttle')
    .select(['window_start', 'count'])
    .where('key', '=', key)
    .where('window_start', '>', now - windowMs)
    .where('window_start', '<=', now + CLOCK_SKEW)
    .executeTakeFirst()
  return row === undefined
    ? { count: 0, retryAfterMs: 0 }
    : { count: row.count, retryAfterMs: row.window_start + windowMs - now }
}

export const clearAttempts = async (db: Executor, key: string): Promise<void> => {
  await db.deleteFrom('throttle').where('key', '=', key).execute()
}

/** Forgets the windows that began before `before`; returns how many. */
export const deleteOldAttempts = async (db: Executor, before: number): Promise<number> => {
  const { numDeletedRows } = await db
    .deleteFrom('throttle')
    .where('window_start', '<', before)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Forgets the failures of all keys that end so. */
export const clearAttemptsEndingIn = async (db: Executor, ending: string): Promise<void> => {
  const pattern = `%${ending.replaceAll(/[\\%_]/g, '\\$&')}`
  await db.deleteFrom('throttle').where(sql<boolean>`key like ${pattern} escape '\\'`).execute()
}
