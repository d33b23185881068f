import type { FastifyInstance } from 'fastify'
import type { EnrollmentService } from '../../service/enrollment/index.ts'
import { begin, toFailure } from '../failure.ts'
import { bodyOf, originOf } from '../request.ts'

export const PROFILE_TYPE = 'application/x-apple-aspen-config'

/** `POST /profile`: phases 2 and 3 of the profile service. A refusal is a status and a short text. */
export const profileRoutes =
  (enrollment: EnrollmentService, publicUrl: string) =>
  async (server: FastifyInstance): Promise<void> => {
    server.setErrorHandler(async (error, request, reply) => {
      const failure = toFailure(error, request)
      await begin(reply, failure)
        .type('text/plain; charset=utf-8')
        .send(`${failure.code}: ${failure.detail}\n`)
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
