import { sql } from 'kysely'
import { DEFAULT_FLOW, type EnrollmentId, type EnrollmentState } from '../model/index.ts'
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
  /** The name of the flow that it went by. */
  readonly flow: string
  readonly state: EnrollmentState
  readonly code: string | null
  readonly createdAt: number
  /** Milliseconds since 1970 of the first step to each of `FUNNEL_STATES`; null where it did not come. */
  readonly reached: readonly (number | null)[]
}

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
        .leftJoin('flow', 'flow.id', 'enrollment.flow_id')
        .select([
          'enrollment.id',
          'enrollment.state',
          'enrollment.code',
          'enrollment.created_at',
          'flow.name as flow',
        ])
        .where('enrollment.id', '>', after)
        .where('enrollment.id', '<', before)
        .orderBy('enrollment.id')
        .limit(limit)
        .as('begun'),
    )
    .leftJoin('step', (join) =>
      join.onRef('step.enrollment_id', '=', 'begun.id').on('step.state', 'is not', null),
    )
    .select(({ fn }) => [
      'begun.id',
      fn.min('begun.state').as('state'),
      fn.min('begun.code').as('code'),
      fn.min('begun.flow').as('flow'),
      fn.min('begun.created_at').as('created_at'),
      firstTime('authenticated').as('authenticated'),
      firstTime('offered').as('offered'),
      firstTime('identified').as('identified'),
      firstTime('certified').as('certified'),
      firstTime('configured').as('configured'),
    ])
    .groupBy('begun.id')
    .orderBy('begun.id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    flow: row.flow ?? DEFAULT_FLOW,
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
