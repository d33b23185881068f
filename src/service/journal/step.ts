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
  afterCommit,
  type Enrollment,
  type EnrollmentMove,
  type Executor,
  insertStep,
  moveEnrollment,
  type Step,
} from '../../store/index.ts'
import type { Meter } from './meter.ts'
import type { Origin } from './origin.ts'
import { type WeakUse, weakDetail } from './weak.ts'

/** Where a step is written, and who counts it once that is durable. */
export interface Journal {
  readonly tx: Executor
  readonly meter: Meter
}

/** What happened, in one sentence for people and in fields for a closer look. Neither holds secrets. */
export interface StepReport {
  readonly at: number
  readonly code: StepCode
  readonly summary: string
  /** Why not, where something was refused or went wrong: a stable code. */
  readonly reason?: string
  /** What was accepted for old clients only. */
  readonly weakUses?: readonly WeakUse[]
  readonly detail?: JsonObject
  /** Undefined for what windfall does by itself. */
  readonly origin: Origin | undefined
}

/** Writes down a message that moved nothing; `state` is for the first one, where an enrollment begins. */
export const recordStep = async (
  journal: Journal,
  enrollmentId: EnrollmentId,
  report: StepReport & { readonly outcome: StepOutcome; readonly state?: EnrollmentState },
): Promise<void> => {
  const { outcome, state = null } = report
  await write(journal, report, { ...toStep(enrollmentId, report), outcome, state })
}

/** What changes with a move beside the state. */
export type MoveChanges = Omit<EnrollmentMove, 'from' | 'to' | 'at'>

/**
 * Moves an enrollment and writes the step down. Returns false, with nothing written, where the move is
 * not legal or somebody else moved the enrollment meanwhile.
 */
export const moveWithStep = async (
  journal: Journal,
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
  const moved = await moveEnrollment(journal.tx, enrollment.id, {
    ...move.changes,
    from: enrollment.state,
    to,
    at,
  })
  if (!moved) return false
  await write(journal, move, {
    ...toStep(enrollment.id, move),
    outcome: move.outcome ?? 'ok',
    state: to === enrollment.state ? null : to,
  })
  return true
}

const write = async (
  { tx, meter }: Journal,
  { reason, weakUses = [] }: StepReport,
  step: Omit<Step, 'sinceMs'>,
): Promise<void> => {
  const sinceMs = await insertStep(tx, step)
  const { code, outcome, state } = step
  afterCommit(() => {
    meter.stepTaken({ code, outcome, state, reason, sinceMs })
    meter.weakAlgorithmsUsed(weakUses)
  })
}

const toStep = (enrollmentId: EnrollmentId, report: StepReport) => ({
  id: newId('step', report.at),
  enrollmentId,
  at: report.at,
  code: report.code,
  summary: report.summary,
  detail: {
    ...report.detail,
    ...(report.reason === undefined ? {} : { reason: report.reason }),
    ...weakDetail(report.weakUses ?? []),
  },
  remoteAddress: report.origin?.remoteAddress ?? null,
})
