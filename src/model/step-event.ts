import type { EnrollmentState } from './enrollment.ts'
import { type Explanation, explain } from './explanation/index.ts'
import type { JsonObject } from './json.ts'
import type { StepCode, StepOutcome } from './step.ts'

/** A step, as far as others are told of it. Times in milliseconds. */
interface ToldStep {
  readonly id: string
  readonly enrollmentId: string
  readonly at: number
  readonly sinceMs: number | null
  readonly code: StepCode
  readonly outcome: StepOutcome
  readonly state: EnrollmentState | null
  readonly summary: string
  readonly remoteAddress: string | null
  readonly detail: JsonObject
}

/** A reason code with its explanation. */
export type ExplainedCode = Explanation & { readonly code: string }

export const explainCode = (code: string): ExplainedCode => ({ code, ...explain(code) })

/** Why a step was not `ok`: its reason, or where that was erased, what it was. */
export const reasonOf = ({
  detail,
  code,
}: Pick<ToldStep, 'code'> & { readonly detail: Readonly<Record<string, unknown>> }): string => {
  const reason = detail['reason']
  return typeof reason === 'string' ? reason : code
}

/** A step as everybody is told of it: pages, the API, who follows events, webhooks. */
export const describeStep = (step: ToldStep) => ({
  id: step.id,
  at: new Date(step.at).toISOString(),
  sinceMs: step.sinceMs,
  code: step.code,
  outcome: step.outcome,
  state: step.state,
  summary: step.summary,
  remoteAddress: step.remoteAddress,
  detail: step.detail,
  explanation: step.outcome === 'ok' ? null : explainCode(reasonOf(step)),
})

/** The type of the event that a step is. */
export const STEP_EVENT_TYPE = 'enrollment.step'

/** A step as an event: what is sent to whoever follows them. */
export const describeStepEvent = (step: ToldStep) => {
  const described = describeStep(step)
  return {
    id: step.id,
    type: STEP_EVENT_TYPE,
    time: described.at,
    subject: step.enrollmentId,
    data: { ...described, enrollment: step.enrollmentId },
  } as const
}
