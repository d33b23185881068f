import { ServiceError, type ServiceErrorKind } from '../../errors.ts'
import type { Enrollment } from '../../store/index.ts'

/** A message of phase 2 or 3 that is refused, with the enrollment where it is known which. */
export class PhaseRefused extends ServiceError {
  // Private, for a log shows every property of an error.
  readonly #enrollment: Enrollment | undefined
  /** Whether the enrollment is over: only for what no retry can change. */
  readonly ends: boolean

  constructor(
    code: string,
    detail: string,
    enrollment?: Enrollment,
    options: ErrorOptions & {
      readonly kind?: ServiceErrorKind
      readonly ends?: boolean
      readonly retryAfter?: number | undefined
    } = {},
  ) {
    super(options.kind ?? 'forbidden', code, detail, options)
    this.#enrollment = enrollment
    this.ends = options.ends ?? false
  }

  get enrollment(): Enrollment | undefined {
    return this.#enrollment
  }
}

/** Names the enrollment in what goes wrong: an unreadable template keeps this device from going on too. */
export const withEnrollment = async <T>(
  enrollment: Enrollment,
  work: () => Promise<T>,
): Promise<T> => {
  try {
    return await work()
  } catch (cause) {
    if (!(cause instanceof ServiceError) || cause instanceof PhaseRefused) throw cause
    const { code, detail, kind, retryAfter } = cause
    throw new PhaseRefused(code, detail, enrollment, { kind, retryAfter, cause })
  }
}
