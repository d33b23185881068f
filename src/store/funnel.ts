import { sql } from 'kysely'
import type { EnrollmentId, EnrollmentState } from '../model/index.ts'
import type { Executor } from './schema.ts'

/** The states through which an enrollment goes, in their order. */
export const FUNNEL_STATES = [
  'authenticated',
  'offered',
  'identified',
  'certified',
  'configured',
] as const satisfies readonly EnrollmentState[]
export type FunnelState = (typeof FUNNEL_STATES)[number]

/** How far one enrollment came, and when it came there. */
export interface FunnelRow {
  readonly id: EnrollmentId
  readonly flow: string
  readonly state: EnrollmentState
  readonly code: string | null
  readonly createdAt: number
  /** Milliseconds since 1970 of the first step to each of `FUNNEL_STATES`; null where it did not come. */
  readonly reached: readonly (number | null)[]
}

/** The name of the flow that every enrollment belongs to. */
const FLOW = 'default'

/**
 * Enrollments in the order of their beginning, after `after` and before `before`: one range of the index of steps,
 * aggregated, so that the cost grows with what is between the two and with nothing else.
 */
export const listFunnelRows = async (
  db: Executor,
  {
    after,
    before,
    limit,
  }: { readonly after: EnrollmentId; readonly before: EnrollmentId; readonly limit: number },
): Promise<readonly FunnelRow[]> => {
  const rows = await db
    .selectFrom((expression) =>
      expression
        .selectFrom('enrollment')
        .select(['id', 'state', 'code', 'created_at'])
        .where('id', '>', after)
        .where('id', '<', before)
        .orderBy('id')
        .limit(limit)
        .as('begun'),
    )
    .leftJoin('step', (join) =>
      join.onRef('step.enrollment_id', '=', 'begun.id').on('step.state', 'is not', null),
    )
    .select(['begun.id', 'begun.state', 'begun.code', 'begun.created_at'])
    .select([
      firstTime('authenticated').as('authenticated'),
      firstTime('offered').as('offered'),
      firstTime('identified').as('identified'),
      firstTime('certified').as('certified'),
      firstTime('configured').as('configured'),
    ])
    .groupBy(['begun.id', 'begun.state', 'begun.code', 'begun.created_at'])
    .orderBy('begun.id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    flow: FLOW,
    state: row.state,
    code: row.code,
    createdAt: row.created_at,
    reached: FUNNEL_STATES.map((state) => row[state]),
  }))
}

const firstTime = (state: FunnelState) =>
  sql<
    number | null
  >`min(case when ${sql.ref('step.state')} = ${sql.lit(state)} then ${sql.ref('step.at')} end)`
