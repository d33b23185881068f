import { once } from 'node:events'
import type { Http2Session, ServerHttp2Stream } from 'node:http2'
import { Server, type Socket } from 'node:net'
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import type { FastifyInstance } from 'fastify'

/** What requests that were sent before anybody knew may take on their way here, in milliseconds. */
const LINGER_MS = 250
/** The same on a machine that is too busy to be on time. */
const LONGEST_LINGER_MS = 5_000
const TICK_MS = 25

/**
 * Lets a closing server end without losing a request. At first nobody is let in any more, and nobody is cut off: what
 * comes on open connections is answered, and with the answer the connection is said to end: by `connection: close`, or
 * by GOAWAY. Connections on which nothing comes for a moment are closed then. Requests under way finish; whoever is
 * there after `patienceMs` is cut off: a sender who is slow would keep the server waiting for ever, because Node stops
 * looking for those when it closes.
 */
export const drain = (server: FastifyInstance, patienceMs: number): void => {
  const sockets = new Set<Socket>()
  /** Each with the number of its streams. */
  const sessions = new Map<Http2Session, number>()
  let phase: 'open' | 'lingering' | 'closing' = 'open'
  const watch = (socket: Socket): void => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    if (phase === 'closing') void linger().then(() => hangUpUnused(socket))
  }
  server.server.on('connection', watch)
  // Of a session, the bytes are not counted here; it is closed below.
  server.server.on('secureConnection', (socket: TLSSocket) => {
    if (socket.alpnProtocol !== 'h2') watch(socket)
  })
  server.server.on('session', (session: Http2Session) => {
    if (phase === 'closing') return session.close()
    sessions.set(session, 0)
    session.once('close', () => sessions.delete(session))
    return undefined
  })
  server.server.on('stream', (stream: ServerHttp2Stream) => {
    const { session } = stream
    if (session === undefined) return
    const change = (by: number): void => {
      const streams = sessions.get(session)
      if (streams !== undefined) sessions.set(session, streams + by)
    }
    change(1)
    stream.once('close', () => change(-1))
    // RFC 9113 §6.8: this one is answered; what comes after it the client knows to be safe to send elsewhere.
    if (phase === 'lingering') session.close()
  })
  // Fastify says so only where a request comes when it closes already.
  server.addHook('onSend', (request, reply, payload, done) => {
    if (phase !== 'open' && request.raw.httpVersionMajor === 1) reply.header('connection', 'close')
    done(null, payload)
  })
  server.addHook('preClose', async () => {
    if (!server.server.listening) return
    phase = 'lingering'
    const closed = once(server.server, 'close')
    // Whoever is connected already, and not yet accepted, would be cut off.
    await nextTurn()
    // Not the close of HTTP: that cuts off connections whose next request has come and was not read yet.
    Server.prototype.close.call(server.server)
    for (const [session, streams] of sessions) if (streams > 0) session.close()
    const patience = setTimeout(() => {
      for (const socket of sockets) socket.destroy()
    }, patienceMs).unref()
    server.server.once('close', () => clearTimeout(patience))
    await Promise.race([closed, linger()])
    phase = 'closing'
    for (const session of sessions.keys()) session.close()
    for (const socket of sockets) hangUpUnused(socket)
  })
}

/** Waits until this process has had time to read what came. While it is late, senders on the same machine are too. */
const linger = async (): Promise<void> => {
  const end = performance.now() + LONGEST_LINGER_MS
  let calm = 0
  while (calm < LINGER_MS && performance.now() < end) {
    const start = performance.now()
    await wait(TICK_MS)
    // Timers come before what was sent.
    await nextTurn()
    if (performance.now() - start < 2 * TICK_MS) calm += TICK_MS
  }
}

/** Node takes a connection on which nothing has come yet for a request under way; browsers open some in advance. */
const hangUpUnused = (socket: Socket): void => {
  if (socket.bytesRead === 0) socket.destroy()
}
