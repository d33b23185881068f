import { API_PREFIX, whoMayAsk } from '../access.ts'
import type { Operation } from './operation.ts'

/** Headers that requests of several operations have, as OpenAPI describes them. */
export const REQUEST_HEADERS = {
  'Idempotency-Key': {
    description: 'Whoever sends the same request with the same key again gets the same answer.',
    required: false,
    schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
  },
  'If-Match': {
    description: 'The `ETag` of the state that the change begins from; `*` is any.',
    required: false,
    schema: { type: 'string' },
  },
  'If-None-Match': {
    description: 'The `ETag` of what is there already.',
    required: false,
    schema: { type: 'string' },
  },
} as const

/** Headers that answers of several operations have. */
export const ANSWER_HEADERS = {
  ETag: 'Another state has another one.',
  'Idempotency-Replayed': '`true` where the same request was done before.',
  RateLimit: 'How many requests are left, and for how many seconds.',
  'RateLimit-Policy': 'How many requests a session or token may make in how many seconds.',
  'Retry-After': 'Seconds after which another try makes sense.',
  'WWW-Authenticate': '`Bearer`',
} as const

export type AnswerHeader = keyof typeof ANSWER_HEADERS

export const requestHeadersOf = ({
  method,
  isTagged,
  precondition,
}: Operation): readonly (keyof typeof REQUEST_HEADERS)[] => [
  ...(method === 'POST' ? (['Idempotency-Key'] as const) : []),
  ...(precondition === undefined ? [] : (['If-Match'] as const)),
  ...(isTagged && method === 'GET' ? (['If-None-Match'] as const) : []),
]

/** What a good answer may say beside its body. */
export const answerHeadersOf = ({ method, path, isTagged }: Operation): readonly AnswerHeader[] => [
  ...(isTagged ? (['ETag'] as const) : []),
  ...(method === 'POST' ? (['Idempotency-Replayed'] as const) : []),
  ...(needsPermission(method, path) ? (['RateLimit', 'RateLimit-Policy'] as const) : []),
]

/** Whether a session or token is asked for; the owner's socket asks for none. */
export const needsPermission = (method: string, path: string): boolean =>
  whoMayAsk(method, API_PREFIX + path).includes('.')
