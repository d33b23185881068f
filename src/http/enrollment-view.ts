import type { EnrollmentState, JsonValue, StepCode, StepOutcome } from '../model/index.ts'

/** One enrollment as people and machines see it: the timeline page, and `GET /api/v1/enrollments/:id`. */
export interface EnrollmentView {
  readonly id: string
  readonly state: EnrollmentState
  /** Why it ended, for the states `refused`, `failed`, `expired` and `withdrawn`. */
  readonly code: string | null
  readonly simulated: boolean
  readonly account: AccountView
  readonly device: DeviceView | null
  readonly certificate: CertificateView | null
  /** Algorithms of the device's messages that are accepted for old clients only, e.g. `SHA-1`. */
  readonly weakAlgorithms: readonly string[]
  /** How often each was used, and for what, e.g. `SHA-1 signature`: 2. */
  readonly weakAlgorithmUses: Readonly<Record<string, number>>
  readonly remoteAddress: string | null
  /** This and every other time: RFC 3339, UTC. */
  readonly createdAt: string
  readonly updatedAt: string
  readonly expiresAt: string
  /** In the order in which they happened. */
  readonly steps: readonly StepView[]
}

interface AccountView {
  readonly id: string
  readonly name: string
  readonly fullName: string | null
}

interface DeviceView {
  readonly id: string
  readonly udid: string
  readonly serialNumber: string | null
  readonly product: string | null
  /** The build of the operating system, e.g. `22A380`. */
  readonly build: string | null
  readonly imei: string | null
  readonly meid: string | null
  readonly iccid: string | null
}

interface CertificateView {
  readonly id: string
  readonly serialNumber: string
  readonly sha256: string
  readonly subject: string
  readonly notBefore: string
  readonly notAfter: string
}

export interface StepView {
  readonly id: string
  readonly at: string
  /** Milliseconds since the step before; null for the first one. */
  readonly sinceMs: number | null
  readonly code: StepCode
  readonly outcome: StepOutcome
  /** The state that the enrollment moved to; null where it stayed. */
  readonly state: EnrollmentState | null
  readonly summary: string
  readonly remoteAddress: string | null
  /** The decoded message, without secrets. A step that is not `ok` carries its reason code as `reason`. */
  readonly detail: Readonly<Record<string, JsonValue>>
}

/** One line of a list of enrollments: `GET /api/v1/enrollments`. */
export interface EnrollmentSummary {
  readonly id: string
  readonly state: EnrollmentState
  readonly code: string | null
  readonly simulated: boolean
  readonly account: { readonly id: string; readonly name: string }
  readonly device: {
    readonly udid: string
    readonly serialNumber: string | null
    readonly product: string | null
    readonly build: string | null
  } | null
  readonly weakAlgorithms: readonly string[]
  readonly createdAt: string
  readonly updatedAt: string
}
