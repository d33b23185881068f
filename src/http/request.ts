import type { FastifyRequest } from 'fastify'
import type { Origin } from '../service/journal/index.ts'

const MAX_USER_AGENT = 512

/** Where a request came from. */
export const originOf = (request: FastifyRequest): Origin => ({
  remoteAddress: request.remoteAddress ?? 'local',
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

/** Whether an account holder has signed in, to download one profile. */
export const PORTAL_COOKIE = '__Host-windfall-enroll'
/** Whether an account holder has signed in, to look after their devices. */
export const HOLDER_COOKIE = '__Host-windfall-me'
/** With which invitation somebody is on the way to sign in. */
export const INVITATION_COOKIE = '__Host-windfall-invitation'
/** Whether a visitor came by a one-use link. */
export const VISITOR_COOKIE = '__Host-windfall-session'
/** Whether an operator has signed in. */
export const OPERATOR_COOKIE = '__Host-windfall-operator'
/** Whether an operator is on the way to an OpenID provider and back. */
export const OIDC_COOKIE = '__Host-windfall-oidc'

/** Whether an account holder is on that way. */
export const ENROLL_OIDC_COOKIE = '__Host-windfall-enroll-oidc'

/** The value of a cookie. One that is there twice is none: browsers never send that of a `__Host-` cookie. */
export const cookieOf = (request: FastifyRequest, name: string): string | undefined => {
  const values: string[] = []
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const cut = pair.indexOf('=')
    if (cut > 0 && pair.slice(0, cut).trim() === name) values.push(pair.slice(cut + 1).trim())
  }
  return values.length === 1 ? values[0] : undefined
}

/** A cookie that scripts do not see, that goes over TLS only and to this host only. */
export const sessionCookie = (name: string, value: string, seconds: number): string =>
  `${name}=${value}; Path=/; Max-Age=${seconds}; Secure; HttpOnly; SameSite=Lax`
