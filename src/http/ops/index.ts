import type { FastifyInstance } from 'fastify'
import type { Health, HealthReport } from '../../service/health/index.ts'
import { presentConnection } from '../present.ts'

export interface OpsOptions {
  readonly health: Health
  /** The metrics, in the Prometheus text format. */
  readonly metrics: () => Promise<string>
}

/**
 * `/livez`: the event loop answers. `/readyz`: the server can do its work, or what keeps it; with `?verbose` how each
 * check went, and how it is with what lies elsewhere. `/metrics`: for Prometheus.
 */
export const opsRoutes =
  ({ health, metrics }: OpsOptions) =>
  async (server: FastifyInstance): Promise<void> => {
    server.addHook('onSend', async (_request, reply) => {
      reply.header('cache-control', 'no-store')
    })
    server.get('/livez', async () => ({ live: true }))
    server.get<{ Querystring: { verbose?: string } }>('/readyz', async (request, reply) => {
      const report = await health.report()
      const { isReady: ready, failed } = report
      const isVerbose = request.query.verbose !== undefined
      return await reply
        .code(ready ? 200 : 503)
        .send({ ready, failed, ...(isVerbose ? presentReport(report) : {}) })
    })
    server.get('/metrics', async (_request, reply) =>
      reply.type('text/plain; version=0.0.4; charset=utf-8').send(await metrics()),
    )
  }

const presentReport = ({ checks, connections }: HealthReport) => ({
  checks: checks.map(({ isOk, milliseconds, ...check }) => ({
    ...presentConnection(check),
    state: isOk ? 'ok' : 'failed',
    ms: Math.round(milliseconds * 10) / 10,
  })),
  connections: connections.map(presentConnection),
})
