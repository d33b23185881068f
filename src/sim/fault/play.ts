import { type SimErrorKind, toSimError } from '../sim-error.ts'
import type { StepCode } from '../step.ts'
import { type Fault, NotApplicable } from './fault.ts'
import type { Kit } from './kit.ts'

/** What came of playing a fault against a server. */
export type Verdict = Passed | Failed | Skipped

interface Passed {
  readonly kind: 'passed'
}

/** The server did something else than a correct one does. */
interface Failed {
  readonly kind: 'failed'
  /** Where the device was; undefined outside of the phases. */
  readonly step: StepCode | undefined
  readonly reason: SimErrorKind
  /** Stable and machine-readable. */
  readonly code: string
  /** What was seen. */
  readonly message: string
}

interface Skipped {
  readonly kind: 'not-applicable'
  /** What is missing to play it. */
  readonly message: string
}

/** @throws the signal's reason when aborted */
export const playFault = async (kit: Kit, fault: Fault): Promise<Verdict> => {
  try {
    await fault.play(kit)
    return { kind: 'passed' }
  } catch (error) {
    if (error instanceof NotApplicable) return { kind: 'not-applicable', message: error.message }
    const stop = toSimError(error)
    if (stop === undefined) throw error
    const { step, kind: reason, code, message } = stop
    return { kind: 'failed', step, reason, code, message }
  }
}
