import type { ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/**
 * Lets a closing server end. Requests under way finish; an idle HTTP/2 session would keep it waiting for ever, and
 * so would a sender who is slow, because Node stops looking for those when it closes: whoever is there after
 * `patienceMs` is cut off. A session that arrives while closing is closed at once.
 */
export const drain = (server: FastifyInstance, patienceMs: number): void => {
  const sockets = new Set<Socket>()
  const sessions = new Set<ServerHttp2Session>()
  let isClosing = false
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.server.on('session', (session: ServerHttp2Session) => {
    if (isClosing) return session.close()
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
    return undefined
  })
  server.addHook('preClose', async () => {
    isClosing = true
    for (const session of sessions) session.close()
    const timer = setTimeout(() => {
      for (const socket of sockets) socket.destroy()
    }, patienceMs).unref()
    server.server.once('close', () => clearTimeout(timer))
  })
}
