import type { FastifyInstance } from 'fastify'
import { ServiceError } from '../../errors.ts'
import { isEnded, parseId } from '../../model/index.ts'
import type { EnrollmentService } from '../../service/enrollment/index.ts'
import type { FunnelService } from '../../service/funnel/index.ts'
import type { Access } from '../../service/operator/index.ts'
import { SIGN_IN } from '../access.ts'
import { answerWithPages } from '../failure-page.ts'
import { scopeOf } from '../guard.ts'
import { enrollmentListPage, funnelPage, personPage, timelinePage } from '../page/index.ts'
import { presentEnrollment, presentFunnel, presentSummary } from '../present.ts'
import { originOf, sessionCookie, VISITOR_COOKIE } from '../request.ts'

export interface TimelineOptions {
  readonly organization: string
  readonly enrollment: EnrollmentService
  readonly funnel: FunnelService
  readonly access: Access
}

const LIST_LENGTH = 100
const PERSON_LENGTH = 20

/**
 * `/open/:link` begins a session; `/enrollments`, `/enrollments/:id`, `/accounts/:id` and `/funnel` show what it may see.
 */
export const timelineRoutes =
  (options: TimelineOptions) =>
  async (server: FastifyInstance): Promise<void> => {
    const { organization, enrollment, funnel, access } = options
    answerWithPages(server, organization, { href: SIGN_IN, label: 'Go to sign-in' })
    // Programs that preview links ask with HEAD: that must not use one up.
    const byGet = { exposeHeadRoute: false }
    server.get<{ Params: { link: string } }>('/open/:link', byGet, async (request, reply) => {
      const { secret, seconds, scope } = await access.openLink(
        request.params.link,
        originOf(request),
      )
      return await reply
        .header('set-cookie', sessionCookie(VISITOR_COOKIE, secret, seconds))
        .redirect(scope === '*' ? '/enrollments' : `/enrollments/${scope}`, 303)
    })
    server.get('/enrollments', async (request, reply) => {
      if (scopeOf(request) !== '*') throw unknown()
      const records = await enrollment.find({ limit: LIST_LENGTH })
      return await reply.type('text/html').send(
        enrollmentListPage({
          organization,
          enrollments: records.map(presentSummary),
          isOperator: request.caller?.sessionId !== undefined,
        }),
      )
    })
    server.get('/funnel', async (request, reply) => {
      if (scopeOf(request) !== '*') throw unknown()
      const counted = presentFunnel(await funnel.read({}))
      return await reply.type('text/html').send(funnelPage({ organization, funnel: counted }))
    })
    server.get<{ Params: { id: string } }>('/accounts/:id', async (request, reply) => {
      const accountId = parseId('account', request.params.id)
      if (accountId === undefined || scopeOf(request) !== '*') throw unknown()
      const found = await enrollment.timeline({ accountId, limit: PERSON_LENGTH })
      const [first, ...more] = found.map(presentEnrollment)
      if (first === undefined) throw unknown()
      return await reply.type('text/html').send(personPage([first, ...more]))
    })
    server.get<{ Params: { id: string }; Querystring: { live?: string } }>(
      '/enrollments/:id',
      async (request, reply) => {
        const scope = scopeOf(request)
        const id = parseId('enrollment', request.params.id)
        if (id === undefined || (scope !== '*' && scope !== id)) throw unknown()
        const view = presentEnrollment(await enrollment.get(id))
        const isLive =
          request.query.live !== 'off' && !isEnded(view.state) && view.state !== 'configured'
        return await reply.type('text/html').send(
          timelinePage(view, {
            ...(isLive && { refreshSeconds: 3 }),
            ...(scope === '*' && { personPath: `/accounts/${view.account.id}` }),
          }),
        )
      },
    )
  }

const unknown = (): ServiceError =>
  new ServiceError('not_found', 'enrollment_unknown', 'there is no such enrollment')
