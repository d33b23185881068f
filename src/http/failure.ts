import type { FastifyReply, FastifyRequest } from 'fastify'
import { ProtocolError, ServiceError, type ServiceErrorKind } from '../errors.ts'

/** What a request ended with, before it is rendered in the language of its scope. */
export interface Failure {
  readonly status: number
  /** Stable. */
  readonly code: string
  /** For the caller; never the text of an unexpected error. */
  readonly detail: string
  /** Seconds. */
  readonly retryAfter: number | undefined
}

const STATUS: Readonly<Record<ServiceErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  rate_limited: 429,
  unavailable: 503,
}

/** HTTP knows some refusals better than by their kind (RFC 9110 §15.5.13, §15.5.21; RFC 6585 §3). */
const STATUS_OF_CODE: ReadonlyMap<string, number> = new Map([
  ['precondition_failed', 412],
  ['idempotency_key_reused', 422],
  ['precondition_required', 428],
])

/** Reads an error; one that nobody meant is logged and becomes 500 without a word of its own. */
export const toFailure = (error: unknown, request: FastifyRequest): Failure => {
  if (error instanceof ServiceError) {
    const { kind, code, detail, retryAfter } = error
    if (kind === 'unavailable') request.log.error({ err: error }, code)
    return { status: STATUS_OF_CODE.get(code) ?? STATUS[kind], code, detail, retryAfter }
  }
  if (error instanceof ProtocolError) {
    return { status: 400, code: error.code, detail: error.message, retryAfter: undefined }
  }
  const status = clientErrorStatus(error)
  if (status === 413) {
    const detail = 'the body is too large'
    return { status, code: 'body_too_large', detail, retryAfter: undefined }
  }
  if (status !== undefined) {
    const detail = 'the request is malformed'
    return { status, code: 'http_request', detail, retryAfter: undefined }
  }
  request.log.error({ err: error }, 'unexpected error')
  const detail = 'something went wrong here'
  return { status: 500, code: 'internal', detail, retryAfter: undefined }
}

// Fastify's own refusals: 413, 415 and the like.
const clientErrorStatus = (error: unknown): number | undefined => {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined
  const { statusCode } = error
  const isClientError = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
  return isClientError ? statusCode : undefined
}

/** The status, `Retry-After` where it applies, and the code for the log line. */
export const begin = (reply: FastifyReply, failure: Failure): FastifyReply => {
  if (failure.retryAfter !== undefined) reply.header('retry-after', failure.retryAfter)
  reply.request.outcome = failure.code
  return reply.code(failure.status)
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The code of a refusal, for the request's log line. */
    outcome: string | undefined
  }
}
