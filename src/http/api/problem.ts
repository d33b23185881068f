import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'
import type { AuditService } from '../../service/audit/index.ts'
import { begin, toFailure } from '../failure.ts'
import { originOf } from '../request.ts'

const HINTS = new Map([
  [
    'token_invalid',
    'Send "Authorization: Bearer TOKEN"; the first token lies in the data directory.',
  ],
  ['enrollment_unknown', 'List them with GET /api/v1/enrollments.'],
  ['account_exists', 'Names are the same whatever their case.'],
  ['operator_exists', 'Names are the same whatever their case.'],
  ['operator_unknown', 'List them with GET /api/v1/operators.'],
  ['request_outcome_unknown', 'Look whether it was done, and take another Idempotency-Key.'],
  ['precondition_failed', 'Read it again, and say its ETag with If-Match.'],
  ['precondition_required', 'Read it first, and say its ETag with If-Match; * is any state.'],
  ['foreign_origin', 'With a session, send Origin or Sec-Fetch-Site as browsers do.'],
])

/** Answers every error as RFC 9457 problem+json with `code`, `requestId` and, where it helps, `hint`. */
export const answerWithProblems = (server: FastifyInstance, audit: AuditService): void => {
  server.setErrorHandler(async (error, request, reply) => {
    if (error instanceof ServiceError && error.kind === 'unauthenticated') {
      await audit.refused('api', error.code, originOf(request))
    }
    await sendProblem(reply, request, error)
  })
}

const sendProblem = async (
  reply: FastifyReply,
  request: FastifyRequest,
  error: unknown,
): Promise<void> => {
  const failure = toFailure(error, request)
  const { status, code, detail } = failure
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  await begin(reply, failure)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: 'about:blank',
        title: code.replaceAll('_', ' '),
        status,
        detail,
        code,
        requestId: request.id,
        hint: HINTS.get(code),
      }),
    )
}
