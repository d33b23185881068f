import type { IncomingMessage } from 'node:http'
import https from 'node:https'
import { ProtocolError, ServiceError } from '../../errors.ts'

const DEADLINE_MS = 10_000
/** A chain has a few kilobytes, and nothing else is longer. */
const MOST_BYTES = 256 * 1024

export interface Answer {
  readonly status: number
  readonly body: string
  readonly nonce: string | undefined
  readonly location: string | undefined
  /** Milliseconds that the server asks to wait; undefined where it does not say. */
  readonly retryAfterMs: number | undefined
}

export interface ExchangeOptions {
  /** What the server's own certificate must lead to, PEM; undefined: to a root that Node trusts. */
  readonly roots: string | undefined
  readonly signal: AbortSignal
  /** Milliseconds that one request may take, from the connection to the last byte of the answer. */
  readonly deadlineMs?: number
}

/**
 * One HTTPS request; redirects are not followed.
 * @throws ServiceError unavailable `acme_unreachable`, `acme_timed_out`; ProtocolError `acme_url`, `acme_answer`;
 *   what the signal was aborted with
 */
export const exchange = async (
  address: string,
  body: string | undefined,
  { roots, signal, deadlineMs = DEADLINE_MS }: ExchangeOptions,
): Promise<Answer> => {
  const url = URL.parse(address)
  if (url?.protocol !== 'https:') throw new ProtocolError('acme_url', 'an https URL was expected')
  const deadline = AbortSignal.timeout(deadlineMs)
  try {
    return await send(url, body, { roots, signal: AbortSignal.any([signal, deadline]) })
  } catch (cause) {
    signal.throwIfAborted()
    if (cause instanceof ProtocolError) throw cause
    if (deadline.aborted) {
      const detail = `${url.host} has not answered within ${deadlineMs / 1000} seconds`
      throw new ServiceError('unavailable', 'acme_timed_out', detail, { cause })
    }
    const detail = `${url.host} cannot be reached: ${reasonOf(cause)}`
    throw new ServiceError('unavailable', 'acme_unreachable', detail, { cause })
  }
}

const send = async (
  url: URL,
  body: string | undefined,
  { roots, signal }: ExchangeOptions,
): Promise<Answer> => {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const request = https.request(
    url,
    {
      method: body === undefined ? 'GET' : 'POST',
      // RFC 8555 §6.1, §6.2
      headers: {
        'user-agent': 'windfall',
        ...(body === undefined ? {} : { 'content-type': 'application/jose+json' }),
      },
      agent: false,
      signal,
      ...(roots === undefined ? {} : { ca: roots }),
    },
    resolve,
  )
  request.on('error', reject)
  request.end(body)
  const response = await promise
  const { headers, statusCode = 0 } = response
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue
    length += chunk.length
    if (length > MOST_BYTES) throw new ProtocolError('acme_answer', 'the answer is too long')
    chunks.push(chunk)
  }
  return {
    status: statusCode,
    body: Buffer.concat(chunks).toString('utf8'),
    nonce: textOf(headers['replay-nonce']),
    location: headers.location,
    retryAfterMs: parseRetryAfter(headers['retry-after']),
  }
}

const textOf = (header: string | readonly string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : header?.[0]

/** RFC 9110 §10.2.3: seconds, or a date. */
const parseRetryAfter = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
