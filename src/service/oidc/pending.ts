import { hash, timingSafeEqual } from 'node:crypto'
import type { Ticket } from '../../client/oidc/index.ts'
import { ServiceError } from '../../errors.ts'
import type { MasterKey } from '../../keys/index.ts'
import { type Clock, newId } from '../../model/index.ts'
import {
  type Db,
  deleteExpiredTokens,
  insertToken,
  type TokenKind,
  transact,
  useTokenOnce,
} from '../../store/index.ts'
import { hashSecret, makeSecret } from '../credential/index.ts'

const LIFE = 10 * 60_000

/** Who signs in: what begins as one of them ends as no other. */
export interface PendingOptions {
  readonly db: Db
  readonly masterKey: MasterKey
  readonly clock: Clock
  readonly kind: Extract<TokenKind, 'oidc' | 'oidc-enroll'>
  /** Where the provider sends browsers back to. */
  readonly redirectUri: string
}

/**
 * A sign-in that went to the provider. The browser keeps the secret and the database its hash; state, nonce and
 * verifier follow from it, so that any server of the installation can go on, once.
 */
export interface PendingSignIn {
  readonly secret: string
  readonly seconds: number
  readonly ticket: Ticket
}

/** `context` is kept for the way back. */
export const beginPending = async (
  options: PendingOptions,
  context: string,
): Promise<PendingSignIn> => {
  const { db, clock, kind } = options
  const createdAt = clock.now()
  const { secret, hash } = makeSecret(options, 'token')
  const id = newId('token', createdAt)
  await transact(db, async (tx) => {
    await deleteExpiredTokens(tx, kind, createdAt)
    const expiresAt = createdAt + LIFE
    await insertToken(tx, { id, kind, hash, subject: context, createdAt, expiresAt })
  })
  return { secret, seconds: LIFE / 1000, ticket: ticketOf(options, secret) }
}

/**
 * Uses a pending sign-in up, if `answer` is to its question: a link from elsewhere must not end one that is under way.
 * @throws ServiceError forbidden `oidc_browser`, `oidc_state`, `oidc_spent`
 */
export const usePending = async (
  options: PendingOptions,
  secret: string | undefined,
  answer: URLSearchParams,
): Promise<{ readonly ticket: Ticket; readonly context: string }> => {
  if (secret === undefined) throw refusal('oidc_browser', 'this browser has not begun to sign in')
  const ticket = ticketOf(options, secret)
  if (!isSame(answer.getAll('state').join(), ticket.state)) {
    throw refusal('oidc_state', 'this is the answer to another sign-in')
  }
  const { db, clock, kind } = options
  const wanted = { kind, hash: hashSecret(options, 'token', secret), now: clock.now() }
  const token = await useTokenOnce(db, wanted)
  if (token === undefined) throw refusal('oidc_spent', 'this sign-in was used or has expired')
  return { ticket, context: token.subject }
}

const refusal = (code: string, detail: string): ServiceError =>
  new ServiceError('forbidden', code, detail)

const ticketOf = ({ masterKey, kind, redirectUri }: PendingOptions, secret: string): Ticket => {
  const derive = (use: string): string =>
    Buffer.from(masterKey.mac(`${kind} ${use}`, Buffer.from(secret))).toString('base64url')
  const verifier = derive('verifier')
  return { state: derive('state'), nonce: derive('nonce'), verifier, redirectUri }
}

const isSame = (one: string, other: string): boolean =>
  timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'))
