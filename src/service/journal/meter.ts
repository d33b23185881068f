import type {
  CertificatePurpose,
  EnrollmentState,
  StepCode,
  StepOutcome,
} from '../../model/index.ts'
import type { WeakUse } from './weak.ts'

/** What services count: what has happened, once it is durable, and nothing that names anybody. */
export interface Meter {
  stepTaken(step: CountedStep): void
  certificateIssued(purpose: CertificatePurpose): void
  weakAlgorithmsUsed(uses: readonly WeakUse[]): void
  scepAnswered(answer: ScepAnswer): void
  notified(notification: Notification): void
}

interface CountedStep {
  readonly code: StepCode
  readonly outcome: StepOutcome
  /** The state that the step led to; null where the enrollment did not move. */
  readonly state: EnrollmentState | null
  readonly reason: string | undefined
  /** Milliseconds since the step before. */
  readonly sinceMs: number | null
}

export interface ScepAnswer {
  readonly operation: 'GetCACaps' | 'GetCACert' | 'PKIOperation'
  /** `error`: there was no answer that SCEP knows. */
  readonly status: 'success' | 'failure' | 'error'
  /** Of a failure. */
  readonly failInfo: string | undefined
  readonly seconds: number
}

/** One try to send somebody a message. */
interface Notification {
  readonly channel: 'mail' | 'sms'
  /** `later`: it is tried again. */
  readonly result: 'sent' | 'later' | 'failed'
}
