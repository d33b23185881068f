import type { FastifyInstance } from 'fastify'
import { ServiceError } from '../../errors.ts'
import type { AccountService } from '../../service/account/index.ts'
import type { AuditService } from '../../service/audit/index.ts'
import type { BackupService } from '../../service/backup/index.ts'
import type { Diagnose } from '../../service/diagnosis/index.ts'
import type { EnrollmentService } from '../../service/enrollment/index.ts'
import type { Once } from '../../service/idempotency/index.ts'
import type { RequestLimit } from '../../service/limit/index.ts'
import type { Access } from '../../service/operator/index.ts'
import { callerOf, type Guard, ownerGuard } from '../guard.ts'
import {
  presentAccount,
  presentBackup,
  presentConnection,
  presentEnrollment,
  presentPerson,
  presentStep,
  presentSummary,
} from '../present.ts'
import { bodyOf } from '../request.ts'
import { auditRoutes } from './audit.ts'
import { preconditionOf, requirePrecondition, sendTagged } from './entity-tag.ts'
import { type EventOptions, eventRoutes } from './events.ts'
import { doKeyedOnce } from './idempotency.ts'
import {
  ACCOUNT_CHANGE,
  ENROLLMENT_PARAMS,
  ENROLLMENT_QUERY,
  NEW_ACCOUNT,
  NEW_BACKUP,
  NEW_LINK,
  parseBody,
  parseInput,
  REASON,
  STEP_QUERY,
} from './input.ts'
import { type OperatorRouteOptions, operatorRoutes } from './operator-routes.ts'
import { answerWithProblems } from './problem.ts'
import { limitRequests } from './rate-limit.ts'

export interface ApiOptions extends OperatorRouteOptions, EventOptions {
  readonly enrollment: EnrollmentService
  readonly accounts: AccountService
  readonly audit: AuditService
  readonly access: Access
  readonly backups: BackupService
  readonly diagnose: Diagnose
  readonly requestLimit: RequestLimit
  readonly once: Once
}

/** `/api/v1`. To strangers it says nothing but 401, also where there is no such resource. */
export const apiRoutes =
  (options: ApiOptions, guard: Guard) =>
  async (server: FastifyInstance): Promise<void> => {
    answerWithProblems(server, options.audit)
    limitRequests(server, options.requestLimit)
    doKeyedOnce(server, options.once)
    enrollmentRoutes(server, options)
    accountRoutes(server, options)
    operatorRoutes(server, options)
    auditRoutes(server, options)
    eventRoutes(server, options)
    server.get('/diagnosis', async () => {
      const { connections, ...diagnosis } = await options.diagnose()
      return { ...diagnosis, connections: connections.map(presentConnection) }
    })
    // It names a file of this machine, and its passphrase is for nobody on the way.
    if (guard === ownerGuard) backupRoutes(server, options)
    server.post('/links', async (request, reply) => {
      const { enrollment } = parseBody(NEW_LINK, request)
      if (enrollment !== undefined) await options.enrollment.get(enrollment)
      const { secret, expiresAt } = await options.access.createLink(
        enrollment ?? '*',
        callerOf(request),
      )
      return await reply.code(201).send({
        url: `${options.publicUrl}/open/${secret}`,
        expiresAt: new Date(expiresAt).toISOString(),
      })
    })
    server.setNotFoundHandler(async (request) => {
      await guard.identify(request)
      throw new ServiceError('not_found', 'route_unknown', 'there is no such resource')
    })
  }

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
  server.get('/enrollments/:id', async (request, reply) => {
    const { id } = parseInput(ENROLLMENT_PARAMS, request.params)
    return sendTagged(request, reply, presentEnrollment(await enrollment.get(id)))
  })
  server.get('/steps', async (request) => {
    const { limit, after } = parseInput(STEP_QUERY, request.query)
    const steps = await enrollment.stepsAfter(after, limit)
    return { data: steps.map((step) => ({ ...presentStep(step), enrollment: step.enrollmentId })) }
  })
}

const accountRoutes = (server: FastifyInstance, { accounts, enrollment }: ApiOptions): void => {
  server.get('/accounts', async () => ({ data: (await accounts.list()).map(presentAccount) }))
  server.post('/accounts', async (request, reply) => {
    const account = await accounts.add(parseBody(NEW_ACCOUNT, request), callerOf(request))
    return await reply.code(201).send(presentAccount(account))
  })
  server.get<{ Params: { name: string } }>('/accounts/:name', async (request, reply) =>
    sendTagged(request, reply, presentAccount(await accounts.get(request.params.name))),
  )
  server.patch<{ Params: { name: string } }>('/accounts/:name', async (request, reply) => {
    const require = requirePrecondition(request, presentAccount)
    const { reason, ...to } = parseBody(ACCOUNT_CHANGE, request)
    const doing = { by: callerOf(request), reason, require }
    const changed = await accounts.change(request.params.name, to, doing)
    return sendTagged(request, reply, presentAccount(changed))
  })
  server.post<{ Params: { name: string } }>('/accounts/:name/disable', async (request) => {
    const { reason } = bodyOf(request).length === 0 ? {} : parseBody(REASON, request)
    const how = { reason, require: preconditionOf(request, presentAccount) }
    return presentAccount(await accounts.disable(request.params.name, callerOf(request), how))
  })
  server.get<{ Params: { name: string } }>('/accounts/:name/export', async (request) => {
    const account = await accounts.get(request.params.name)
    const dossiers = await enrollment.ofAccount(account.id)
    return presentPerson(account, dossiers)
  })
  server.post<{ Params: { name: string } }>('/accounts/:name/erase', async (request) => {
    const { reason } = bodyOf(request).length === 0 ? {} : parseBody(REASON, request)
    const how = { reason, require: preconditionOf(request, presentAccount) }
    return presentAccount(await accounts.erase(request.params.name, callerOf(request), how))
  })
}

const backupRoutes = (server: FastifyInstance, { backups }: ApiOptions): void => {
  server.post('/backups', async (request, reply) => {
    const backup = await backups.create(parseBody(NEW_BACKUP, request))
    return await reply.code(201).send(presentBackup(backup))
  })
}
