import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { callerOf } from '../guard.ts'
import { EventHub } from './event-hub.ts'
import { id, parseInput } from './input.ts'
import type { Operation } from './operation.ts'
import type { ApiOptions } from './services.ts'
import { STEP_EVENT } from './step.ts'

export const EVENT_STREAM = 'text/event-stream'

const ASKS = z.object({
  query: z.strictObject({
    enrollment: id('enrollment').optional().meta({ description: 'Only events of this one.' }),
    after: id('step')
      .optional()
      .meta({ description: 'The step after which to begin; without it, with what comes next.' }),
  }),
  headers: z.object({
    'last-event-id': id('step')
      .optional()
      .meta({ description: 'As `after`, of a client that comes back.' }),
  }),
})

/** Steps as they come, as server-sent events (HTML Living Standard §9.2). */
const registerEvents = (
  server: FastifyInstance,
  { enrollment, tail, standing }: ApiOptions,
): void => {
  const hub = new EventHub({ tail, standing, logger: server.log })
  // Open streams are no requests to wait for.
  server.addHook('preClose', async () => hub.close())
  // A HEAD would have to be kept open as well, and nobody could read it.
  server.get('/v1/events', { exposeHeadRoute: false }, async (request, reply) => {
    const { query, headers } = parseInput(ASKS, request)
    if (query.enrollment !== undefined) await enrollment.get(query.enrollment)
    const reader = { caller: callerOf(request), enrollmentId: query.enrollment }
    const stream = await hub.open(reader, headers['last-event-id'] ?? query.after)
    // HTTP/2 has no such header; without it, a stop would wait for the connection.
    if (request.raw.httpVersionMajor === 1) reply.header('connection', 'close')
    return reply
      .type(EVENT_STREAM)
      .headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
      .send(stream)
  })
}

export const eventOperations: readonly Operation[] = [
  {
    id: 'followSteps',
    method: 'GET',
    path: '/events',
    summary: 'Follow the steps of all enrollments as they come',
    description:
      'Server-sent events without end, and a comment every 15 seconds. The stream ends when the session or token does.',
    asks: ASKS,
    answers: { status: 200, schema: STEP_EVENT, type: EVENT_STREAM },
    problems: { 404: ['enrollment_unknown'], 503: ['too_many_streams'] },
    register: registerEvents,
  },
]
