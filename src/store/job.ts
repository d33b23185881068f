import { SqliteAdapter } from 'kysely'
import type { JobId, JobOutcome, JobState, JsonObject } from '../model/index.ts'
import type { Executor, Schema } from './schema.ts'

/** Something that is to be done, and done again until it succeeds. Times in milliseconds since 1970. */
export interface Job {
  readonly id: JobId
  /** Who does it: the name of a handler. */
  readonly kind: string
  /** What it is about among those of its kind: of one kind and key there is one unfinished job at most. */
  readonly key: string
  /** The id of the noun that it belongs to, by which it is found when that noun goes. */
  readonly subject: string | null
  readonly payload: JsonObject
  /** Not before. */
  readonly runAt: number
  /** How often it was begun. */
  readonly attempts: number
  /** Counts how often it was asked for. */
  readonly revision: number
  readonly lastErrorCode: string | null
  readonly createdAt: number
}

/**
 * Asks for a job. One of the same kind and key that is not finished takes the new payload and the earlier time; if it
 * is under way at this moment, it runs once more after that. Returns the id of the job.
 */
export const insertJob = async (
  db: Executor,
  job: Omit<Job, 'attempts' | 'revision' | 'lastErrorCode'>,
): Promise<JobId> => {
  const { id } = await db
    .insertInto('job')
    .values({
      id: job.id,
      kind: job.kind,
      key: job.key,
      subject: job.subject,
      payload: JSON.stringify(job.payload),
      run_at: job.runAt,
      attempts: 0,
      revision: 1,
      created_at: job.createdAt,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['kind', 'key'])
        .where('finished_at', 'is', null)
        .doUpdateSet((expression) => ({
          payload: expression.ref('excluded.payload'),
          subject: expression.ref('excluded.subject'),
          run_at: expression
            .case()
            .when('excluded.run_at', '<', expression.ref('job.run_at'))
            .then(expression.ref('excluded.run_at'))
            .else(expression.ref('job.run_at'))
            .end(),
          attempts: 0,
          revision: expression('job.revision', '+', 1),
        })),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

interface Claim {
  readonly kind: string
  /** Tells this taking from every other. */
  readonly holder: string
  readonly now: number
  /** When somebody else may take it, unless it is renewed. */
  readonly until: number
}

/** Takes the job of a kind that is due for longest, also one whose holder's time is up. Of several callers one gets it. */
export const claimJob = async (
  db: Executor,
  { kind, holder, now, until }: Claim,
): Promise<Job | undefined> => {
  const due = db
    .selectFrom('job')
    .select('id')
    .where('kind', '=', kind)
    .where('finished_at', 'is', null)
    .where('run_at', '<=', now)
    .where(({ eb, or }) => or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
    .orderBy('run_at')
    .orderBy('id')
    .limit(1)
  const row = await db
    .updateTable('job')
    .set((expression) => ({
      lease_holder: holder,
      lease_until: until,
      attempts: expression('attempts', '+', 1),
    }))
    // SQLite has one writer; on PostgreSQL nobody waits for what another is taking.
    .where('id', '=', isSqlite(db) ? due : due.forUpdate().skipLocked())
    .returning(COLUMNS)
    .executeTakeFirst()
  return row && toJob(row)
}

const isSqlite = (db: Executor): boolean => db.getExecutor().adapter instanceof SqliteAdapter

/** A job as whoever took it has it. */
export interface Held {
  readonly id: JobId
  readonly holder: string
}

/** Keeps a job for longer. False: somebody else has it, or nobody needs it any more. */
export const renewJob = async (
  db: Executor,
  { id, holder }: Held,
  until: number,
): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('job')
    .set({ lease_until: until })
    .where('id', '=', id)
    .where('lease_holder', '=', holder)
    .where('finished_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

interface Ending extends Held {
  /** As it was when the job was taken. */
  readonly revision: number
  readonly at: number
  readonly outcome: JobOutcome
  readonly code: string | null
}

/**
 * Ends a job, and takes out what it was told. One that was asked for again meanwhile is due at once instead. False, with
 * nothing written: it is not the holder's any more.
 */
export const finishJob = async (
  db: Executor,
  { id, holder, revision, at, outcome, code }: Ending,
): Promise<boolean> => {
  const mine = db
    .updateTable('job')
    .where('id', '=', id)
    .where('lease_holder', '=', holder)
    .where('finished_at', 'is', null)
  const ended = await mine
    .set({ ...FREE, finished_at: at, outcome, last_error_code: code, payload: '{}' })
    .where('revision', '=', revision)
    .executeTakeFirst()
  if (ended.numUpdatedRows === 1n) return true
  const again = await mine
    .set({ ...FREE, run_at: at, attempts: 0, last_error_code: code })
    .executeTakeFirst()
  return again.numUpdatedRows === 1n
}

/** Puts a job back until `runAt`. False, with nothing written: it is not the holder's any more. */
export const postponeJob = async (
  db: Executor,
  { id, holder, runAt, code }: Held & { readonly runAt: number; readonly code: string | null },
): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('job')
    .set({ ...FREE, run_at: runAt, last_error_code: code })
    .where('id', '=', id)
    .where('lease_holder', '=', holder)
    .where('finished_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Gives a job back as if it had not been taken. */
export const releaseJob = async (db: Executor, { id, holder }: Held): Promise<void> => {
  await db
    .updateTable('job')
    .set((expression) => ({ ...FREE, attempts: expression('attempts', '-', 1) }))
    .where('id', '=', id)
    .where('lease_holder', '=', holder)
    .where('finished_at', 'is', null)
    .execute()
}

const FREE = { lease_holder: null, lease_until: null }

/** Ends all unfinished jobs that belong to one of these; returns how many. */
export const cancelJobs = async (
  db: Executor,
  subjects: readonly string[],
  at: number,
): Promise<number> => {
  if (subjects.length === 0) return 0
  const { numUpdatedRows } = await db
    .updateTable('job')
    .set({ ...FREE, finished_at: at, outcome: 'cancelled', payload: '{}' })
    .where('subject', 'in', subjects)
    .where('finished_at', 'is', null)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** The job, whatever became of it. */
export const findJob = async (db: Executor, id: JobId): Promise<(Job & JobEnd) | undefined> => {
  const row = await db
    .selectFrom('job')
    .select([...COLUMNS, 'finished_at', 'outcome'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row && { ...toJob(row), finishedAt: row.finished_at, outcome: row.outcome }
}

interface JobEnd {
  readonly finishedAt: number | null
  readonly outcome: JobOutcome | null
}

/** How many jobs of each kind are in each state; those that ended well are in none. */
export const countJobs = async (
  db: Executor,
  now: number,
): Promise<ReadonlyMap<string, Readonly<Record<JobState, number>>>> => {
  const rows = await db
    .selectFrom('job')
    .select('kind')
    .select(({ eb, fn }) => [
      eb
        .case()
        .when('outcome', '=', 'failed')
        .then<JobState>('failed')
        .when('lease_until', '>', now)
        .then<JobState>('running')
        .when('run_at', '>', now)
        .then<JobState>('scheduled')
        .else<JobState>('waiting')
        .end()
        .as('state'),
      fn.countAll<number>().as('count'),
    ])
    .where(({ eb, or }) => or([eb('finished_at', 'is', null), eb('outcome', '=', 'failed')]))
    .groupBy(['kind', 'state'])
    .execute()
  const counts = new Map<string, Record<JobState, number>>()
  for (const { kind, state, count } of rows) {
    const of = counts.get(kind) ?? { scheduled: 0, waiting: 0, running: 0, failed: 0 }
    counts.set(kind, { ...of, [state]: count })
  }
  return counts
}

/** Forgets jobs that ended before `before`; returns how many. */
export const deleteOldJobs = async (db: Executor, before: number): Promise<number> => {
  const { numDeletedRows } = await db
    .deleteFrom('job')
    .where('finished_at', '<', before)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

const COLUMNS = [
  'id',
  'kind',
  'key',
  'subject',
  'payload',
  'run_at',
  'attempts',
  'revision',
  'last_error_code',
  'created_at',
] as const satisfies readonly (keyof Schema['job'])[]

const toJob = (row: Pick<Schema['job'], (typeof COLUMNS)[number]>): Job => ({
  id: row.id,
  kind: row.kind,
  key: row.key,
  subject: row.subject,
  payload: JSON.parse(row.payload),
  runAt: row.run_at,
  attempts: row.attempts,
  revision: row.revision,
  lastErrorCode: row.last_error_code,
  createdAt: row.created_at,
})
