import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ServiceError } from '../../errors.ts'
import { ENROLLMENT_STATES, type Id, parseId, ROLES, SCOPES } from '../../model/index.ts'
import { bodyOf } from '../request.ts'

/** What a schema makes of a value from outside. @throws ServiceError invalid `input` */
export const parseInput = <T extends z.ZodType>(schema: T, value: unknown): z.output<T> => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new ServiceError('invalid', 'input', faults.join('; '))
}

/** The JSON of a request's body. @throws ServiceError invalid `input` */
export const parseBody = <T extends z.ZodType>(schema: T, request: FastifyRequest): z.output<T> =>
  parseInput(schema, parseJson(bodyOf(request)))

const parseJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch (cause) {
    throw new ServiceError('invalid', 'input', 'the body is not JSON', { cause })
  }
}

export const id = <N extends Parameters<typeof parseId>[0]>(noun: N) =>
  z.string().transform((text, context): Id<N> => {
    const parsed = parseId(noun, text)
    if (parsed !== undefined) return parsed
    context.addIssue({ code: 'custom', message: `not an id of kind ${noun}` })
    return z.NEVER
  })

export const LIMIT = z.coerce.number().int().min(1).max(500).default(50)

export const ENROLLMENT_QUERY = z.strictObject({
  limit: LIMIT,
  cursor: id('enrollment').optional(),
  state: z.enum(ENROLLMENT_STATES).optional(),
})

export const STEP_QUERY = z.strictObject({ limit: LIMIT, after: id('step').optional() })

export const ENROLLMENT_PARAMS = z.object({ id: id('enrollment') })

const fullName = z.string().max(256)
const email = z.string().max(320)
const attributes = z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/), z.string().max(1024))

export const NEW_ACCOUNT = z.strictObject({
  name: z.string(),
  password: z.string(),
  fullName: fullName.optional(),
  email: email.optional(),
  attributes: attributes.optional(),
})

/** What is not said stays as it is; null: it is no longer known. */
export const ACCOUNT_CHANGE = z.strictObject({
  fullName: fullName.nullable().exactOptional(),
  email: email.nullable().exactOptional(),
  attributes: attributes.exactOptional(),
  reason: z.string().min(1).max(1024).exactOptional(),
})

/** What an operator may say about a change. */
export const REASON = z.strictObject({ reason: z.string().min(1).max(1024).optional() })

export const NEW_LINK = z.strictObject({ enrollment: id('enrollment').optional() })

const role = z.enum(ROLES)

/** `issuer` is the configured one if nothing else is said. */
export const NEW_IDENTITY = z.strictObject({ issuer: z.string().optional(), subject: z.string() })

/** With a password, an identity, or both. */
export const NEW_OPERATOR = z.strictObject({
  name: z.string(),
  password: z.string().optional(),
  identity: NEW_IDENTITY.optional(),
  role,
})

export const OPERATOR_PARAMS = z.object({ name: z.string() })

export const NEW_ROLE = z.strictObject({ role })

export const NEW_PASSWORD = z.strictObject({ password: z.string() })

export const SESSION_PARAMS = z.object({ id: id('session') })

export const NEW_TOKEN = z.strictObject({
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)).min(1),
  days: z.number().int().min(1).max(365).default(90),
})

export const TOKEN_PARAMS = z.object({ id: id('token') })

export const NEW_BACKUP = z.strictObject({
  file: z.string().max(4096),
  passphrase: z.string().max(1024),
})
