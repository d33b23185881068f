import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { InvitationService } from '../../service/invitation/index.ts'
import type { Access } from '../../service/operator/index.ts'
import { answerWithPages } from '../failure-page.ts'
import { invitationPage } from '../page/index.ts'
import { INVITATION_COOKIE, originOf, PORTAL_COOKIE, sessionCookie } from '../request.ts'
import { refuseForeignOrigin } from '../same-origin.ts'

export interface InvitationPageOptions {
  readonly organization: string
  readonly publicUrl: string
  /** How long a sign-in lasts. */
  readonly minutes: number
  readonly invitations: InvitationService
  readonly access: Access
}

type Asked = FastifyRequest<{ Params: { token: string } }>

/** `/i/:token`: where the link of an invitation leads. Only the button of its page begins something. */
export const invitationRoutes =
  (options: InvitationPageOptions) =>
  async (server: FastifyInstance): Promise<void> => {
    const { organization, invitations } = options
    answerWithPages(server, organization, { href: '/enroll', label: 'Go to sign-in' })
    server.get('/i/:token', async (request: Asked, reply) => {
      const { token } = request.params
      const origin = originOf(request)
      const invitation = await invitations.lookAt(token, { origin, isPerson: isPerson(request) })
      const action = `/i/${encodeURIComponent(token)}`
      return await reply
        .type('text/html')
        .send(invitationPage({ organization, action, invitation }))
    })
    server.post('/i/:token', async (request: Asked, reply) => await begin(options, request, reply))
  }

const begin = async (
  { publicUrl, minutes, invitations, access }: InvitationPageOptions,
  request: Asked,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  refuseForeignOrigin(request, publicUrl)
  const { token } = request.params
  const id = await invitations.beginByLink(token, originOf(request))
  if (id === undefined) {
    return await reply
      .header('set-cookie', sessionCookie(INVITATION_COOKIE, token, minutes * 60))
      .redirect('/enroll', 303)
  }
  const session = await access.createPortalSession(id, minutes)
  return await reply
    .header('set-cookie', sessionCookie(PORTAL_COOKIE, session.secret, session.seconds))
    .redirect('/enroll/ready', 303)
}

/** What programs call themselves that look at links before people do. */
const PREVIEW =
  /bot|crawl|spider|preview|facebookexternalhit|whatsapp|slack|skype|curl|wget|python/i

/** Whether a browser asks that somebody looks at, as far as it says. */
const isPerson = ({ method, headers }: FastifyRequest): boolean => {
  const { accept = '', purpose, 'user-agent': agent = '', 'sec-fetch-mode': mode } = headers
  if (method !== 'GET' || !accept.includes('text/html')) return false
  if (purpose !== undefined || headers['sec-purpose'] !== undefined) return false
  return (mode === undefined || mode === 'navigate') && agent !== '' && !PREVIEW.test(agent)
}
