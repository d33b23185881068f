import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ServiceError } from '../errors.ts'
import type { AccountId } from '../model/index.ts'
import {
  type Access,
  type ApiTokenService,
  type Caller,
  type HolderSessions,
  OWNER_CALLER,
  type Scope,
  type SessionService,
} from '../service/operator/index.ts'
import { type Who, whoMayAsk } from './access.ts'
import {
  cookieOf,
  HOLDER_COOKIE,
  OPERATOR_COOKIE,
  originOf,
  PORTAL_COOKIE,
  VISITOR_COOKIE,
} from './request.ts'
import { requireSameOrigin } from './same-origin.ts'

/** Not for a guard to judge: everybody may, or what the handler reads proves who may. */
type Open = 'public' | 'device' | 'link'

type Guarded = Exclude<Who, Open>

/** Knows who asks, and whether they may. */
export interface Guard {
  /** @throws ServiceError unauthenticated `token_invalid`; forbidden `foreign_origin` */
  identify(request: FastifyRequest): Promise<Caller>
  /** Lets a request into its route, or throws. */
  admit(request: FastifyRequest, who: Guarded): Promise<void>
}

/**
 * Puts the guard in front of every route that is registered afterwards, as the table of routes says. One that the
 * table does not name cannot be registered; without a guard, neither can one that is not open.
 */
export const guardRoutes = (server: FastifyInstance, guard?: Guard): void => {
  server.decorateRequest('caller', undefined)
  server.decorateRequest('scope', undefined)
  server.decorateRequest('holder', undefined)
  server.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) {
      const who = whoMayAsk(method, route.url)
      if (who === 'public' || who === 'device' || who === 'link') continue
      if (guard === undefined) throw new Error(`nobody guards ${method} ${route.url}`)
      const admit = async (request: FastifyRequest): Promise<void> => guard.admit(request, who)
      route.onRequest = [admit, ...[route.onRequest ?? []].flat()]
    }
  })
}

interface GuardOptions {
  readonly publicUrl: string
  readonly access: Access
  readonly sessions: SessionService
  readonly tokens: ApiTokenService
  readonly holders: HolderSessions
}

/** For the public listener: callers show an API token, or a cookie of ours. */
export const createGuard = (options: GuardOptions): Guard => ({
  identify: (request) => identify(options, request),
  admit: (request, who) => admit(options, request, who),
})

const identify = async (options: GuardOptions, request: FastifyRequest): Promise<Caller> => {
  const caller = await findCaller(options, request)
  if (caller !== undefined) return caller
  throw new ServiceError('unauthenticated', 'token_invalid', 'a valid API token is needed')
}

const admit = async (
  options: GuardOptions,
  request: FastifyRequest,
  who: Guarded,
): Promise<void> => {
  switch (who) {
    case 'portal session':
      request.scope = await requireEnrolling(options, request)
      return
    case 'account holder':
      request.holder = await requireHolder(options, request)
      return
    case 'enrollment page':
      request.scope = await requireSight(options, request)
      return
    case 'operator session':
      request.caller = await findCaller(options, request)
      if (request.caller?.sessionId === undefined) throw signInNeeded()
      return
    case 'owner of the data':
      throw new ServiceError('forbidden', 'owner_needed', 'this is for the owner of the data alone')
    default:
      request.caller = await identify(options, request)
      await options.access.requirePermission(request.caller, who)
  }
}

/** For the owner's socket: whoever reaches it may do everything that is not for a browser. */
export const ownerGuard: Guard = {
  identify: async () => OWNER_CALLER,
  async admit(request) {
    request.caller = OWNER_CALLER
  },
}

// A token counts more than a cookie: browsers send none by themselves.
const findCaller = async (
  { tokens, sessions, publicUrl }: GuardOptions,
  request: FastifyRequest,
): Promise<Caller | undefined> => {
  const { authorization } = request.headers
  if (authorization !== undefined) {
    const secret = BEARER.exec(authorization)?.[1]
    return secret === undefined ? undefined : await tokens.find(secret, originOf(request))
  }
  const secret = cookieOf(request, OPERATOR_COOKIE)
  if (secret === undefined) return undefined
  const caller = await sessions.find(secret, originOf(request))
  const isSafe = request.method === 'GET' || request.method === 'HEAD'
  if (caller !== undefined && !isSafe) requireSameOrigin(request, publicUrl)
  return caller
}

/** RFC 6750 §2.1. */
const BEARER = /^Bearer +([A-Za-z0-9_-]{1,128})$/

const requireEnrolling = async (
  { access }: GuardOptions,
  request: FastifyRequest,
): Promise<Scope> => {
  const secret = cookieOf(request, PORTAL_COOKIE)
  const id = secret === undefined ? undefined : await access.findPortalSession(secret)
  if (id !== undefined) return id
  throw new ServiceError('forbidden', 'session_missing', 'please sign in first')
}

const requireHolder = async (
  { holders }: GuardOptions,
  request: FastifyRequest,
): Promise<AccountId> => {
  for (const name of [HOLDER_COOKIE, PORTAL_COOKIE]) {
    const secret = cookieOf(request, name)
    const id = secret === undefined ? undefined : await holders.find(secret)
    if (id !== undefined) return id
  }
  throw new ServiceError('forbidden', 'session_missing', 'please sign in first')
}

const requireSight = async (options: GuardOptions, request: FastifyRequest): Promise<Scope> => {
  const { access } = options
  request.caller = await findCaller(options, request)
  if (request.caller !== undefined) {
    await access.requirePermission(request.caller, 'enrollment.read')
    return '*'
  }
  const secret = cookieOf(request, VISITOR_COOKIE)
  const scope = secret === undefined ? undefined : await access.findSession(secret)
  if (scope === undefined) throw signInNeeded()
  return scope
}

const signInNeeded = (): ServiceError =>
  new ServiceError('forbidden', 'sign_in_needed', 'this page is for operators: please sign in')

/** Who asks, on a route that a permission guards. */
export const callerOf = ({ caller }: FastifyRequest): Caller => {
  if (caller === undefined) throw new Error('the route is not guarded by a permission')
  return caller
}

/** Which enrollments a request may see, on a page of enrollments or in the portal. */
export const scopeOf = ({ scope }: FastifyRequest): Scope => {
  if (scope === undefined) throw new Error('the route is not guarded by a session')
  return scope
}

/** The account holder who asks, on a route for them. */
export const holderOf = ({ holder }: FastifyRequest): AccountId => {
  if (holder === undefined) throw new Error('the route is not guarded by a sign-in')
  return holder
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | undefined
    scope: Scope | undefined
    holder: AccountId | undefined
  }
}
