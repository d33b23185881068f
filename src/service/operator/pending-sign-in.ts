import { hash, timingSafeEqual } from 'node:crypto'
import type { Ticket } from '../../client/oidc/index.ts'
import { ServiceError } from '../../errors.ts'
import { newId } from '../../model/index.ts'
import { deleteExpiredTokens, insertToken, transact, useTokenOnce } from '../../store/index.ts'
import { hashSecret, makeSecret, type OperatorOptions } from './secret.ts'

const LIFE = 10 * 60_000

/**
 * A sign-in that went to the provider. The browser keeps the secret and the database its hash; state, nonce and
 * verifier follow from it, so that any server of the installation can go on, once.
 */
export interface PendingSignIn {
  readonly secret: string
  readonly seconds: number
  readonly ticket: Ticket
}

export const beginPending = async (options: OperatorOptions): Promise<PendingSignIn> => {
  const { db, clock } = options
  const createdAt = clock.now()
  const made = makeSecret(options, 'token')
  const id = newId('token', createdAt)
  await transact(db, async (tx) => {
    await deleteExpiredTokens(tx, 'oidc', createdAt)
    const expiresAt = createdAt + LIFE
    await insertToken(tx, { id, kind: 'oidc', hash: made.hash, subject: '*', createdAt, expiresAt })
  })
  return { secret: made.secret, seconds: LIFE / 1000, ticket: ticketOf(options, made.secret) }
}

/**
 * Uses a pending sign-in up, if `answer` is to its question: a link from elsewhere must not end one that is under way.
 * @throws ServiceError forbidden `oidc_browser`, `oidc_state`, `oidc_spent`
 */
export const usePending = async (
  options: OperatorOptions,
  secret: string | undefined,
  answer: URLSearchParams,
): Promise<Ticket> => {
  if (secret === undefined) throw refusal('oidc_browser', 'this browser has not begun to sign in')
  const ticket = ticketOf(options, secret)
  if (!isSame(answer.getAll('state').join(), ticket.state)) {
    throw refusal('oidc_state', 'this is the answer to another sign-in')
  }
  const { db, clock } = options
  const wanted = {
    kind: 'oidc',
    hash: hashSecret(options, 'token', secret),
    now: clock.now(),
  } as const
  if ((await useTokenOnce(db, wanted)) === undefined) {
    throw refusal('oidc_spent', 'this sign-in was used or has expired')
  }
  return ticket
}

const refusal = (code: string, detail: string): ServiceError =>
  new ServiceError('forbidden', code, detail)

const ticketOf = ({ masterKey }: OperatorOptions, secret: string): Ticket => {
  const derive = (use: string): string =>
    Buffer.from(masterKey.mac(`oidc ${use}`, Buffer.from(secret))).toString('base64url')
  return { state: derive('state'), nonce: derive('nonce'), verifier: derive('verifier') }
}

const isSame = (one: string, other: string): boolean =>
  timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'))
