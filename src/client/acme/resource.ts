import { z } from 'zod'
import { ProtocolError, ServiceError, type ServiceErrorKind } from '../../errors.ts'
import type { Answer } from './exchange.ts'

/** RFC 8555 §6.7. */
const PROBLEM = z.object({ type: z.string().default(''), detail: z.string().default('') })
export type Problem = z.output<typeof PROBLEM>

/** RFC 8555 §7.1.1; `renewalInfo`: RFC 9773 §4.1. */
export const DIRECTORY = z.object({
  newNonce: z.string(),
  newAccount: z.string(),
  newOrder: z.string(),
  renewalInfo: z.string().optional(),
})

/** RFC 8555 §7.1.3. */
export const ORDER = z.object({
  status: z.enum(['pending', 'ready', 'processing', 'valid', 'invalid']),
  authorizations: z.array(z.string()).default([]),
  finalize: z.string(),
  certificate: z.string().optional(),
  error: PROBLEM.optional(),
})

/** RFC 8555 §7.1.4, §8. */
export const AUTHORIZATION = z.object({
  status: z.enum(['pending', 'valid', 'invalid', 'deactivated', 'expired', 'revoked']),
  challenges: z.array(
    z.object({
      type: z.string(),
      url: z.string(),
      status: z.string(),
      token: z.string().optional(),
      error: PROBLEM.optional(),
    }),
  ),
})

/** RFC 9773 §4.2. */
export const RENEWAL_INFO = z.object({
  suggestedWindow: z.object({
    start: z.iso.datetime({ offset: true }),
    end: z.iso.datetime({ offset: true }),
  }),
})

/** @throws ProtocolError `acme_answer` */
export const parseResource = <T>(schema: z.ZodType<T>, { body }: Answer): T => {
  const { data, error } = schema.safeParse(parseJson(body))
  if (data !== undefined) return data
  const message = 'the answer does not follow RFC 8555'
  throw new ProtocolError('acme_answer', message, { cause: error })
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** An answer that says no, as an error. */
export const toError = ({ status, body, retryAfterMs }: Answer): ServiceError => {
  const problem = PROBLEM.safeParse(parseJson(body)).data ?? { type: '', detail: '' }
  const code = codeOf(problem)
  const type = code === undefined ? `${TYPES}status${status}` : problem.type
  const retryAfter = retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs / 1000)
  return problemError({ ...problem, type }, { kind: kindOf(status, code), retryAfter })
}

const TYPES = 'urn:ietf:params:acme:error:'
const LONGEST_DETAIL = 300

/** What a CA says, as an error: `rejectedIdentifier` has the code `acme_rejected_identifier`. */
export const problemError = (
  problem: Problem,
  {
    kind,
    retryAfter,
  }: { readonly kind: ServiceErrorKind; readonly retryAfter?: number | undefined },
): ServiceError => {
  const detail = problem.detail.replaceAll(/[\p{C}\s]+/gu, ' ').slice(0, LONGEST_DETAIL)
  return new ServiceError(kind, codeOf(problem) ?? 'acme_refused', detail, { retryAfter })
}

const codeOf = ({ type }: Problem): string | undefined => {
  const name = type.startsWith(TYPES) ? type.slice(TYPES.length) : ''
  if (!/^[A-Za-z0-9]{1,40}$/.test(name)) return undefined
  return `acme_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`
}

const kindOf = (status: number, code: string | undefined): ServiceErrorKind => {
  if (code === 'acme_rate_limited') return 'rate_limited'
  if (code === 'acme_bad_nonce') return 'unavailable'
  if (status === 404) return 'not_found'
  if (status === 401 || status === 403) return 'forbidden'
  if (status === 409) return 'conflict'
  if (status === 429) return 'rate_limited'
  return status >= 500 ? 'unavailable' : 'invalid'
}
