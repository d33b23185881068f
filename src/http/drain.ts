import type { ServerHttp2Session } from 'node:http2'
import type { FastifyInstance } from 'fastify'

/**
 * Lets a closing server end: an idle HTTP/2 session would keep it waiting for ever. Requests under way
 * finish; a session that arrives while closing is closed at once.
 */
export const drainHttp2 = (server: FastifyInstance): void => {
  const sessions = new Set<ServerHttp2Session>()
  let isClosing = false
  server.server.on('session', (session: ServerHttp2Session) => {
    if (isClosing) return session.close()
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
    return undefined
  })
  server.addHook('preClose', async () => {
    isClosing = true
    for (const session of sessions) session.close()
  })
}
