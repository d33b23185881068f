import {
  advance,
  type EnrollmentEvent,
  type EnrollmentId,
  type EnrollmentState,
  type JsonObject,
  newId,
  type StepCode,
  type StepOutcome,
} from '../../model/index.ts'
import {
  type Enrollment,
  type EnrollmentMove,
  type Executor,
  insertStep,
  moveEnrollment,
} from '../../store/index.ts'
import type { Origin } from './origin.ts'

/** What happened, in one sentence for people and in fields for a closer look. Neither holds secrets. */
export interface StepReport {
  readonly at: number
  readonly code: StepCode
  readonly summary: string
  readonly detail?: JsonObject
  /** Undefined for what windfall does by itself. */
  readonly origin: Origin | undefined
}

/** Writes down a message that moved nothing; `state` is for the first one, where an enrollment begins. */
export const recordStep = async (
  db: Executor,
  enrollmentId: EnrollmentId,
  report: StepReport & { readonly outcome: StepOutcome; readonly state?: EnrollmentState },
): Promise<void> => {
  const { outcome, state = null } = report
  await insertStep(db, { ...toStep(enrollmentId, report), outcome, state })
}

/** What changes with a move beside the state. */
export type MoveChanges = Omit<EnrollmentMove, 'from' | 'to' | 'at'>

/**
 * Moves an enrollment and writes the step down. Returns false, with nothing written, where the move is
 * not legal or somebody else moved the enrollment meanwhile.
 */
export const moveWithStep = async (
  db: Executor,
  enrollment: Pick<Enrollment, 'id' | 'state'>,
  move: StepReport & {
    readonly event: EnrollmentEvent
    readonly outcome?: StepOutcome
    readonly changes?: MoveChanges
  },
): Promise<boolean> => {
  const to = advance(enrollment.state, move.event)
  if (to === undefined) return false
  const { at } = move
  const moved = await moveEnrollment(db, enrollment.id, {
    ...move.changes,
    from: enrollment.state,
    to,
    at,
  })
  if (!moved) return false
  await insertStep(db, {
    ...toStep(enrollment.id, move),
    outcome: move.outcome ?? 'ok',
    state: to === enrollment.state ? null : to,
  })
  return true
}

const toStep = (enrollmentId: EnrollmentId, report: StepReport) => ({
  id: newId('step', report.at),
  enrollmentId,
  at: report.at,
  code: report.code,
  summary: report.summary,
  detail: report.detail ?? {},
  remoteAddress: report.origin?.remoteAddress ?? null,
})
