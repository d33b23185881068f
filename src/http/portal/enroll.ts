import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'
import type { EnrollmentId } from '../../model/index.ts'
import type { ProxyIdentity, SignIn } from '../../service/account/index.ts'
import type { EnrollmentService } from '../../service/enrollment/index.ts'
import type { FlowBook, FlowChoices } from '../../service/flow/index.ts'
import type { Access } from '../../service/operator/index.ts'
import { ENROLL_OIDC, ENROLL_PROXY } from '../access.ts'
import { PROFILE_TYPE } from '../device/index.ts'
import { answerWithPages } from '../failure-page.ts'
import { formOf, showAgain } from '../form.ts'
import { scopeOf } from '../guard.ts'
import { beginPage, IPHONE_TAPS, readyPage, signInPage } from '../page/index.ts'
import { keepingQuery, originOf } from '../request.ts'
import { refuseForeignOrigin } from '../same-origin.ts'
import {
  contextOf,
  FLOW_PATHS,
  isNoWay,
  isOffered,
  requireMethod,
  type Visit,
  visitOf,
  wordsOf,
} from './flow.ts'
import { goOn, letIn } from './let-in.ts'
import { enrollOidcRoutes } from './oidc.ts'
import { enrollProxyRoutes, proxyIdentityOf } from './proxy.ts'

export interface EnrollOptions {
  readonly organization: string
  readonly publicUrl: string
  /** How long a sign-in lasts. */
  readonly minutes: number
  readonly signIn: SignIn
  readonly enrollment: EnrollmentService
  readonly flowBook: FlowBook
  readonly access: Access
}

/** `/enroll`, and `/e/FLOW` for the other flows: HTTP Basic for programs and devices, a form for people, then the phase 1 profile. */
export const enrollRoutes =
  (options: EnrollOptions) =>
  async (server: FastifyInstance): Promise<void> => {
    answerWithPages(server, options.organization, { href: '/enroll', label: 'Go to sign-in' })
    for (const path of FLOW_PATHS) {
      server.get(path, { exposeHeadRoute: false }, async (request, reply) => {
        return await enroll(options, await visitOf(options.flowBook, request), request, reply)
      })
      server.post(path, async (request, reply) => {
        refuseForeignOrigin(request, options.publicUrl)
        const visit = await visitOf(options.flowBook, request)
        return visit.choices.requires === 'device'
          ? await beginWithDevice(options, visit, request, reply)
          : await signInByForm(options, visit, request, reply)
      })
    }
    enrollOidcRoutes(server, options)
    enrollProxyRoutes(server, options)
    server.get('/enroll/ready', async (request, reply) => {
      const { account, enrollment } = await options.enrollment.get(enrollmentOf(request))
      const { requires } = await options.flowBook.of(enrollment.flowId)
      const accountName = requires === 'device' ? undefined : (account.fullName ?? account.name)
      const { organization } = options
      const profilePath = '/enroll/profile'
      await reply
        .type('text/html')
        .send(readyPage({ organization, accountName, profilePath, taps: IPHONE_TAPS }))
      return reply
    })
    server.get('/enroll/profile', { exposeHeadRoute: false }, async (request, reply) => {
      return await sendProfile(options, enrollmentOf(request), request, reply)
    })
  }

/** The enrollment of the account holder who signed in. */
const enrollmentOf = (request: FastifyRequest): EnrollmentId => {
  const scope = scopeOf(request)
  if (scope === '*') throw new Error('a sign-in to enroll is for one enrollment')
  return scope
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
  visit: Visit,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const { authorization, accept = '' } = request.headers
  const { choices } = visit
  const isPage = accept.includes('text/html')
  if (choices.requires === 'device') {
    if (isPage)
      return await reply.type('text/html').send(beginPage(waysOf(options, visit, request)))
    const id = await options.enrollment.beginDevice(choices, originOf(request))
    return await sendProfile(options, id, request, reply)
  }
  const isProxied = choices.methods.includes('proxy')
  const identity = isProxied ? await proxyIdentityOf(options, request) : undefined
  // What a proxy was told in order to let somebody in is of no further meaning.
  if (identity !== undefined && !isPage)
    return await enrollByProxy(options, { identity, choices }, request, reply)
  if (authorization === undefined || identity !== undefined) {
    if (!isPage) return await askForBasic(options, choices, reply)
    const ways = waysOf(options, visit, request)
    if (choices.id !== null && !ways.hasPassword && !ways.provider && !identity) {
      throw isNoWay('password')
    }
    return await reply.type('text/html').send(signInPage({ ...ways, identity }))
  }
  const credentials = parseBasic(authorization)
  if (credentials === undefined) return await askForBasic(options, choices, reply)
  try {
    requireMethod(choices, 'password')
    const account = await options.signIn.password(credentials, originOf(request))
    const id = await options.enrollment.begin(account, originOf(request), { choices })
    return await sendProfile(options, id, request, reply)
  } catch (error) {
    if (error instanceof ServiceError && error.kind === 'unauthenticated') {
      request.outcome = error.code
      return await askForBasic(options, choices, reply)
    }
    throw error
  }
}

const enrollByProxy = async (
  options: EnrollOptions,
  { identity, choices }: Pick<Visit, 'choices'> & { readonly identity: ProxyIdentity },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  refuseForeignOrigin(request, options.publicUrl)
  const account = await options.signIn.proxy(identity, originOf(request))
  const id = await options.enrollment.begin(account, originOf(request), { choices })
  return await sendProfile(options, id, request, reply)
}

/** The ways to sign in that a page offers. */
const waysOf = (
  { organization, signIn }: EnrollOptions,
  { choices, action }: Visit,
  request: FastifyRequest,
) => {
  const context = contextOf(choices, request)
  const withContext = (path: string): string => (context === '' ? path : `${path}?${context}`)
  return {
    organization,
    action: keepingQuery(action, request),
    words: wordsOf(choices, request),
    proxyAction: withContext(ENROLL_PROXY),
    hasPassword: isOffered(choices, signIn.methods, 'password'),
    provider: isOffered(choices, signIn.methods, 'oidc')
      ? signIn.oidc && { href: withContext(ENROLL_OIDC), label: signIn.oidc.label }
      : undefined,
  }
}

// RFC 7617.
const askForBasic = async (
  { organization, signIn }: EnrollOptions,
  choices: FlowChoices,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  if (!isOffered(choices, signIn.methods, 'password')) throw isNoWay('password')
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

const beginWithDevice = async (
  options: EnrollOptions,
  { choices }: Visit,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const id = await options.enrollment.beginDevice(choices, originOf(request))
  return await goOn(options, { id, context: contextOf(choices, request) }, reply)
}

const signInByForm = async (
  options: EnrollOptions,
  visit: Visit,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const { choices } = visit
  const context = contextOf(choices, request)
  const form = formOf(request)
  const name = form.get('name') ?? ''
  try {
    const credentials = { name, password: form.get('password') ?? '' }
    requireMethod(choices, 'password')
    const account = await options.signIn.password(credentials, originOf(request))
    return await letIn(options, { account, context, method: 'password' }, request, reply)
  } catch (error) {
    return await showAgain(reply, error, (problem) =>
      signInPage({ ...waysOf(options, visit, request), name, problem }),
    )
  }
}
