import { once } from 'node:events'
import { constants, type ServerHttp2Session } from 'node:http2'
import { Server, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

/** What requests that were sent before anybody knew may take on their way here, in milliseconds. */
const LINGER_MS = 100
/** RFC 9113 §6.8: a GOAWAY that refuses nothing and says that no more should come. */
const EVERY_STREAM = 2 ** 31 - 1

/**
 * Lets a closing server end without losing a request. At first nobody is let in any more, and nobody is cut off: what
 * comes on open connections is answered, with `connection: close` (Fastify says it), so that they end by themselves.
 * Connections on which nothing came for a moment are closed then. Requests under way finish; whoever is there after
 * `patienceMs` is cut off: a sender who is slow would keep the server waiting for ever, because Node stops looking for
 * those when it closes.
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
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
    if (isClosing) session.goaway(constants.NGHTTP2_NO_ERROR, EVERY_STREAM)
  })
  server.addHook('preClose', async () => {
    isClosing = true
    if (!server.server.listening) return
    const closed = once(server.server, 'close')
    // Not the close of HTTP: that cuts off connections whose next request has come and was not read yet.
    Server.prototype.close.call(server.server)
    for (const session of sessions) session.goaway(constants.NGHTTP2_NO_ERROR, EVERY_STREAM)
    const patience = setTimeout(() => {
      for (const socket of sockets) socket.destroy()
    }, patienceMs).unref()
    server.server.once('close', () => clearTimeout(patience))
    await Promise.race([closed, wait(LINGER_MS)])
    for (const session of sessions) session.close()
  })
}
