import type { FastifyInstance } from 'fastify'
import { isLoopback } from './client.ts'
import { refuse } from './problem.ts'

const PAGE_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Headers that every answer of the public listener carries. */
export const addSecurityHeaders = (server: FastifyInstance): void => {
  server.addHook('onSend', async (_request, reply) => {
    reply.headers({
      'cache-control': reply.getHeader('cache-control') ?? 'no-store',
      'content-security-policy': reply.getHeader('content-security-policy') ?? PAGE_POLICY,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
  })
}

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '::1'])

/**
 * Answers 421 to a Host that is not ours. No URL is ever made of it; but what is not addressed to us is
 * not ours to answer. On the machine itself the loopback names are fine; HTTP/1.0 clients send none.
 */
export const requireKnownHost = (server: FastifyInstance, publicUrl: string): void => {
  const publicHost = new URL(publicUrl).hostname
  server.addHook('onRequest', async (request, reply) => {
    const authority = request.headers[':authority'] ?? request.headers.host
    if (authority === undefined) return
    const host = hostname(String(authority))
    const isLocal = LOOPBACK_NAMES.has(host) && isLoopback(request.socket.remoteAddress)
    if (host !== publicHost && !isLocal) {
      const detail = 'this is another server'
      await refuse(request, reply, { status: 421, code: 'host_unknown', detail })
    }
  })
}

// `name`, `name:port`, `[::1]:port`; anything else is not a host.
const hostname = (authority: string): string =>
  /^(?:\[([0-9a-f:]+)\]|([a-z0-9.-]+))(?::\d{1,5})?$/i
    .exec(authority)
    ?.slice(1)
    .find((part) => part !== undefined)
    ?.toLowerCase() ?? ''
