import { createHmac, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { ServiceError } from '../../errors.ts'
import {
  type Clock,
  type Connection,
  failed,
  type HttpSettings,
  succeeded,
  UNTRIED,
} from '../../model/index.ts'
import type { Outbound } from '../outbound/index.ts'

export interface AuthenticatorOptions {
  readonly settings: HttpSettings
  /** With which requests are signed. */
  readonly secret: string
  readonly outbound: Outbound
  readonly clock: Clock
  /** Milliseconds for one answer. */
  readonly deadlineMs: number
}

const text = (most: number) => z.string().max(most)

const YES = z.strictObject({
  allowed: z.literal(true),
  id: text(256).min(1),
  name: text(256).min(1),
  fullName: text(256).nullable().optional(),
  email: text(256).nullable().optional(),
  attributes: z.record(text(64), text(4096).nullable()).default({}),
  groups: z.array(text(1024)).max(1_000).readonly().default([]),
})

const ANSWER = z.discriminatedUnion('allowed', [YES, z.strictObject({ allowed: z.literal(false) })])

/** What the organisation's own server says of somebody. */
type Answer = z.output<typeof ANSWER>

/** What it is asked. `ping`: nobody signs in, and any answer of the right form will do. */
type Question =
  | {
      readonly type: 'sign_in'
      readonly name: string
      readonly password: string
      readonly remoteAddress: string
    }
  | { readonly type: 'ping' }

/** A server of the organisation's own that answers yes or no. */
interface Authenticator {
  /** @throws ServiceError unavailable `outbound_…`, `hook_status`, `hook_answer`, `hook_busy` */
  ask(question: Question): Promise<Answer>
  connection(): Connection
}

/** Milliseconds for which a server that did not answer is left alone. */
const REST = 5_000
/** How many ask at a time. */
const MOST = 16

export const createAuthenticator = (options: AuthenticatorOptions): Authenticator => {
  const { clock } = options
  let current: Connection = UNTRIED
  let asking = 0
  let outage: { readonly at: number; readonly error: ServiceError } | undefined
  return {
    async ask(question) {
      const since = clock.now() - (outage?.at ?? 0)
      if (outage !== undefined && since >= 0 && since < REST) throw outage.error
      if (asking >= MOST) throw refusal('hook_busy', 'too many wait for the directory')
      asking++
      try {
        const answer = await ask(options, question)
        outage = undefined
        current = succeeded(current, clock.now())
        return answer
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error
        const at = clock.now()
        outage = { at, error }
        current = failed(current, { at, code: error.code, isAway: true })
        throw error
      } finally {
        asking--
      }
    },
    connection: () => current,
  }
}

const refusal = (code: string, detail: string, cause?: unknown): ServiceError =>
  new ServiceError('unavailable', code, detail, { cause })

const ask = async (
  { settings, secret, outbound, clock, deadlineMs }: AuthenticatorOptions,
  question: Question,
): Promise<Answer> => {
  const body = JSON.stringify(question)
  const id = `msg_${randomUUID()}`
  const timestamp = String(Math.floor(clock.now() / 1000))
  const response = await outbound.fetch(settings.url, {
    method: 'POST',
    headers: {
      ...{ 'content-type': 'application/json', accept: 'application/json' },
      ...{ 'webhook-id': id, 'webhook-timestamp': timestamp },
      'webhook-signature': `v1,${sign(secret, `${id}.${timestamp}.${body}`)}`,
    },
    body,
    signal: AbortSignal.timeout(deadlineMs),
  })
  if (response.status !== 200) {
    throw refusal('hook_status', `the answer has the status ${response.status}`)
  }
  return await parse(response)
}

/** https://www.standardwebhooks.com: the bytes behind `whsec_`, else the secret as it is. */
const sign = (secret: string, content: string): string => {
  const key = secret.startsWith('whsec_')
    ? Buffer.from(secret.slice('whsec_'.length), 'base64')
    : Buffer.from(secret)
  return createHmac('sha256', key).update(content).digest('base64')
}

const parse = async (response: Response): Promise<Answer> => {
  try {
    return ANSWER.parse(JSON.parse(await response.text()))
  } catch (cause) {
    // What it says may hold what it was asked.
    const kind = cause instanceof Error ? cause.name : undefined
    throw refusal('hook_answer', 'the answer is not of the form that was agreed', kind)
  }
}
