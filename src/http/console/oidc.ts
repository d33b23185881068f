import type { FastifyInstance } from 'fastify'
import { ServiceError } from '../../errors.ts'
import { OIDC_CALLBACK, type OidcSignIn } from '../../service/operator/index.ts'
import { OIDC_SIGN_IN } from '../access.ts'
import type { ProviderButton } from '../page/index.ts'
import {
  cookieOf,
  OIDC_COOKIE,
  OPERATOR_COOKIE,
  originOf,
  rawQueryOf,
  sessionCookie,
} from '../request.ts'
import { refuseForeignOrigin } from '../same-origin.ts'
import { enter } from './enter.ts'

export interface OidcRouteOptions {
  readonly publicUrl: string
  /** Undefined: passwords only. */
  readonly oidc: OidcSignIn | undefined
}

/** The button on the sign-in page. */
export const buttonOf = ({ oidc }: Pick<OidcRouteOptions, 'oidc'>): ProviderButton | undefined =>
  oidc && { href: OIDC_SIGN_IN, label: oidc.label }

/** The way to the OpenID provider, and back. */
export const oidcRoutes = (server: FastifyInstance, options: OidcRouteOptions): void => {
  const { publicUrl } = options
  server.get(OIDC_SIGN_IN, async (request, reply) => {
    refuseForeignOrigin(request, publicUrl)
    const { url, secret, seconds } = await requireOidc(options).begin(originOf(request))
    return await reply
      .header('set-cookie', sessionCookie(OIDC_COOKIE, secret, seconds))
      .redirect(url, 303)
  })
  // A page of the provider sends people here: what binds it to this browser is the cookie, and the state in it.
  server.get(OIDC_CALLBACK, async (request, reply) => {
    const session = await requireOidc(options).complete({
      secret: cookieOf(request, OIDC_COOKIE),
      answer: new URLSearchParams(rawQueryOf(request)),
      origin: originOf(request),
      replaced: cookieOf(request, OPERATOR_COOKIE),
    })
    reply.header('set-cookie', sessionCookie(OIDC_COOKIE, '', 0))
    return await enter(reply, session)
  })
}

const requireOidc = ({ oidc }: OidcRouteOptions): OidcSignIn => {
  if (oidc !== undefined) return oidc
  throw new ServiceError('not_found', 'not_found', 'there is no OpenID provider')
}
