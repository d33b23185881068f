import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'
import type { Clock, EnrollmentId } from '../../model/index.ts'
import type { ProxyIdentity, SignIn } from '../../service/account/index.ts'
import type { EnrollmentService } from '../../service/enrollment/index.ts'
import type { Access } from '../../service/operator/index.ts'
import { ENROLL_OIDC, ENROLL_PROXY } from '../access.ts'
import { PROFILE_TYPE } from '../device/index.ts'
import { formOf, showAgain } from '../form.ts'
import { signInPage } from '../page/index.ts'
import { answerInTheirLanguage } from '../portal-failure.ts'
import { keepingQuery, originOf, rawQueryOf } from '../request.ts'
import { refuseForeignOrigin } from '../same-origin.ts'
import { sendPage, textsOf } from '../speech.ts'
import { enrollmentOf, guideRoutes } from './guide.ts'
import { letIn } from './let-in.ts'
import { enrollOidcRoutes } from './oidc.ts'
import { enrollProxyRoutes, proxyIdentityOf } from './proxy.ts'

export interface EnrollOptions {
  readonly organization: string
  readonly publicUrl: string
  /** How long a sign-in lasts. */
  readonly minutes: number
  readonly signIn: SignIn
  readonly enrollment: EnrollmentService
  readonly access: Access
  readonly clock: Clock
  /** Whether the person installs the root certificate of this server first. */
  readonly privateRoot: boolean
}

/** `/enroll`: HTTP Basic for programs and devices, a form for people, then the phase 1 profile. */
export const enrollRoutes =
  (options: EnrollOptions) =>
  async (server: FastifyInstance): Promise<void> => {
    answerInTheirLanguage(server, options.organization, ({ frame }) => ({
      href: '/enroll',
      label: frame.toSignIn,
    }))
    server.get(
      '/enroll',
      { exposeHeadRoute: false },
      async (request, reply) => await enroll(options, request, reply),
    )
    server.post('/enroll', async (request, reply) => await signInByForm(options, request, reply))
    enrollOidcRoutes(server, options)
    enrollProxyRoutes(server, options)
    guideRoutes(server, options)
    server.get('/enroll/profile', { exposeHeadRoute: false }, async (request, reply) => {
      return await sendProfile(options, enrollmentOf(request), request, reply)
    })
  }

const sendProfile = async (
  { enrollment }: EnrollOptions,
  id: EnrollmentId,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const profile = await enrollment.offer(id, originOf(request))
  return await reply
    .type(PROFILE_TYPE)
    .header('content-disposition', 'attachment; filename="enroll.mobileconfig"')
    .send(profile)
}

const enroll = async (
  options: EnrollOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const { authorization, accept = '' } = request.headers
  const isPage = accept.includes('text/html')
  const identity = await proxyIdentityOf(options, request)
  // What a proxy was told in order to let somebody in is of no further meaning.
  if (identity !== undefined && !isPage)
    return await enrollByProxy(options, identity, request, reply)
  if (authorization === undefined || identity !== undefined) {
    if (!isPage) return await askForBasic(options, reply)
    return await sendPage(reply, signInPage({ ...waysOf(options, request), identity }))
  }
  const credentials = parseBasic(authorization)
  if (credentials === undefined) return await askForBasic(options, reply)
  try {
    const account = await options.signIn.password(credentials, originOf(request))
    const id = await options.enrollment.begin(account, originOf(request))
    return await sendProfile(options, id, request, reply)
  } catch (error) {
    if (error instanceof ServiceError && error.kind === 'unauthenticated') {
      request.outcome = error.code
      return await askForBasic(options, reply)
    }
    throw error
  }
}

const enrollByProxy = async (
  options: EnrollOptions,
  identity: ProxyIdentity,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  refuseForeignOrigin(request, options.publicUrl)
  const account = await options.signIn.proxy(identity, originOf(request))
  const id = await options.enrollment.begin(account, originOf(request))
  return await sendProfile(options, id, request, reply)
}

/** The ways to sign in that a page offers. */
const waysOf = ({ organization, signIn }: EnrollOptions, request: FastifyRequest) => ({
  organization,
  texts: textsOf(request),
  action: keepingQuery('/enroll', request),
  proxyAction: keepingQuery(ENROLL_PROXY, request),
  hasPassword: signIn.methods.includes('password'),
  provider: signIn.oidc && {
    href: keepingQuery(ENROLL_OIDC, request),
    label: signIn.oidc.label,
  },
})

// RFC 7617.
const askForBasic = async (
  { organization, signIn }: EnrollOptions,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  if (!signIn.methods.includes('password')) {
    throw new ServiceError('forbidden', 'sign_in_method', 'nobody signs in by password here')
  }
  const realm = organization.replaceAll(/[^\x20-\x7e]|["\\]/g, '?')
  return await reply
    .code(401)
    .header('www-authenticate', `Basic realm="${realm}", charset="UTF-8"`)
    .type('text/plain; charset=utf-8')
    .send('sign in with your name and password\n')
}

const parseBasic = (
  header: string,
): { readonly name: string; readonly password: string } | undefined => {
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const cut = text.indexOf(':')
  return cut < 0 ? undefined : { name: text.slice(0, cut), password: text.slice(cut + 1) }
}

const signInByForm = async (
  options: EnrollOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  refuseForeignOrigin(request, options.publicUrl)
  const form = formOf(request)
  const name = form.get('name') ?? ''
  try {
    const credentials = { name, password: form.get('password') ?? '' }
    const account = await options.signIn.password(credentials, originOf(request))
    return await letIn(options, { account, context: rawQueryOf(request) }, request, reply)
  } catch (error) {
    const ways = waysOf(options, request)
    return await showAgain(
      reply,
      error,
      (problem) => signInPage({ ...ways, name, problem }),
      ways.texts,
    )
  }
}
