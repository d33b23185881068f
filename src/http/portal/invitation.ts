import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { DEFAULT_FLOW } from '../../model/index.ts'
import type { InvitationService } from '../../service/invitation/index.ts'
import type { Access } from '../../service/operator/index.ts'
import { invitationPage } from '../page/index.ts'
import { answerInTheirLanguage } from '../portal-failure.ts'
import { INVITATION_COOKIE, originOf, sessionCookie } from '../request.ts'
import { refuseForeignOrigin } from '../same-origin.ts'
import { rememberLanguage, sendPage } from '../speech.ts'
import { TEXTS } from '../text/index.ts'
import { goOn } from './let-in.ts'

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
    answerInTheirLanguage(server, organization, ({ frame }) => ({
      href: '/enroll',
      label: frame.toSignIn,
    }))
    server.get('/i/:token', async (request: Asked, reply) => {
      const { token } = request.params
      const origin = originOf(request)
      const invitation = await invitations.lookAt(token, { origin, isPerson: isPerson(request) })
      const action = `/i/${encodeURIComponent(token)}`
      const texts = TEXTS[invitation.language]
      return await sendPage(reply, invitationPage({ organization, texts, action, invitation }))
    })
    server.post('/i/:token', async (request: Asked, reply) => await begin(options, request, reply))
  }

const begin = async (
  options: InvitationPageOptions,
  request: Asked,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  refuseForeignOrigin(request, options.publicUrl)
  const { token } = request.params
  const origin = originOf(request)
  const { flow, language } = await options.invitations.lookAt(token, { origin, isPerson: true })
  rememberLanguage(reply, language)
  const id = await options.invitations.beginByLink(token, origin)
  if (id !== undefined) return await goOn(options, { id, context: '' }, reply)
  reply.header('set-cookie', sessionCookie(INVITATION_COOKIE, token, options.minutes * 60))
  return await reply.redirect(flow === DEFAULT_FLOW ? '/enroll' : `/e/${flow}`, 303)
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
