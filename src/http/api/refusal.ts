import { type AnswerHeader, needsPermission } from './header.ts'
import type { Operation, Problems } from './operation.ts'

export interface Refusals {
  readonly status: number
  readonly codes: readonly string[]
  readonly headers: readonly AnswerHeader[]
}

/** Why an operation may refuse: what is its own, and what all of them have. */
export const refusalsOf = (operation: Operation): readonly Refusals[] => {
  const { method, path, problems = {}, precondition, asks } = operation
  const own = (status: keyof Problems): readonly string[] => problems[status] ?? []
  const isGuarded = needsPermission(method, path)
  const [changes, isKeyed] = [method !== 'GET', method === 'POST']
  const isElsewhere = !isGuarded || 'params' in asks.shape
  const refusals: readonly (readonly [number, readonly string[], ...AnswerHeader[]])[] = [
    [400, ['input', 'http_request', ...when(isKeyed, 'idempotency_key'), ...own(400)]],
    [401, when(isGuarded, 'token_invalid'), 'WWW-Authenticate'],
    [
      403,
      [
        ...when(isGuarded, 'permission_missing'),
        ...when(isGuarded && changes, 'foreign_origin'),
        ...own(403),
      ],
    ],
    [404, [...when(isElsewhere, 'route_unknown'), ...own(404)]],
    [409, [...when(isKeyed, 'request_in_progress', 'request_outcome_unknown'), ...own(409)]],
    [412, when(precondition !== undefined, 'precondition_failed')],
    [413, when(changes, 'body_too_large')],
    [414, when('params' in asks.shape, 'http_request')],
    [415, ['encoding_unsupported', 'http_request']],
    [421, ['host_unknown']],
    [422, when(isKeyed, 'idempotency_key_reused')],
    [428, when(precondition === 'needed', 'precondition_required')],
    [429, when(isGuarded, 'too_many_requests'), 'Retry-After'],
    [500, ['internal']],
    [503, ['overloaded', 'database_unavailable', ...own(503)], 'Retry-After'],
  ]
  return refusals
    .map(([status, codes, ...headers]) => ({ status, codes, headers }))
    .filter(({ codes }) => codes.length > 0)
}

const when = (isSo: boolean, ...codes: readonly string[]): readonly string[] => (isSo ? codes : [])
