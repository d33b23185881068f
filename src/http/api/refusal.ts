import { API_PREFIX, whoMayAsk } from '../access.ts'
import type { Operation, Problems } from './operation.ts'

export interface Refusals {
  readonly status: number
  readonly codes: readonly string[]
  /** What its headers say, by their names. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Why an operation may refuse: what is its own, and what all of them have. */
export const refusalsOf = (operation: Operation): readonly Refusals[] => {
  const { method, path, problems = {}, asks } = operation
  const own = (status: keyof Problems): readonly string[] => problems[status] ?? []
  const who = whoMayAsk(method, API_PREFIX + path)
  const needsPermission = who.includes('.')
  const changes = method !== 'GET'
  const isElsewhere = who === 'owner of the data' || 'params' in asks.shape
  const refusals: readonly Refusals[] = [
    { status: 400, codes: ['input', 'http_request', ...own(400)] },
    {
      status: 401,
      codes: needsPermission ? ['token_invalid'] : [],
      headers: { 'WWW-Authenticate': '`Bearer`' },
    },
    {
      status: 403,
      codes: [
        ...(needsPermission ? ['permission_missing'] : []),
        ...(needsPermission && changes ? ['foreign_origin'] : []),
        ...own(403),
      ],
    },
    { status: 404, codes: [...(isElsewhere ? ['route_unknown'] : []), ...own(404)] },
    { status: 409, codes: own(409) },
    { status: 413, codes: changes ? ['body_too_large'] : [] },
    { status: 414, codes: 'params' in asks.shape ? ['http_request'] : [] },
    { status: 415, codes: ['encoding_unsupported', 'http_request'] },
    { status: 421, codes: ['host_unknown'] },
    { status: 500, codes: ['internal'] },
    {
      status: 503,
      codes: ['overloaded', 'database_unavailable'],
      headers: { 'Retry-After': 'Seconds after which another try makes sense.' },
    },
  ]
  return refusals.filter(({ codes }) => codes.length > 0)
}
