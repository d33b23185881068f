import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'
import type { Method } from '../access.ts'
import { type Guard, ownerGuard } from '../guard.ts'
import { refuse } from '../problem.ts'
import { accountOperations } from './account.ts'
import { accountImportOperations } from './account-import.ts'
import { auditOperations } from './audit.ts'
import { csvOperations } from './csv.ts'
import { directoryOperations } from './directory.ts'
import { enrollmentOperations } from './enrollment.ts'
import { EVENT_STREAM, eventOperations } from './events.ts'
import { explanationOperations } from './explanation.ts'
import { flowOperations } from './flow.ts'
import { flowDeviceOperations } from './flow-device.ts'
import { funnelOperations } from './funnel.ts'
import { doKeyedOnce } from './idempotency.ts'
import { invitationOperations } from './invitation.ts'
import { linkOperations } from './link.ts'
import { describeApi } from './openapi.ts'
import { type Operation, pathPattern } from './operation.ts'
import { operatorOperations } from './operator.ts'
import { answerWithProblems } from './problem.ts'
import { limitRequests } from './rate-limit.ts'
import { ownerOperations, serverOperations } from './server.ts'
import type { ApiOptions } from './services.ts'
import { sessionOperations } from './session.ts'
import { tokenOperations } from './token.ts'
import { updateOperations } from './update.ts'
import { webhookOperations } from './webhook.ts'

const PUBLIC_OPERATIONS: readonly Operation[] = [
  ...enrollmentOperations,
  ...eventOperations,
  ...explanationOperations,
  ...funnelOperations,
  ...csvOperations,
  ...accountOperations,
  ...accountImportOperations,
  ...flowOperations,
  ...flowDeviceOperations,
  ...invitationOperations,
  ...auditOperations,
  ...directoryOperations,
  ...operatorOperations,
  ...sessionOperations,
  ...tokenOperations,
  ...webhookOperations,
  ...linkOperations,
  ...updateOperations,
  ...serverOperations,
]

/** Everything that the API does. */
export const OPERATIONS: readonly Operation[] = [...PUBLIC_OPERATIONS, ...ownerOperations]

/**
 * The API, and its description at `/api/openapi.json`. To strangers it says nothing else but 401, also where there is
 * no such resource.
 */
export const apiRoutes =
  (options: ApiOptions, guard: Guard) =>
  async (server: FastifyInstance): Promise<void> => {
    answerWithProblems(server, options.audit)
    limitRequests(server, options.requestLimit)
    doKeyedOnce(server, options.once)
    const operations = guard === ownerGuard ? OPERATIONS : PUBLIC_OPERATIONS
    for (const each of operations) each.register(server, options)
    describeItself(server)
    const resources = operations.map(toResource)
    // Before Fastify has an opinion of the method.
    server.addHook('onRequest', async (request, reply) => {
      if (!request.is404) return
      await guard.identify(request)
      await sayWhatThereIs(resources, request, reply)
    })
    // Without one, the hook would not be asked.
    server.setNotFoundHandler(async () => {
      throw new Error('the hook has let it pass')
    })
  }

const describeItself = (server: FastifyInstance): void => {
  let document: string | undefined
  server.get('/openapi.json', async (_request, reply) => {
    document ??= JSON.stringify(describeApi(OPERATIONS))
    return await reply.type('application/json').send(document)
  })
}

interface Resource {
  readonly methods: readonly (Method | 'HEAD')[]
  readonly pattern: RegExp
}

const toResource = (operation: Operation): Resource => {
  const { method, answers } = operation
  return {
    // A stream without end cannot be asked for its headers alone.
    methods: method === 'GET' && answers.type !== EVENT_STREAM ? ['GET', 'HEAD'] : [method],
    pattern: pathPattern(operation),
  }
}

/** RFC 9110 §15.5.6: other methods may be asked of a resource that is there. */
const sayWhatThereIs = async (
  resources: readonly Resource[],
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const [path = ''] = request.url.split('?', 1)
  const methods = resources
    .filter(({ pattern }) => pattern.test(path))
    .flatMap((resource) => resource.methods)
  if (methods.length === 0) {
    throw new ServiceError('not_found', 'route_unknown', 'there is no such resource')
  }
  reply.header('allow', methods.join(', '))
  const detail = `${request.method} cannot be asked of this resource`
  return await refuse(request, reply, { status: 405, code: 'method_not_allowed', detail })
}
