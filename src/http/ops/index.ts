import type { FastifyInstance } from 'fastify'
import type { Health, HealthReport } from '../../service/health/index.ts'

export interface OpsOptions {
  readonly health: Health
  /** The metrics, in the Prometheus text format. */
  readonly metrics: () => Promise<string>
}

/**
 * `/livez`: the event loop answers. `/readyz`: the server can do its work, or what keeps it; with `?verbose` how each
 * check went. `/metrics`: for Prometheus.
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
        .send({ ready, failed, ...(isVerbose ? { checks: report.checks.map(presentCheck) } : {}) })
    })
    server.get('/metrics', async (_request, reply) =>
      reply.type('text/plain; version=0.0.4; charset=utf-8').send(await metrics()),
    )
  }

const presentCheck = (check: HealthReport['checks'][number]) => ({
  name: check.name,
  state: check.isOk ? 'ok' : 'failed',
  lastSuccess: check.lastSuccess === undefined ? null : rfc3339(check.lastSuccess),
  lastError:
    check.lastError === undefined
      ? null
      : { at: rfc3339(check.lastError.at), code: check.lastError.code },
  ms: Math.round(check.milliseconds * 10) / 10,
})

const rfc3339 = (milliseconds: number): string => new Date(milliseconds).toISOString()
