/** What a device does, in the order in which it does it; the SCEP steps come again for every certificate. */
export type StepCode =
  | 'sign_in'
  | 'phase2'
  | 'get_ca_cert'
  | 'get_ca_caps'
  | 'pki_operation'
  | 'phase3'
  | 'decrypt'

/** A decoded fact that can be written as JSON. */
type Fact = string | number | boolean | null | readonly Fact[] | { readonly [key: string]: Fact }

export type StepDetail = Readonly<Record<string, Fact>>

/** One step of a simulated device. Challenges, passwords and keys are in none of its fields. */
export interface SimStep {
  readonly step: StepCode
  readonly title: string
  /** When it began, in milliseconds since 1970. */
  readonly at: number
  readonly durationMs: number
  /** Bytes of the bodies; headers are not counted. */
  readonly bytesSent: number
  readonly bytesReceived: number
  /** How often a message was sent again because its answer was lost. */
  readonly repetitions?: number
  /** One sentence for people. */
  readonly summary: string
  /** The decoded facts. */
  readonly detail: StepDetail
  /** Why the device stopped here, as a stable code. */
  readonly fault?: string
}
