import { setTimeout as wait } from 'node:timers/promises'
import { type AcmeAuthorization, type AcmeClient, problemError } from '../../client/acme/index.ts'
import { ProtocolError, ServiceError } from '../../errors.ts'
import { putAcmeAnswer } from '../../store/index.ts'
import type { AcmeOptions } from './options.ts'

/** What each step towards a certificate needs. */
export interface Step {
  readonly options: AcmeOptions
  readonly client: AcmeClient
  readonly signal: AbortSignal
}

/** How long a CA may come for an answer. */
const ANSWER_MS = 3_600_000

/** Proves to the CA that the name is ours (RFC 8555 §7.5). */
export const authorize = async ({ options, client, signal }: Step, url: string): Promise<void> => {
  const { db, clock } = options
  const pause = createPause(signal)
  let authorization = await client.readAuthorization(url)
  if (authorization.status === 'pending') {
    const { challenge, token } = requireChallenge(authorization)
    const keyAuthorization = client.keyAuthorization(token)
    const now = clock.now()
    await putAcmeAnswer(db, { token, keyAuthorization, expiresAt: now + ANSWER_MS }, now)
    if (challenge.status === 'pending') await client.respond(challenge.url)
  }
  while (authorization.status === 'pending') {
    await pause(authorization.retryAfterMs)
    authorization = await client.readAuthorization(url)
  }
  if (authorization.status === 'valid') return
  const failed = authorization.challenges.find(({ error }) => error !== undefined)
  const detail = `the authorization is ${authorization.status}`
  throw problemError(failed?.error ?? { type: '', detail }, { kind: 'invalid' })
}

const requireChallenge = ({ challenges }: AcmeAuthorization) => {
  const challenge = challenges.find(({ type }) => type === 'http-01')
  const token = challenge?.token
  if (challenge === undefined || token === undefined) {
    const detail = 'the CA does not offer HTTP-01 for this name'
    throw new ServiceError('invalid', 'acme_no_challenge', detail)
  }
  // RFC 8555 §8.3: it becomes a part of a path.
  if (!/^[\w-]{1,256}$/.test(token))
    throw new ProtocolError('acme_answer', 'the token is not base64url')
  return { challenge, token }
}

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000
/** A server that asks for more is left alone until then. */
const MOST_ASKED_MS = 30_000

/** Waits as long as the CA asks, else longer each time. @throws ServiceError unavailable `acme_not_ready` */
export const createPause = (signal: AbortSignal) => {
  let next = FIRST_PAUSE_MS
  return async (asked: number | undefined): Promise<void> => {
    if (asked !== undefined && asked > MOST_ASKED_MS) {
      const retryAfter = Math.ceil(asked / 1000)
      const detail = 'the CA needs more time'
      throw new ServiceError('unavailable', 'acme_not_ready', detail, { retryAfter })
    }
    await wait(Math.max(asked ?? next, FIRST_PAUSE_MS), undefined, { signal })
    next = Math.min(2 * next, LONGEST_PAUSE_MS)
  }
}
