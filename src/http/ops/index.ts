import type { FastifyInstance } from 'fastify'

/** `/livez`: the process answers. `/readyz`: it can do its work. */
export const opsRoutes =
  (isReady: () => Promise<boolean>) =>
  async (server: FastifyInstance): Promise<void> => {
    server.get('/livez', async (_request, reply) => reply.type('text/plain').send('ok\n'))
    server.get('/readyz', async (_request, reply) => {
      const ready = await isReady().catch(() => false)
      return await reply
        .code(ready ? 200 : 503)
        .type('text/plain')
        .send(ready ? 'ready\n' : 'not ready\n')
    })
  }
