import type { FastifyRequest } from 'fastify'
import type { Origin } from '../service/journal/index.ts'

const MAX_USER_AGENT = 512

/** Where a request came from: the address of the connection, never what a header says of it. */
export const originOf = (request: FastifyRequest): Origin => ({
  remoteAddress: request.socket.remoteAddress ?? 'local',
  userAgent: request.headers['user-agent']?.slice(0, MAX_USER_AGENT) ?? null,
  requestId: request.id,
})

/** The body as it came; empty where there is none. */
export const bodyOf = (request: FastifyRequest): Uint8Array =>
  request.body instanceof Uint8Array ? request.body : new Uint8Array()

/** The query exactly as it stood in the URL, without the question mark. */
export const rawQueryOf = (request: FastifyRequest): string => {
  const url = request.raw.url ?? ''
  const cut = url.indexOf('?')
  return cut < 0 ? '' : url.slice(cut + 1)
}

/** The value of a cookie, e.g. `__Host-windfall-session`. */
export const cookieOf = (request: FastifyRequest, name: string): string | undefined => {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const cut = pair.indexOf('=')
    if (cut > 0 && pair.slice(0, cut).trim() === name) return pair.slice(cut + 1).trim()
  }
  return undefined
}

/** A cookie that scripts do not see, that goes over TLS only and to this host only. */
export const sessionCookie = (name: string, value: string, seconds: number): string =>
  `${name}=${value}; Path=/; Max-Age=${seconds}; Secure; HttpOnly; SameSite=Lax`
