import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'
import type { AccountService } from '../../service/account/index.ts'
import type { AuditService } from '../../service/audit/index.ts'
import type { EnrollmentService } from '../../service/enrollment/index.ts'
import { type Actor, OWNER } from '../../service/journal/index.ts'
import type { Access } from '../../service/operator/index.ts'
import { presentAccount, presentEnrollment, presentStep, presentSummary } from '../present.ts'
import { bodyOf, originOf } from '../request.ts'
import { auditRoutes } from './audit.ts'
import {
  ENROLLMENT_PARAMS,
  ENROLLMENT_QUERY,
  NEW_ACCOUNT,
  NEW_LINK,
  parseBody,
  parseInput,
  REASON,
  STEP_QUERY,
} from './input.ts'
import { answerWithProblems } from './problem.ts'

export interface ApiOptions {
  readonly publicUrl: string
  readonly enrollment: EnrollmentService
  readonly accounts: AccountService
  readonly audit: AuditService
  readonly access: Access
}

/** How a listener knows who calls: over TLS by token; on the owner's socket by being there. */
export type Authentication = 'token' | 'owner'

/** `/api/v1`. Without a good token there is no answer but 401. */
export const apiRoutes =
  (options: ApiOptions, authentication: Authentication) =>
  async (server: FastifyInstance): Promise<void> => {
    answerWithProblems(server, options.audit)
    if (authentication === 'token') {
      server.addHook('onRequest', async (request) => {
        await options.access.requireApiToken(bearerOf(request))
      })
    }
    enrollmentRoutes(server, options)
    accountRoutes(server, options)
    auditRoutes(server, options)
    server.post('/links', async (request, reply) => {
      const { enrollment } = parseBody(NEW_LINK, request)
      if (enrollment !== undefined) await options.enrollment.get(enrollment)
      const { secret, expiresAt } = await options.access.createLink(enrollment ?? '*')
      return await reply.code(201).send({
        url: `${options.publicUrl}/open/${secret}`,
        expiresAt: new Date(expiresAt).toISOString(),
      })
    })
    server.setNotFoundHandler(async () => {
      throw new ServiceError('not_found', 'route_unknown', 'there is no such resource')
    })
  }

const bearerOf = ({ headers }: FastifyRequest): string =>
  /^Bearer +([A-Za-z0-9_-]{1,128})$/.exec(headers.authorization ?? '')?.[1] ?? ''

/** A page of a list: one more was asked for, to know whether there is more. */
const page = <T extends { readonly id: string }>(found: readonly T[], limit: number) => {
  const data = found.slice(0, limit)
  const hasMore = found.length > limit
  return { data, page: { hasMore, nextCursor: hasMore ? (data.at(-1)?.id ?? null) : null } }
}

const enrollmentRoutes = (server: FastifyInstance, { enrollment }: ApiOptions): void => {
  server.get('/enrollments', async (request) => {
    const { limit, cursor, state } = parseInput(ENROLLMENT_QUERY, request.query)
    const records = await enrollment.find({ limit: limit + 1, before: cursor, state })
    return page(records.map(presentSummary), limit)
  })
  server.get('/enrollments/:id', async (request) => {
    const { id } = parseInput(ENROLLMENT_PARAMS, request.params)
    return presentEnrollment(await enrollment.get(id))
  })
  server.get('/steps', async (request) => {
    const { limit, after } = parseInput(STEP_QUERY, request.query)
    const steps = await enrollment.stepsAfter(after, limit)
    return { data: steps.map((step) => ({ ...presentStep(step), enrollment: step.enrollmentId })) }
  })
}

const ownerAt = (request: FastifyRequest): Actor => ({ ...OWNER, origin: originOf(request) })

const accountRoutes = (server: FastifyInstance, { accounts }: ApiOptions): void => {
  server.get('/accounts', async () => ({ data: (await accounts.list()).map(presentAccount) }))
  server.post('/accounts', async (request, reply) => {
    const account = await accounts.add(parseBody(NEW_ACCOUNT, request), ownerAt(request))
    return await reply.code(201).send(presentAccount(account))
  })
  server.post<{ Params: { name: string } }>('/accounts/:name/disable', async (request) => {
    const { reason } = bodyOf(request).length === 0 ? {} : parseBody(REASON, request)
    return presentAccount(await accounts.disable(request.params.name, ownerAt(request), reason))
  })
}
