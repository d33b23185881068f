import type { EnrollmentId, EnrollmentState, StepCode } from '../model/index.ts'
import type { Executor } from './schema.ts'

/** A step without what it tells: enough to see how far an enrollment has come, and when. */
export interface StepMarkRow {
  readonly enrollmentId: EnrollmentId
  readonly at: number
  readonly code: StepCode
  readonly state: EnrollmentState | null
  /** What downloaded the profile, of the step that sent it; else null. */
  readonly userAgent: string | null
}

/** The steps of these enrollments, those of each first to last. */
export const listStepMarks = async (
  db: Executor,
  ids: readonly EnrollmentId[],
): Promise<readonly StepMarkRow[]> => {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('step')
    .select(({ eb }) => [
      'enrollment_id',
      'at',
      'code',
      'state',
      eb.case().when('code', '=', 'profile_service_sent').then(eb.ref('detail')).end().as('sent'),
    ])
    .where('enrollment_id', 'in', ids)
    .orderBy('enrollment_id')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    enrollmentId: row.enrollment_id,
    at: row.at,
    code: row.code,
    state: row.state,
    userAgent: row.sent === null ? null : userAgentOf(JSON.parse(row.sent)),
  }))
}

const userAgentOf = ({ userAgent }: { readonly userAgent?: unknown }): string | null =>
  typeof userAgent === 'string' ? userAgent : null
