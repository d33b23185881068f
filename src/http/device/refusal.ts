import type { FastifyInstance } from 'fastify'
import type { AuditService } from '../../service/audit/index.ts'
import { begin, toFailure } from '../failure.ts'
import { originOf } from '../request.ts'

/**
 * Answers devices with a status and a short text. `isRecorded` tells which errors a service has written
 * down already; every other refusal gets its audit line here.
 */
export const answerWithText = (
  server: FastifyInstance,
  options: {
    readonly audit: AuditService
    readonly action: string
    readonly isRecorded: (error: unknown) => boolean
  },
): void => {
  server.setErrorHandler(async (error, request, reply) => {
    const failure = toFailure(error, request)
    if (failure.status < 500 && !options.isRecorded(error)) {
      await options.audit.refused(options.action, failure.code, originOf(request))
    }
    await begin(reply, failure)
      .type('text/plain; charset=utf-8')
      .send(`${failure.code}: ${failure.detail}\n`)
  })
}
