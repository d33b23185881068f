import { type RawBuilder, SqliteAdapter, sql } from 'kysely'
import { type EnrollmentId, firstId, type StepId, timeOfId } from '../model/index.ts'
import { prepare } from './prepared.ts'
import type { Executor } from './schema.ts'
import { STEP_COLUMNS, type Step, toStep } from './step.ts'

/**
 * Where a step stands in the order of its commit. Ids say when a step was made, and on PostgreSQL one with an earlier
 * id may be committed later. SQLite counts positions; on PostgreSQL a position is the number of the transaction, and
 * steps are settled once every transaction up to theirs has ended: nothing can come before them any more.
 */
export interface Place {
  readonly position: number
  readonly id: string
}

export interface PlacedStep extends Step {
  readonly position: number
}

/** Before every step. */
const START: Place = { position: 0, id: '' }

interface Span {
  /** Only steps of this enrollment. */
  readonly enrollmentId?: EnrollmentId | undefined
  readonly limit: number
}

/** Settled steps after a place, in their order. */
export const listSettledSteps = async (
  db: Executor,
  { position, id }: Place,
  { enrollmentId, limit }: Span,
): Promise<readonly PlacedStep[]> => {
  const values = { position, id, limit }
  const { rows } =
    enrollmentId === undefined
      ? await listAll(db, values)
      : await listOfEnrollment(db, { ...values, enrollmentId })
  return rows.map((row) => ({ ...toStep(row), position: row.position }))
}

interface Values extends Place {
  readonly limit: number
}

const select = (db: Executor, { position, id, limit }: Values) =>
  db
    .selectFrom('step')
    .select([...STEP_COLUMNS, 'position'])
    .where('position', '>=', position)
    .where(({ or, eb }) => or([eb('position', '>', position), eb(sql<string>`id`, '>', id)]))
    .where('position', '<', horizon(db))
    .orderBy('position')
    .orderBy('id')
    .limit(limit)

// Named one by one: what stands for the values has no names to be listed.
const listAll = prepare((db, { position, id, limit }: Values) =>
  select(db, { position, id, limit }),
)

const listOfEnrollment = prepare(
  (db, { position, id, limit, enrollmentId }: Values & { readonly enrollmentId: EnrollmentId }) =>
    select(db, { position, id, limit }).where('enrollment_id', '=', enrollmentId),
)

const isSqlite = (db: Executor): boolean => db.getExecutor().adapter instanceof SqliteAdapter

/** Below it everything is settled. */
const horizon = (db: Executor): RawBuilder<number> =>
  isSqlite(db)
    ? sql`${sql.lit(Number.MAX_SAFE_INTEGER)}`
    : sql`pg_snapshot_xmin(pg_current_snapshot())::text::bigint`

/** The place of the last settled step. */
export const findLastPlace = async (db: Executor): Promise<Place> =>
  (await db
    .selectFrom('step')
    .select(['position', 'id'])
    .where('position', '<', horizon(db))
    .orderBy('position', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()) ?? START

/** Milliseconds by which servers' clocks may differ, and a transaction may last. */
const BLUR = 60_000

/**
 * The place of the step `id`. An id that is none of a step, as `firstId` makes them or because the step was deleted,
 * has the place before every step that was made later, and before some that were made up to a minute earlier.
 */
export const findPlace = async (db: Executor, id: StepId): Promise<Place> => {
  const same = await db
    .selectFrom('step')
    .select(['position', 'id'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (same !== undefined) return same
  const next = await db
    .selectFrom('step')
    .select('position')
    .where('id', '>', firstId('step', timeOfId(id) - BLUR))
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return next === undefined ? await findLastPlace(db) : { position: next.position, id: '' }
}

/**
 * Puts steps that came from another PostgreSQL, whose transactions had higher numbers, before all others.
 */
export const settleForeignSteps = async (db: Executor): Promise<void> => {
  if (isSqlite(db)) return
  const next = sql<number>`pg_snapshot_xmax(pg_current_snapshot())::text::bigint`
  await sql`update step set position = 0 where position >= ${next}`.execute(db)
}
