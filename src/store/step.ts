import {
  type EnrollmentId,
  type EnrollmentState,
  firstId,
  type JsonObject,
  STATES_UNDER_WAY,
  type StepCode,
  type StepId,
  type StepOutcome,
} from '../model/index.ts'
import type { Page } from './page.ts'
import { prepare } from './prepared.ts'
import type { Executor, Schema } from './schema.ts'

/** One timestamped event of an enrollment. Steps are never changed. */
export interface Step {
  readonly id: StepId
  readonly enrollmentId: EnrollmentId
  readonly at: number
  /** Milliseconds since the step before; null for the first of an enrollment. */
  readonly sinceMs: number | null
  readonly code: StepCode
  readonly outcome: StepOutcome
  /** The state that the step led to; null when the enrollment did not move. */
  readonly state: EnrollmentState | null
  readonly summary: string
  readonly detail: JsonObject
  readonly remoteAddress: string | null
}

/** Records a step; the time since the last one is worked out here, and returned as `Step.sinceMs` has it. */
export const insertStep = async (
  db: Executor,
  step: Omit<Step, 'sinceMs'>,
): Promise<number | null> => {
  const { rows } = await insert(db, { ...step, detail: JSON.stringify(step.detail) })
  return rows[0]?.since_ms ?? null
}

const insert = prepare((db, step: Omit<Step, 'sinceMs' | 'detail'> & { readonly detail: string }) =>
  db
    .insertInto('step')
    .values((expression) => ({
      id: step.id,
      enrollment_id: step.enrollmentId,
      at: step.at,
      since_ms: expression(
        expression.val(step.at),
        '-',
        expression
          .selectFrom('step')
          .select('at')
          .where('enrollment_id', '=', step.enrollmentId)
          .orderBy('id', 'desc')
          .limit(1),
      ),
      code: step.code,
      outcome: step.outcome,
      state: step.state,
      summary: step.summary,
      detail: step.detail,
      remote_address: step.remoteAddress,
    }))
    .returning('since_ms'),
)

/** The steps of one enrollment, first to last; only those after the step `afterId`, if given. */
export const listSteps = async (
  db: Executor,
  enrollmentId: EnrollmentId,
  { afterId }: { readonly afterId?: StepId } = {},
): Promise<readonly Step[]> => {
  const all = db.selectFrom('step').select(STEP_COLUMNS).where('enrollment_id', '=', enrollmentId)
  const query = afterId === undefined ? all : all.where('id', '>', afterId)
  const rows = await query.orderBy('id').execute()
  return rows.map(toStep)
}

/** The step, unless it was deleted. */
export const findStep = async (db: Executor, id: StepId): Promise<Step | undefined> => {
  const row = await db
    .selectFrom('step')
    .select(STEP_COLUMNS)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && toStep(row)
}

export interface StepFilter {
  readonly enrollmentId?: EnrollmentId | undefined
}

/** The steps of all enrollments or of one, oldest first, after the step `after` (undefined: from the first on). */
export const listStepsAfter = async (
  db: Executor,
  { limit, after, enrollmentId }: StepFilter & Page<StepId>,
): Promise<readonly Step[]> => {
  let query = db.selectFrom('step').select(STEP_COLUMNS)
  if (after !== undefined) query = query.where('id', '>', after)
  if (enrollmentId !== undefined) query = query.where('enrollment_id', '=', enrollmentId)
  const rows = await query.orderBy('id').limit(limit).execute()
  return rows.map(toStep)
}

/** How many steps of the enrollment have one of the two codes. */
export const countSteps = async (
  db: Executor,
  enrollmentId: EnrollmentId,
  [code, other]: readonly [StepCode, StepCode],
): Promise<number> => {
  const {
    rows: [row],
  } = await countByCodes(db, { enrollmentId, code, other })
  return row?.count ?? 0
}

/**
 * Deletes steps from before `before`, the oldest first and `limit` at most, but none of an enrollment that is under
 * way. Returns how many.
 */
export const deleteOldSteps = async (
  db: Executor,
  { before, limit }: { readonly before: number; readonly limit: number },
): Promise<number> => {
  const old = db
    .selectFrom('step')
    .innerJoin('enrollment', 'enrollment.id', 'step.enrollment_id')
    .select('step.id')
    .where('step.id', '<', firstId('step', before))
    .where('enrollment.state', 'not in', STATES_UNDER_WAY)
    .orderBy('step.id')
    .limit(limit)
  const { numDeletedRows } = await db.deleteFrom('step').where('id', 'in', old).executeTakeFirst()
  return Number(numDeletedRows)
}

interface Counted {
  readonly enrollmentId: EnrollmentId
  readonly code: StepCode
  readonly other: StepCode
}

const countByCodes = prepare((db, { enrollmentId, code, other }: Counted) =>
  db
    .selectFrom('step')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('enrollment_id', '=', enrollmentId)
    .where('code', 'in', [code, other]),
)

export const STEP_COLUMNS = [
  'id',
  'enrollment_id',
  'at',
  'since_ms',
  'code',
  'outcome',
  'state',
  'summary',
  'detail',
  'remote_address',
] as const satisfies readonly (keyof Schema['step'])[]

type StepRow = Omit<Schema['step'], 'position'>

export const toStep = (row: StepRow): Step => ({
  id: row.id,
  enrollmentId: row.enrollment_id,
  at: row.at,
  sinceMs: row.since_ms,
  code: row.code,
  outcome: row.outcome,
  state: row.state,
  summary: row.summary,
  detail: JSON.parse(row.detail),
  remoteAddress: row.remote_address,
})
