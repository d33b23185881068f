import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { EnrollmentService } from '../../service/enrollment/index.ts'
import type { StepTail } from '../../service/event/index.ts'
import type { Standing } from '../../service/operator/index.ts'
import { callerOf } from '../guard.ts'
import { EventHub } from './event-hub.ts'
import { id, parseInput } from './input.ts'

export interface EventOptions {
  readonly enrollment: EnrollmentService
  readonly tail: StepTail
  readonly standing: Standing
}

/** Steps as they come, as server-sent events (HTML Living Standard §9.2). */
export const eventRoutes = (
  server: FastifyInstance,
  { enrollment, tail, standing }: EventOptions,
): void => {
  const hub = new EventHub({ tail, standing, logger: server.log })
  // Open streams are no requests to wait for.
  server.addHook('preClose', async () => hub.close())
  // A HEAD would have to be kept open as well, and nobody could read it.
  server.get('/events', { exposeHeadRoute: false }, async (request, reply) => {
    const query = parseInput(EVENT_QUERY, request.query)
    const { 'last-event-id': last } = parseInput(EVENT_HEADERS, request.headers)
    if (query.enrollment !== undefined) await enrollment.get(query.enrollment)
    const reader = { caller: callerOf(request), enrollmentId: query.enrollment }
    const stream = await hub.open(reader, last ?? query.after)
    // HTTP/2 has no such header; without it, a stop would wait for the connection.
    if (request.raw.httpVersionMajor === 1) reply.header('connection', 'close')
    return reply
      .type('text/event-stream')
      .headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
      .send(stream)
  })
}

const EVENT_QUERY = z.strictObject({
  enrollment: id('enrollment').optional(),
  /** The step after which to begin, as `Last-Event-ID` has it where a client comes back. */
  after: id('step').optional(),
})

const EVENT_HEADERS = z.object({ 'last-event-id': id('step').optional() })
