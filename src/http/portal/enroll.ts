import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'
import type { EnrollmentId } from '../../model/index.ts'
import type { SignIn } from '../../service/account/index.ts'
import type { EnrollmentService } from '../../service/enrollment/index.ts'
import type { InvitationService } from '../../service/invitation/index.ts'
import type { Access } from '../../service/operator/index.ts'
import { PROFILE_TYPE } from '../device/index.ts'
import { answerWithPages } from '../failure-page.ts'
import { formOf, showAgain } from '../form.ts'
import { scopeOf } from '../guard.ts'
import { IPHONE_TAPS, readyPage, signInPage } from '../page/index.ts'
import { originOf, PORTAL_COOKIE, sessionCookie } from '../request.ts'
import { refuseForeignOrigin } from '../same-origin.ts'
import { beginSignedIn, invitedName } from './invited.ts'

export interface EnrollOptions {
  readonly organization: string
  readonly publicUrl: string
  /** How long a sign-in lasts. */
  readonly minutes: number
  readonly signIn: SignIn
  readonly enrollment: EnrollmentService
  readonly invitations: InvitationService
  readonly access: Access
}

/** `/enroll`: HTTP Basic for programs and devices, a form for people, then the phase 1 profile. */
export const enrollRoutes =
  (options: EnrollOptions) =>
  async (server: FastifyInstance): Promise<void> => {
    answerWithPages(server, options.organization, { href: '/enroll', label: 'Go to sign-in' })
    server.get(
      '/enroll',
      { exposeHeadRoute: false },
      async (request, reply) => await enroll(options, request, reply),
    )
    server.post('/enroll', async (request, reply) => await signInByForm(options, request, reply))
    server.get('/enroll/ready', async (request, reply) => {
      const { account } = await options.enrollment.get(enrollmentOf(request))
      const accountName = account.fullName ?? account.name
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
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const { authorization, accept = '' } = request.headers
  if (authorization === undefined) {
    if (!accept.includes('text/html')) return await askForBasic(options, reply)
    const { organization } = options
    const name = await invitedName(options, request)
    const form = { organization, action: '/enroll', ...(name !== undefined && { name }) }
    return await reply.type('text/html').send(signInPage(form))
  }
  const credentials = parseBasic(authorization)
  if (credentials === undefined) return await askForBasic(options, reply)
  try {
    const account = await options.signIn(credentials, originOf(request))
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

// RFC 7617.
const askForBasic = async (
  { organization }: EnrollOptions,
  reply: FastifyReply,
): Promise<FastifyReply> => {
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
    const account = await options.signIn(credentials, originOf(request))
    const id = await beginSignedIn(options, account, { request, reply })
    const session = await options.access.createPortalSession(id, options.minutes)
    return await reply
      .header('set-cookie', sessionCookie(PORTAL_COOKIE, session.secret, session.seconds))
      .redirect('/enroll/ready', 303)
  } catch (error) {
    const { organization } = options
    return await showAgain(reply, error, (problem) =>
      signInPage({ organization, action: '/enroll', name, problem }),
    )
  }
}
