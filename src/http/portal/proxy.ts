import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'
import type { ProxyIdentity, SignIn } from '../../service/account/index.ts'
import { ENROLL_PROXY } from '../access.ts'
import { originOf, rawQueryOf } from '../request.ts'
import { requireSameOrigin } from '../same-origin.ts'
import { type LetInOptions, letIn } from './let-in.ts'

export interface EnrollProxyOptions extends LetInOptions {
  readonly publicUrl: string
  readonly signIn: SignIn
}

/**
 * Who has signed in at the proxy that passes a request on; undefined where nobody has.
 * @throws ServiceError forbidden `proxy_secret`, `proxy_header`
 */
export const proxyIdentityOf = async (
  { signIn }: Pick<EnrollProxyOptions, 'signIn'>,
  request: FastifyRequest,
): Promise<ProxyIdentity | undefined> => {
  const { signedIn } = request
  if (signedIn === undefined || !('fault' in signedIn)) return signedIn
  await signIn.proxy(signedIn, originOf(request))
  return undefined
}

/** Whoever has signed in at a proxy says that they want to go on: browsers sign in there by themselves. */
export const enrollProxyRoutes = (server: FastifyInstance, options: EnrollProxyOptions): void => {
  server.post(ENROLL_PROXY, async (request, reply) => {
    requireSameOrigin(request, options.publicUrl)
    const { signedIn } = request
    if (signedIn === undefined) {
      throw new ServiceError('forbidden', 'proxy_nobody', 'nobody has signed in at the proxy')
    }
    const account = await options.signIn.proxy(signedIn, originOf(request))
    const context = rawQueryOf(request)
    return await letIn(options, { account, context, method: 'proxy' }, request, reply)
  })
}
