import { ServiceError } from '../../errors.ts'
import { verifyAgainstNothing, verifyPassword } from '../../keys/index.ts'
import {
  type Account,
  accountNameKey,
  clearAttempts,
  countAttempt,
  type Db,
  findAccountByName,
  readAttempts,
} from '../../store/index.ts'
import { type Origin, recordAudit } from '../journal/index.ts'
import { type AccountOptions, MAX_NAME } from './account.ts'

const MAX_FAILURES = 10
const WINDOW = 15 * 60_000

/**
 * Finds the account holder of a name and password, and slows down who guesses.
 * @throws ServiceError unauthenticated `sign_in_failed`; rate_limited `too_many_attempts` after ten
 *   failures of one name from one address within 15 minutes
 */
export type SignIn = (
  credentials: { readonly name: string; readonly password: string },
  origin: Origin,
) => Promise<Account>

export const createSignIn = (options: AccountOptions): SignIn => {
  // One after another for each name and address: guesses in parallel must not outrun the count.
  const queues = new Map<string, Promise<unknown>>()
  return async (credentials, origin) => {
    const key = throttleKey(credentials.name, origin)
    const previous = queues.get(key) ?? Promise.resolve()
    const result = previous.then(() => signIn(options, credentials, { key, origin }))
    const settled = result.then(
      () => {},
      () => {},
    )
    queues.set(key, settled)
    try {
      return await result
    } finally {
      if (queues.get(key) === settled) queues.delete(key)
    }
  }
}

const isName = (name: string): boolean =>
  name !== '' && name.length <= MAX_NAME && !name.includes('\0')

// What nobody can be called is counted as one name.
const throttleKey = (name: string, origin: Origin): string =>
  `sign-in ${origin.remoteAddress} ${isName(name) ? accountNameKey(name) : ''}`

const signIn = async (
  { db, clock }: AccountOptions,
  { name, password }: { readonly name: string; readonly password: string },
  { key, origin }: { readonly key: string; readonly origin: Origin },
): Promise<Account> => {
  const attempts = await readAttempts(db, key, clock.now(), WINDOW)
  if (attempts.count >= MAX_FAILURES) {
    await recordFailure(db, clock.now(), 'too_many_attempts', origin)
    throw new ServiceError('rate_limited', 'too_many_attempts', 'too many attempts; try later', {
      retryAfter: Math.ceil(attempts.retryAfterMs / 1000),
    })
  }
  const account = await findMatching(db, name, password)
  if (account === undefined) {
    await countAttempt(db, key, clock.now(), WINDOW)
    await recordFailure(db, clock.now(), 'sign_in_failed', origin)
    throw new ServiceError('unauthenticated', 'sign_in_failed', 'name or password is wrong')
  }
  if (attempts.count > 0) await clearAttempts(db, key)
  return account
}

// Whether the account is unknown, disabled or the password wrong costs and says the same.
const findMatching = async (
  db: Db,
  name: string,
  password: string,
): Promise<Account | undefined> => {
  const found = isName(name) ? await findAccountByName(db, name) : undefined
  if (found === undefined) {
    await verifyAgainstNothing(password)
    return undefined
  }
  const { passwordHash, ...account } = found
  const matches = await verifyPassword(password, passwordHash)
  return matches && account.disabledAt === null ? account : undefined
}

const recordFailure = (db: Db, at: number, code: string, origin: Origin): Promise<void> =>
  recordAudit(db, {
    at,
    actor: 'stranger',
    action: 'account.sign_in',
    outcome: 'refused',
    code,
    origin,
  })
