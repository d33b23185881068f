import { STATUS_CODES } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { begin, type Failure } from './failure.ts'

/** RFC 9457, with members of ours. */
export const PROBLEM = z
  .strictObject({
    type: z.literal('about:blank'),
    title: z.string().meta({ description: 'What the status means.' }),
    status: z.int().min(400).max(599),
    detail: z.string().meta({ description: 'What is wrong, for people.' }),
    code: z.string().meta({ description: 'What is wrong, for programs; it stays what it is.' }),
    requestId: z
      .uuid()
      .optional()
      .meta({ description: 'As in the log. Absent where the server was too busy to read on.' }),
    hint: z.string().optional().meta({ description: 'What to do.' }),
  })
  .meta({ id: 'Problem', description: 'Why a request was refused: RFC 9457.' })

export const PROBLEM_TYPE = 'application/problem+json'

const HINTS = new Map([
  [
    'token_invalid',
    'Send "Authorization: Bearer TOKEN"; the first token lies in the data directory.',
  ],
  ['account_exists', 'Names are the same whatever their case.'],
  ['account_unknown', 'List them with GET /api/v1/accounts.'],
  ['audit_line_unknown', 'Begin with after=0.'],
  ['directory_secret', 'A password or key is never shown: give it again.'],
  ['directory_unavailable', 'Try again in the seconds of Retry-After.'],
  ['directory_unknown', 'List them with GET /api/v1/directories.'],
  ['encoding_unsupported', 'Send the body as it is, without Content-Encoding.'],
  ['enrollment_unknown', 'List them with GET /api/v1/enrollments.'],
  ['flow_exists', 'Change it with PATCH, or take another name.'],
  ['flow_unknown', 'List them with GET /api/v1/flows.'],
  ['foreign_origin', 'With a session, send Origin or Sec-Fetch-Site as browsers do.'],
  ['method_not_allowed', 'The header Allow names those that are.'],
  ['operator_exists', 'Names are the same whatever their case.'],
  ['operator_unknown', 'List them with GET /api/v1/operators.'],
  ['overloaded', 'Wait for the seconds in Retry-After.'],
  ['permission_missing', 'An owner can give another role, or a token with more scopes.'],
  ['precondition_failed', 'Read it again, and say its ETag with If-Match.'],
  ['precondition_required', 'Read it first, and say its ETag with If-Match; * is any state.'],
  ['request_outcome_unknown', 'Look whether it was done, and take another Idempotency-Key.'],
  ['route_unknown', 'GET /api/openapi.json describes all there are.'],
  ['session_unknown', 'List them with GET /api/v1/sessions.'],
  ['token_unknown', 'List them with GET /api/v1/tokens.'],
])

/** What a refusal says in its body. */
export const formatProblem = (
  { status, code, detail }: Pick<Failure, 'status' | 'code' | 'detail'>,
  requestId?: string,
): string => {
  const problem: z.output<typeof PROBLEM> = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    code,
    requestId,
    hint: HINTS.get(code),
  }
  return JSON.stringify(problem)
}

/** Whether a path is one of the API, where programs ask, and every refusal is a problem. */
export const isOfApi = (url: string | undefined): boolean => url?.startsWith('/api/') === true

/** Answers a request that no route gets to see: with a problem where the API was asked, else with a line of text. */
export const refuse = async (
  request: FastifyRequest,
  reply: FastifyReply,
  failure: Omit<Failure, 'retryAfter'>,
): Promise<FastifyReply> => {
  begin(reply, { ...failure, retryAfter: undefined })
  return isOfApi(request.url)
    ? await reply.type(PROBLEM_TYPE).send(formatProblem(failure, request.id))
    : await reply.type('text/plain; charset=utf-8').send(failure.detail)
}
