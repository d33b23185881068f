/**
 * The bytes were wrong: something a peer sent does not follow the standard it claims to follow.
 * `code` is stable and machine-readable; `message` says what was expected, never what was received.
 */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export type ServiceErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'rate_limited'
  | 'unavailable'

/** We refuse: the request was understood, and the answer is no. `detail` is written for the caller. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  readonly kind: ServiceErrorKind
  readonly code: string
  readonly detail: string
  /** Seconds after which another try makes sense; only with `rate_limited` and `unavailable`. */
  readonly retryAfter: number | undefined

  constructor(
    kind: ServiceErrorKind,
    code: string,
    detail: string,
    options?: ErrorOptions & { readonly retryAfter?: number | undefined },
  ) {
    super(`${code}: ${detail}`, options)
    this.kind = kind
    this.code = code
    this.detail = detail
    this.retryAfter = options?.retryAfter
  }
}
