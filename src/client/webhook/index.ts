import { createHmac } from 'node:crypto'
import type { Outbound } from '../outbound/index.ts'

/** A message as Standard Webhooks has it. */
export interface WebhookMessage {
  readonly url: string
  /** The same for every try, so that a receiver knows what it has had. */
  readonly id: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly body: string
  /** Each signs: the receiver may know any of them. Bytes. */
  readonly secrets: readonly Uint8Array[]
}

export interface WebhookAnswer {
  readonly status: number
  /** Milliseconds after which the receiver wants to be asked again, where it says so. */
  readonly retryAfterMs: number | undefined
}

/** Sends messages to receivers of webhooks. */
export interface WebhookClient {
  /** @throws ServiceError unavailable `outbound_…` where there was no answer */
  send(message: WebhookMessage, signal: AbortSignal): Promise<WebhookAnswer>
}

export const createWebhookClient = (outbound: Outbound, deadlineMs: number): WebhookClient => ({
  async send(message, signal) {
    const { url, id, at, body, secrets } = message
    const timestamp = String(Math.floor(at / 1000))
    const { status, headers } = await outbound.fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'windfall',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': secrets
          .map((secret) => sign(secret, { id, timestamp, body }))
          .join(' '),
      },
      body,
      readsExcuses: true,
      signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
    })
    const seconds = /^\d{1,6}$/.exec(headers.get('retry-after') ?? '')?.[0]
    return { status, retryAfterMs: seconds === undefined ? undefined : Number(seconds) * 1000 }
  },
})

interface Signed {
  readonly id: string
  /** Seconds since 1970, in digits. */
  readonly timestamp: string
  readonly body: string
}

/** Standard Webhooks, symmetric signatures: HMAC-SHA-256 over id, time and body. */
const sign = (secret: Uint8Array, { id, timestamp, body }: Signed): string =>
  `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`
