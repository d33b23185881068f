import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { ServiceError } from '../../errors.ts'
import type {
  ApiTokenService,
  OidcSignIn,
  OperatorService,
  SessionService,
  SetUpService,
} from '../../service/operator/index.ts'
import { callerOf } from '../guard.ts'
import { presentApiToken, presentOperator, presentSession } from '../present.ts'
import { preconditionOf, sendTagged } from './entity-tag.ts'
import {
  NEW_IDENTITY,
  NEW_OPERATOR,
  NEW_PASSWORD,
  NEW_ROLE,
  NEW_TOKEN,
  OPERATOR_PARAMS,
  parseBody,
  parseInput,
  SESSION_PARAMS,
  TOKEN_PARAMS,
} from './input.ts'

export interface OperatorRouteOptions {
  readonly publicUrl: string
  readonly oidc: OidcSignIn | undefined
  readonly operators: OperatorService
  readonly sessions: SessionService
  readonly tokens: ApiTokenService
  readonly setUp: SetUpService
}

/** Operators, and what they are known by: sessions and API tokens. */
export const operatorRoutes = (server: FastifyInstance, options: OperatorRouteOptions): void => {
  const { operators, setUp, publicUrl } = options
  server.get('/operators', async () => ({ data: (await operators.list()).map(presentOperator) }))
  server.post('/operators', async (request, reply) => {
    const { identity, ...wanted } = parseBody(NEW_OPERATOR, request)
    const linked = identity && identityOf(identity, options)
    const added = await operators.add({ ...wanted, identity: linked }, callerOf(request))
    return await reply.code(201).send(presentOperator(added))
  })
  server.get('/operators/:name', async (request, reply) => {
    const { name } = parseInput(OPERATOR_PARAMS, request.params)
    return sendTagged(request, reply, presentOperator(await operators.get(name)))
  })
  server.post('/operators/:name/role', async (request) => {
    const { name } = parseInput(OPERATOR_PARAMS, request.params)
    const { role } = parseBody(NEW_ROLE, request)
    return presentOperator(
      await operators.setRole(name, role, callerOf(request), requireOf(request)),
    )
  })
  server.post('/operators/:name/password', async (request) => {
    const { name } = parseInput(OPERATOR_PARAMS, request.params)
    const { password } = parseBody(NEW_PASSWORD, request)
    return presentOperator(
      await operators.setPassword(name, password, callerOf(request), requireOf(request)),
    )
  })
  server.post('/operators/:name/identity', async (request) => {
    const { name } = parseInput(OPERATOR_PARAMS, request.params)
    const identity = identityOf(parseBody(NEW_IDENTITY, request), options)
    return presentOperator(
      await operators.setIdentity(name, identity, callerOf(request), requireOf(request)),
    )
  })
  server.delete('/operators/:name/identity', async (request) => {
    const { name } = parseInput(OPERATOR_PARAMS, request.params)
    return presentOperator(
      await operators.setIdentity(name, null, callerOf(request), requireOf(request)),
    )
  })
  server.delete('/operators/:name', async (request) => {
    const { name } = parseInput(OPERATOR_PARAMS, request.params)
    return presentOperator(await operators.disable(name, callerOf(request), requireOf(request)))
  })
  server.post('/set-up-links', async (request, reply) => {
    const link = await setUp.createLink(callerOf(request))
    if (link === undefined) {
      throw new ServiceError('conflict', 'already_set_up', 'there are operators already')
    }
    return await reply.code(201).send({
      url: `${publicUrl}/console/set-up/${link.secret}`,
      expiresAt: new Date(link.expiresAt).toISOString(),
    })
  })
  sessionRoutes(server, options)
  tokenRoutes(server, options)
}

/** @throws ServiceError invalid `issuer_missing` */
const identityOf = (
  { issuer: named, subject }: z.output<typeof NEW_IDENTITY>,
  { oidc }: OperatorRouteOptions,
) => {
  const issuer = named ?? oidc?.issuer
  if (issuer !== undefined) return { issuer, subject }
  throw new ServiceError('invalid', 'issuer_missing', 'oidc.issuer is not set: name the issuer')
}

const requireOf = (request: FastifyRequest) => preconditionOf(request, presentOperator)

const sessionRoutes = (server: FastifyInstance, { sessions }: OperatorRouteOptions): void => {
  server.get('/sessions', async (request) => {
    const caller = callerOf(request)
    const found = await sessions.list(caller)
    return { data: found.map((session) => presentSession(session, caller.sessionId)) }
  })
  server.delete('/sessions', async (request, reply) => {
    await sessions.endOwn(callerOf(request))
    return await reply.code(204).send()
  })
  server.delete('/sessions/:id', async (request, reply) => {
    const { id } = parseInput(SESSION_PARAMS, request.params)
    await sessions.end(id, callerOf(request))
    return await reply.code(204).send()
  })
}

const tokenRoutes = (server: FastifyInstance, { tokens }: OperatorRouteOptions): void => {
  server.get('/tokens', async (request) => ({
    data: (await tokens.list(callerOf(request))).map(presentApiToken),
  }))
  server.post('/tokens', async (request, reply) => {
    const { secret, ...token } = await tokens.create(
      parseBody(NEW_TOKEN, request),
      callerOf(request),
    )
    return await reply.code(201).send({ ...presentApiToken(token), secret })
  })
  server.delete('/tokens/:id', async (request, reply) => {
    const { id } = parseInput(TOKEN_PARAMS, request.params)
    await tokens.revoke(id, callerOf(request))
    return await reply.code(204).send()
  })
}
