import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ServiceError } from '../../errors.ts'
import type { OperatorService } from '../../service/operator/index.ts'
import { idOf, PERHAPS_TIME, ROLE, TEXT, TIME } from '../field.ts'
import { momentOrNull, rfc3339 } from '../present.ts'
import { preconditionOf } from './entity-tag.ts'
import { FLAG, id, NAME, NAMED } from './input.ts'
import { created, ok, operation } from './operation.ts'
import { byId, listQuery, pageOf, toPage } from './page.ts'
import type { ApiOptions } from './services.ts'

const IDENTITY = z
  .strictObject({ issuer: TEXT, subject: TEXT })
  .meta({ id: 'Identity', description: 'Somebody as an OpenID provider knows them.' })

const OPERATOR = z
  .strictObject({
    id: idOf('operator'),
    name: TEXT,
    role: ROLE,
    identity: IDENTITY.nullable(),
    createdAt: TIME,
    signedInAt: PERHAPS_TIME,
    disabledAt: PERHAPS_TIME,
  })
  .meta({ id: 'Operator', description: 'Someone who runs windfall.' })

type Operator = Awaited<ReturnType<OperatorService['list']>>[number]

const presentOperator = (operator: Operator): z.output<typeof OPERATOR> => ({
  id: operator.id,
  name: operator.name,
  role: operator.role,
  identity: operator.identity,
  createdAt: rfc3339(operator.createdAt),
  signedInAt: momentOrNull(operator.signedInAt),
  disabledAt: momentOrNull(operator.disabledAt),
})

const PASSWORD = z.string().meta({ minLength: 12, maxLength: 1024 })

// OpenID Connect Core §2: at most 255 ASCII characters.
const NEW_IDENTITY = z
  .strictObject({
    issuer: z.string().optional().meta({ format: 'uri', description: 'Else the configured one.' }),
    subject: z.string().meta({ pattern: '^[\\x20-\\x7e]{1,255}$' }),
  })
  .meta({ id: 'NewIdentity' })

const NEW_OPERATOR = z
  .strictObject({
    name: NAME,
    password: PASSWORD.optional(),
    identity: NEW_IDENTITY.optional(),
    role: ROLE,
  })
  .meta({
    id: 'NewOperator',
    description: 'With a password, an identity, or both.',
    anyOf: [{ required: ['password'] }, { required: ['identity'] }],
  })

/** @throws ServiceError invalid `issuer_missing` */
const identityOf = (
  { issuer: named, subject }: z.output<typeof NEW_IDENTITY>,
  { oidc }: ApiOptions,
) => {
  const issuer = named ?? oidc?.issuer
  if (issuer !== undefined) return { issuer, subject }
  throw new ServiceError('invalid', 'issuer_missing', 'oidc.issuer is not set: name the issuer')
}

const requireOf = (request: FastifyRequest) => preconditionOf(request, presentOperator)

const CHANGE_REFUSALS = {
  404: ['operator_unknown'],
  409: ['operator_disabled', 'last_owner'],
} as const

/** Who runs windfall, and in which role. */
export const operatorOperations = [
  operation(
    {
      id: 'listOperators',
      method: 'GET',
      path: '/operators',
      summary: 'List operators, oldest first',
      asks: listQuery(id('operator'), { role: ROLE.optional(), disabled: FLAG.optional() }),
      answers: ok(pageOf('OperatorPage', OPERATOR)),
    },
    async ({ operators }, { query: { limit, cursor, ...filter } }) => {
      const found = await operators.list({ ...filter, after: cursor, limit: limit + 1 })
      return toPage(found, limit, { present: presentOperator, cursorOf: byId })
    },
  ),
  operation(
    {
      id: 'addOperator',
      method: 'POST',
      path: '/operators',
      summary: 'Add an operator',
      asks: z.object({ body: NEW_OPERATOR }),
      answers: created(OPERATOR),
      problems: {
        400: [
          'operator_name',
          'password_short',
          'password_too_long',
          'identity_malformed',
          'credentials_missing',
          'issuer_missing',
        ],
        409: ['operator_exists', 'identity_taken'],
      },
    },
    async (options, { body: { identity, ...wanted } }, { by }) => {
      const linked = identity && identityOf(identity, options)
      return presentOperator(await options.operators.add({ ...wanted, identity: linked }, by))
    },
  ),
  operation(
    {
      id: 'getOperator',
      method: 'GET',
      path: '/operators/:name',
      summary: 'Read an operator',
      asks: NAMED,
      answers: ok(OPERATOR),
      isTagged: true,
      problems: { 404: ['operator_unknown'] },
    },
    async ({ operators }, { params }) => presentOperator(await operators.get(params.name)),
  ),
  operation(
    {
      id: 'setOperatorRole',
      method: 'POST',
      path: '/operators/:name/role',
      summary: 'Give an operator another role; ends their sessions',
      asks: NAMED.extend({ body: z.strictObject({ role: ROLE }).meta({ id: 'NewRole' }) }),
      answers: ok(OPERATOR),
      precondition: 'possible',
      problems: CHANGE_REFUSALS,
    },
    async ({ operators }, { params, body }, { by, request }) =>
      presentOperator(await operators.setRole(params.name, body.role, by, requireOf(request))),
  ),
  operation(
    {
      id: 'setOperatorPassword',
      method: 'POST',
      path: '/operators/:name/password',
      summary: 'Give an operator another password; ends their sessions',
      asks: NAMED.extend({
        body: z.strictObject({ password: PASSWORD }).meta({ id: 'NewPassword' }),
      }),
      answers: ok(OPERATOR),
      precondition: 'possible',
      problems: { ...CHANGE_REFUSALS, 400: ['password_short', 'password_too_long'] },
    },
    async ({ operators }, { params, body }, { by, request }) => {
      const require = requireOf(request)
      return presentOperator(await operators.setPassword(params.name, body.password, by, require))
    },
  ),
  operation(
    {
      id: 'linkOperator',
      method: 'POST',
      path: '/operators/:name/identity',
      summary: 'Let an operator sign in with an OpenID provider; ends their sessions',
      asks: NAMED.extend({ body: NEW_IDENTITY }),
      answers: ok(OPERATOR),
      precondition: 'possible',
      problems: {
        ...CHANGE_REFUSALS,
        400: ['identity_malformed', 'issuer_missing'],
        409: [...CHANGE_REFUSALS[409], 'identity_taken'],
      },
    },
    async (options, { params, body }, { by, request }) => {
      const identity = identityOf(body, options)
      const require = requireOf(request)
      return presentOperator(
        await options.operators.setIdentity(params.name, identity, by, require),
      )
    },
  ),
  operation(
    {
      id: 'unlinkOperator',
      method: 'DELETE',
      path: '/operators/:name/identity',
      summary: 'Let an operator no longer sign in with an OpenID provider; ends their sessions',
      asks: NAMED,
      answers: ok(OPERATOR),
      precondition: 'possible',
      problems: CHANGE_REFUSALS,
    },
    async ({ operators }, { params }, { by, request }) =>
      presentOperator(await operators.setIdentity(params.name, null, by, requireOf(request))),
  ),
  operation(
    {
      id: 'disableOperator',
      method: 'DELETE',
      path: '/operators/:name',
      summary: 'End the sessions and API tokens of an operator, for good',
      asks: NAMED,
      answers: ok(OPERATOR),
      precondition: 'possible',
      problems: CHANGE_REFUSALS,
    },
    async ({ operators }, { params }, { by, request }) =>
      presentOperator(await operators.disable(params.name, by, requireOf(request))),
  ),
] as const
