import { ProtocolError } from '../errors.ts'
import type { StepCode, StepDetail } from './step.ts'

/**
 * Who is at fault: the network, the server's TLS certificate, a server that does not answer in time, an
 * account that may not sign in, or (`failed`) an answer that a device does not take.
 */
export type SimErrorKind = 'unreachable' | 'untrusted' | 'timed-out' | 'sign-in-refused' | 'failed'

/** The device stops: why, and in which step if it was in one. No secret is in any of it. */
export class SimError extends Error {
  override readonly name = 'SimError'
  readonly kind: SimErrorKind
  /** Stable and machine-readable. */
  readonly code: string
  readonly detail: StepDetail
  readonly step: StepCode | undefined

  constructor(
    kind: SimErrorKind,
    code: string,
    message: string,
    options: ErrorOptions & { readonly detail?: StepDetail; readonly step?: StepCode } = {},
  ) {
    super(message, options)
    this.kind = kind
    this.code = code
    this.detail = options.detail ?? {}
    this.step = options.step
  }
}

/** An answer that a device does not take. */
export const refuse = (code: string, message: string, detail: StepDetail = {}): SimError =>
  new SimError('failed', code, message, { detail })

/** What stops a device, in the given step; undefined for what is not its concern: an abort, a bug. */
export const toSimError = (error: unknown, step?: StepCode): SimError | undefined => {
  const where = step === undefined ? {} : { step }
  if (error instanceof SimError) {
    const { kind, code, message, detail } = error
    if (step === undefined || error.step !== undefined) return error
    return new SimError(kind, code, message, { cause: error, detail, step })
  }
  if (error instanceof ProtocolError) {
    return new SimError('failed', error.code, error.message, { cause: error, ...where })
  }
  return undefined
}
