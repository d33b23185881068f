import type { FastifyInstance } from 'fastify'
import { ServiceError } from '../../errors.ts'
import { type AccountOidc, ENROLL_OIDC_CALLBACK, type SignIn } from '../../service/account/index.ts'
import { ENROLL_OIDC } from '../access.ts'
import { cookieOf, ENROLL_OIDC_COOKIE, originOf, rawQueryOf, sessionCookie } from '../request.ts'
import { refuseForeignOrigin } from '../same-origin.ts'
import { type LetInOptions, letIn } from './let-in.ts'

export interface EnrollOidcOptions extends LetInOptions {
  readonly publicUrl: string
  readonly signIn: SignIn
}

/** The way of account holders to the OpenID provider, and back. What stands in the query stays with them. */
export const enrollOidcRoutes = (server: FastifyInstance, options: EnrollOidcOptions): void => {
  const { publicUrl } = options
  server.get(ENROLL_OIDC, { exposeHeadRoute: false }, async (request, reply) => {
    refuseForeignOrigin(request, publicUrl)
    const oidc = requireOidc(options)
    const { url, secret, seconds } = await oidc.begin(rawQueryOf(request), originOf(request))
    return await reply
      .header('set-cookie', sessionCookie(ENROLL_OIDC_COOKIE, secret, seconds))
      .redirect(url, 303)
  })
  // A page of the provider sends people here: what binds it to this browser is the cookie, and the state in it.
  server.get(ENROLL_OIDC_CALLBACK, { exposeHeadRoute: false }, async (request, reply) => {
    const signedIn = await requireOidc(options).complete({
      secret: cookieOf(request, ENROLL_OIDC_COOKIE),
      answer: new URLSearchParams(rawQueryOf(request)),
      origin: originOf(request),
    })
    reply.header('set-cookie', sessionCookie(ENROLL_OIDC_COOKIE, '', 0))
    return await letIn(options, { ...signedIn, method: 'oidc' }, request, reply)
  })
}

const requireOidc = ({ signIn: { oidc } }: EnrollOidcOptions): AccountOidc => {
  if (oidc !== undefined) return oidc
  throw new ServiceError('not_found', 'not_found', 'there is no OpenID provider')
}
