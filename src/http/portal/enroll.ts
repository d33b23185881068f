import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'
import type { Clock, EnrollmentId, SignInMethod } from '../../model/index.ts'
import type { ProxyIdentity, SignIn } from '../../service/account/index.ts'
import type { EnrollmentService } from '../../service/enrollment/index.ts'
import type { FlowBook, FlowChoices } from '../../service/flow/index.ts'
import type { InvitationService } from '../../service/invitation/index.ts'
import type { Access } from '../../service/operator/index.ts'
import { ENROLL_OIDC, ENROLL_PROXY } from '../access.ts'
import { PROFILE_TYPE } from '../device/index.ts'
import { formOf, showAgain } from '../form.ts'
import { beginPage, signInPage } from '../page/index.ts'
import { answerInTheirLanguage } from '../portal-failure.ts'
import { originOf } from '../request.ts'
import { refuseForeignOrigin } from '../same-origin.ts'
import { sendPage, textsOf } from '../speech.ts'
import { FLOW_PATHS, isNoWay, requireMethod, type Visit, visitOf, wordsOf } from './flow.ts'
import { enrollmentOf, guideRoutes } from './guide.ts'
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
  readonly invitations: InvitationService
  readonly access: Access
  readonly flowBook: FlowBook
  readonly clock: Clock
  /** Whether the person installs the root certificate of this server first. */
  readonly privateRoot: boolean
}

/**
 * `/enroll`, and `/e/FLOW` for the other flows: HTTP Basic for programs and devices, a page for people, then the
 * phase 1 profile.
 */
export const enrollRoutes =
  (options: EnrollOptions) =>
  async (server: FastifyInstance): Promise<void> => {
    answerInTheirLanguage(server, options.organization, ({ frame }) => ({
      href: '/enroll',
      label: frame.toSignIn,
    }))
    for (const path of FLOW_PATHS) {
      server.get(path, { exposeHeadRoute: false }, async (request, reply) => {
        return await enroll(options, await visitOf(options, request), request, reply)
      })
      server.post(path, async (request, reply) => {
        refuseForeignOrigin(request, options.publicUrl)
        const visit = await visitOf(options, request)
        return visit.choices.requires === 'device'
          ? await beginWithDevice(options, visit, request, reply)
          : await signInByForm(options, visit, request, reply)
      })
    }
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
  visit: Visit,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const { authorization, accept = '' } = request.headers
  const isPage = accept.includes('text/html')
  const { choices } = visit
  if (choices.requires === 'device') {
    if (isPage) return await sendPage(reply, beginPage(frameOf(options, visit, request)))
    const id = await options.enrollment.beginDevice(choices, originOf(request))
    return await sendProfile(options, id, request, reply)
  }
  const isProxied = choices.methods.includes('proxy')
  const identity = isProxied ? await proxyIdentityOf(options, request) : undefined
  // What a proxy was told in order to let somebody in is of no further meaning.
  if (identity !== undefined && !isPage) {
    return await enrollByProxy(options, { visit, identity }, request, reply)
  }
  if (authorization === undefined || identity !== undefined) {
    if (!isPage) return await askForBasic(options, choices, reply)
    const ways = waysOf(options, visit, request)
    const isClosed = !ways.hasPassword && ways.provider === undefined && identity === undefined
    if (choices.id !== null && isClosed) throw isNoWay('password')
    const name = visit.invited?.name
    return await sendPage(
      reply,
      signInPage({ ...ways, identity, ...(name !== undefined && { name }) }),
    )
  }
  const credentials = parseBasic(authorization)
  if (credentials === undefined) return await askForBasic(options, choices, reply)
  try {
    const account = await signInByPassword(options, choices, credentials, request)
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

const signInByPassword = async (
  { signIn }: EnrollOptions,
  choices: FlowChoices,
  credentials: { readonly name: string; readonly password: string },
  request: FastifyRequest,
) => {
  requireMethod(choices, 'password')
  const { directories } = choices
  return await signIn.password({ ...credentials, directories }, originOf(request))
}

const enrollByProxy = async (
  options: EnrollOptions,
  { visit: { choices }, identity }: { readonly visit: Visit; readonly identity: ProxyIdentity },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  refuseForeignOrigin(request, options.publicUrl)
  requireMethod(choices, 'proxy')
  const account = await options.signIn.proxy(identity, originOf(request))
  const id = await options.enrollment.begin(account, originOf(request), { choices })
  return await sendProfile(options, id, request, reply)
}

/** What every first page of a flow needs. */
const frameOf = (
  { organization }: EnrollOptions,
  { choices, context }: Visit,
  request: FastifyRequest,
) => {
  const texts = textsOf(request)
  const words = wordsOf(choices, texts.language)
  if (choices.id === null) {
    return { organization, texts, words, action: withContext('/enroll', context) }
  }
  const rest = new URLSearchParams(context)
  rest.delete('flow')
  return { organization, texts, words, action: withContext(`/e/${choices.name}`, `${rest}`) }
}

/** The ways to sign in that a page offers: those that are on, and that the flow has. */
const waysOf = (options: EnrollOptions, visit: Visit, request: FastifyRequest) => {
  const { methods, oidc } = options.signIn
  const { choices, context } = visit
  const offers = (method: SignInMethod): boolean =>
    methods.includes(method) && choices.methods.includes(method)
  return {
    ...frameOf(options, visit, request),
    proxyAction: withContext(ENROLL_PROXY, context),
    hasPassword: offers('password'),
    provider:
      oidc && offers('oidc')
        ? { href: withContext(ENROLL_OIDC, context), label: oidc.label }
        : undefined,
  }
}

const withContext = (path: string, context: string): string => path + (context && `?${context}`)

// RFC 7617.
const askForBasic = async (
  { organization, signIn }: EnrollOptions,
  choices: FlowChoices,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  requireMethod(choices, 'password')
  if (!signIn.methods.includes('password')) throw isNoWay('password')
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
  { choices, context }: Visit,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const id = await options.enrollment.beginDevice(choices, originOf(request))
  return await goOn(options, { id, context }, reply)
}

const signInByForm = async (
  options: EnrollOptions,
  visit: Visit,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const { choices, context } = visit
  const form = formOf(request)
  const name = form.get('name') ?? ''
  try {
    const credentials = { name, password: form.get('password') ?? '' }
    const account = await signInByPassword(options, choices, credentials, request)
    return await letIn(options, { account, context }, { by: 'password', request, reply })
  } catch (error) {
    const ways = waysOf(options, visit, request)
    return await showAgain(
      reply,
      error,
      (problem) => signInPage({ ...ways, name, problem }),
      ways.texts,
    )
  }
}
