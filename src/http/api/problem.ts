import type { FastifyInstance } from 'fastify'
import { ServiceError } from '../../errors.ts'
import type { AuditService } from '../../service/audit/index.ts'
import { begin, toFailure } from '../failure.ts'
import { formatProblem, PROBLEM_TYPE } from '../problem.ts'
import { originOf } from '../request.ts'

/** Answers every error as RFC 9457 problem+json with `code`, `requestId` and, where it helps, `hint`. */
export const answerWithProblems = (server: FastifyInstance, audit: AuditService): void => {
  server.setErrorHandler(async (error, request, reply) => {
    if (error instanceof ServiceError && error.kind === 'unauthenticated') {
      await audit.refused('api', error.code, originOf(request))
    }
    const failure = toFailure(error, request)
    if (failure.status === 401) reply.header('www-authenticate', 'Bearer')
    await begin(reply, failure).type(PROBLEM_TYPE).send(formatProblem(failure, request.id))
  })
}
