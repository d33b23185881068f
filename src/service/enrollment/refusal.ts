import { ServiceError } from '../../errors.ts'
import type { Enrollment } from '../../store/index.ts'

/** A message of phase 2 or 3 that is refused, with the enrollment where it is known which. */
export class PhaseRefused extends ServiceError {
  readonly enrollment: Enrollment | undefined
  /** Whether the enrollment is over: only for what no retry can change. */
  readonly ends: boolean

  constructor(
    code: string,
    detail: string,
    enrollment?: Enrollment,
    options: ErrorOptions & { readonly ends?: boolean } = {},
  ) {
    super('forbidden', code, detail, options)
    this.enrollment = enrollment
    this.ends = options.ends ?? false
  }
}
