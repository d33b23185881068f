import type { FastifyInstance } from 'fastify'
import { ProtocolError, ServiceError } from '../../errors.ts'
import type { AuditService } from '../../service/audit/index.ts'
import type { EnrollmentService } from '../../service/enrollment/index.ts'
import { bodyOf, originOf } from '../request.ts'
import { answerWithText } from './refusal.ts'

export const PROFILE_TYPE = 'application/x-apple-aspen-config'

export interface ProfileOptions {
  readonly enrollment: EnrollmentService
  readonly audit: AuditService
  readonly publicUrl: string
}

/** `POST /profile`: phases 2 and 3 of the profile service. A refusal is a status and a short text. */
export const profileRoutes =
  ({ enrollment, audit, publicUrl }: ProfileOptions) =>
  async (server: FastifyInstance): Promise<void> => {
    answerWithText(server, {
      audit,
      action: 'profile',
      isRecorded: (error) => error instanceof ProtocolError || error instanceof ServiceError,
    })
    server.addHook('onRequest', async (request) => {
      // Devices and test programs send all sorts; a malformed type must not decide.
      request.raw.headers['content-type'] = 'application/octet-stream'
    })
    server.post('/profile', async (request, reply) => {
      const answer = await enrollment.answer(bodyOf(request), originOf(request))
      switch (answer.kind) {
        case 'redirect':
          return await reply.code(301).header('location', `${publicUrl}/enroll`).send()
        case 'profile':
          return await reply.type(PROFILE_TYPE).send(answer.bytes)
        default:
          return answer satisfies never
      }
    })
  }
