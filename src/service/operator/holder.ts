import { type AccountId, isAlive, newId, parseId } from '../../model/index.ts'
import {
  type Account,
  findAccount,
  findEnrollment,
  findTokenByHash,
  insertToken,
  revokeToken,
  type Token,
  transact,
} from '../../store/index.ts'
import { hashSecret, makeSecret } from '../credential/index.ts'

import type { OperatorOptions } from './options.ts'

const MINUTE = 60_000
/** Long enough to look after one's devices, too short for a telephone that somebody else picks up. */
const SESSION_LIFE = 30 * MINUTE

interface IssuedSession {
  readonly secret: string
  /** From now on. */
  readonly seconds: number
}

/** Sessions in which account holders look after their devices. */
export interface HolderSessions {
  begin(accountId: AccountId): Promise<IssuedSession>
  /** Whose session it is, of this kind or of one to enroll, while the account may sign in. */
  find(secret: string): Promise<AccountId | undefined>
  end(secret: string): Promise<void>
  /** The account of such a session. */
  account(id: AccountId): Promise<Account>
}

export const createHolderSessions = (options: OperatorOptions): HolderSessions => {
  const { db, clock } = options
  const findToken = async (secret: string): Promise<Token | undefined> => {
    const token = await findTokenByHash(db, hashSecret(options, 'token', secret))
    const isGood = token !== undefined && token.revokedAt === null && isAlive(token, clock.now())
    return isGood ? token : undefined
  }
  return {
    async begin(accountId) {
      const createdAt = clock.now()
      const { secret, hash } = makeSecret(options, 'token')
      const id = newId('token', createdAt)
      const expiresAt = createdAt + SESSION_LIFE
      const token = { id, kind: 'holder', hash, subject: accountId, createdAt, expiresAt } as const
      await transact(db, (tx) => insertToken(tx, token))
      return { secret, seconds: SESSION_LIFE / 1000 }
    },
    async find(secret) {
      const token = await findToken(secret)
      const id = token && (await accountOf(options, token))
      const account = id && (await findAccount(db, id))
      return account === undefined || account.disabledAt !== null ? undefined : account.id
    },
    async account(id) {
      const account = await findAccount(db, id)
      if (account === undefined) throw new Error('an account is gone')
      return account
    },
    async end(secret) {
      const token = await findToken(secret)
      if (token !== undefined) await revokeToken(db, token.id, clock.now())
    },
  }
}

const accountOf = async (
  { db }: OperatorOptions,
  { kind, subject }: Token,
): Promise<AccountId | undefined> => {
  if (kind === 'holder') return parseId('account', subject)
  const id = kind === 'portal' ? parseId('enrollment', subject) : undefined
  return id && (await findEnrollment(db, id))?.accountId
}
