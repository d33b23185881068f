import { ServiceError } from '../../errors.ts'
import type { Outbound } from '../outbound/index.ts'

export interface Answer {
  readonly status: number
  readonly body: string
  readonly nonce: string | undefined
  readonly location: string | undefined
  /** Milliseconds that the server asks to wait; undefined where it does not say. */
  readonly retryAfterMs: number | undefined
}

export interface ExchangeOptions {
  readonly outbound: Outbound
  /** Milliseconds that one request may take. */
  readonly deadlineMs: number
  readonly signal: AbortSignal
}

/**
 * One request: GET, or POST where there is a body (RFC 8555 §6.1, §6.2).
 * @throws ServiceError unavailable `outbound_…`; what the signal was aborted with
 */
export const exchange = async (
  url: string,
  body: string | undefined,
  { outbound, deadlineMs, signal }: ExchangeOptions,
): Promise<Answer> => {
  const type = body === undefined ? {} : { 'content-type': 'application/jose+json' }
  try {
    const response = await outbound.fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'user-agent': 'windfall', ...type },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
      readsExcuses: true,
    })
    const { status, headers } = response
    return {
      status,
      body: await response.text(),
      nonce: headers.get('replay-nonce') ?? undefined,
      location: headers.get('location') ?? undefined,
      retryAfterMs: parseRetryAfter(headers.get('retry-after')),
    }
  } catch (error) {
    signal.throwIfAborted()
    throw error instanceof ServiceError ? explain(error, url) : error
  }
}

/** RFC 9110 §10.2.3: seconds, or a date. */
const parseRetryAfter = (text: string | null): number | undefined => {
  if (text === null) return undefined
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}

/** Who did not answer, and why as far as the system says it: whoever reads it has to find a fault in a network. */
const explain = ({ kind, code, detail, cause }: ServiceError, url: string): ServiceError => {
  const reason = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
  return new ServiceError(kind, code, `${URL.parse(url)?.host}: ${detail}${reason}`, { cause })
}
