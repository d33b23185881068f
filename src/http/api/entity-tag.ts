import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'
import type { Precondition } from '../../service/account/index.ts'

/** Of a representation as JSON: another state is another tag (RFC 9110 §8.8.3). */
const tagOf = (json: string): string => `"${hash('sha256', json, 'base64url').slice(0, 27)}"`

/** Answers with a representation and its tag, or with 304 to whoever has it already (RFC 9110 §13.1.2). */
export const sendTagged = (
  request: FastifyRequest,
  reply: FastifyReply,
  representation: unknown,
): FastifyReply => {
  const json = JSON.stringify(representation)
  const tag = tagOf(json)
  // May be kept, and is asked for anew each time.
  reply.headers({ etag: tag, 'cache-control': 'private, no-cache' })
  const known = request.headers['if-none-match']
  // Weak comparison: whether a tag is marked as weak does not matter.
  if (known !== undefined && matches(known.replaceAll('W/', ''), tag)) return reply.code(304).send()
  return reply.type('application/json; charset=utf-8').send(json)
}

const matches = (field: string, tag: string): boolean =>
  field.trim() === '*' || field.split(',').some((each) => each.trim() === tag)

/**
 * What `If-Match` asks of the state that a change begins from (RFC 9110 §13.1.1); undefined where the request does not
 * say. It throws ServiceError conflict `precondition_failed`.
 */
export const preconditionOf = <T>(
  { headers }: FastifyRequest,
  present: (state: T) => unknown,
): Precondition<T> | undefined => {
  const wanted = headers['if-match']
  if (wanted === undefined) return undefined
  return (state) => {
    if (matches(wanted, tagOf(JSON.stringify(present(state))))) return
    throw new ServiceError('conflict', 'precondition_failed', 'it has changed since it was read')
  }
}

/** As `preconditionOf`, for changes that nobody makes blindly. @throws ServiceError invalid `precondition_required` */
export const requirePrecondition = <T>(
  request: FastifyRequest,
  present: (state: T) => unknown,
): Precondition<T> => {
  const precondition = preconditionOf(request, present)
  if (precondition !== undefined) return precondition
  const detail = 'say with If-Match which state the change begins from'
  throw new ServiceError('invalid', 'precondition_required', detail)
}
