import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Caller } from '../../service/operator/index.ts'
import { API_PREFIX, type Method } from '../access.ts'
import { callerOf } from '../guard.ts'
import { sendTagged } from './entity-tag.ts'
import { parseInput, readJson } from './input.ts'
import type { ApiOptions } from './services.ts'

/** One thing that the API does: what it is called, what it asks for, and what it answers. */
interface Description<Asked extends z.ZodObject, Answered extends z.ZodType> {
  /** Unique, for the document and what is made of it. */
  readonly id: string
  readonly method: Method
  /** Below `/api/v1`. */
  readonly path: string
  /** One line. */
  readonly summary: string
  /** What the summary has no room for. */
  readonly description?: string
  /** `params`, `query`, `headers` and `body`, each where there is one. */
  readonly asks: Asked
  readonly answers: Answer<Answered>
  /** Whether its answer has an entity tag, and is not sent to whoever has it already. */
  readonly isTagged?: true
  /** Whether `If-Match` may say which state a change begins from, or has to. */
  readonly precondition?: 'possible' | 'needed'
  /** The codes of its own refusals, beside those that every operation has, by their status. */
  readonly problems?: Problems
}

export interface Answer<Schema extends z.ZodType> {
  readonly status: 200 | 201 | 204
  /** What is in its body, of the media type `type`. With the status 204 there is none. */
  readonly schema: Schema
  readonly type: string
}

export type Problems = Readonly<Partial<Record<400 | 403 | 404 | 409 | 503, readonly string[]>>>

/** Nothing is asked for. */
export const NOTHING = z.object({})

export const ok = <Schema extends z.ZodType>(schema: Schema): Answer<Schema> => ({
  status: 200,
  schema,
  type: 'application/json',
})

export const created = <Schema extends z.ZodType>(schema: Schema): Answer<Schema> => ({
  ...ok(schema),
  status: 201,
})

export const noContent: Answer<z.ZodVoid> = { ...ok(z.void()), status: 204 }

/** Who asks, and how. */
export interface Context {
  readonly by: Caller
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** One thing that the API does, whatever it asks for. */
export interface Operation extends Description<z.ZodObject, z.ZodType> {
  register(server: FastifyInstance, options: ApiOptions): void
}

/** An operation, and how it is done. What is asked for is read, and checked, before `answer` is called. */
export const operation = <Asked extends z.ZodObject, Answered extends z.ZodType>(
  description: Description<Asked, Answered>,
  answer: (
    options: ApiOptions,
    asked: z.output<Asked>,
    context: Context,
  ) => Promise<z.input<Answered>>,
): Operation => ({
  ...description,
  register: (server, options) => {
    const { method, path, asks, answers, isTagged } = description
    server.route({
      method,
      url: `/v1${path}`,
      handler: async (request, reply) => {
        const asked = parseInput(asks, valuesOf(request, asks))
        const answered = await answer(options, asked, { by: callerOf(request), request, reply })
        if (isTagged) return sendTagged(request, reply, answered)
        return await reply.code(answers.status).send(answered)
      },
    })
  },
})

/** What the paths of requests for an operation look like. */
export const pathPattern = ({ path }: Pick<Operation, 'path'>): RegExp =>
  new RegExp(`^${API_PREFIX}${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`)

/** A query that nobody asked for is a mistake, and not to be ignored. */
const NO_QUERY = z.object({ query: z.strictObject({}) })

const valuesOf = (request: FastifyRequest, { shape }: z.ZodObject) => {
  const { params, query, headers } = request
  if (!('query' in shape)) parseInput(NO_QUERY, { query })
  return { params, query, headers, body: 'body' in shape ? readJson(request) : undefined }
}
