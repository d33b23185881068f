import { ServiceError } from '../../errors.ts'
import { verifyAgainstNothing, verifyPassword } from '../../keys/index.ts'
import { type Clock, nameKey } from '../../model/index.ts'
import { clearAttempts, countAttempt, type Db, readAttempts } from '../../store/index.ts'
import { type Origin, recordAudit } from '../journal/index.ts'
import { isName, isShort } from './name.ts'

const MAX_FAILURES = 10
const WINDOW = 15 * 60_000

export interface Credentials {
  readonly name: string
  readonly password: string
  /** The names of those elsewhere that may be asked; none named: all. */
  readonly directories?: readonly string[]
}

interface Holder {
  /** Null: no password is theirs. */
  readonly passwordHash: string | null
  readonly disabledAt: number | null
}

export interface PasswordCheckOptions<T extends Holder> {
  readonly db: Db
  readonly clock: Clock
  /** What the audit calls it, e.g. `account.sign_in`. Failures are counted for each apart. */
  readonly action: string
  find(name: string): Promise<T | undefined>
  /** Asks those who keep the passwords of others. It may throw where they cannot say; then nothing is counted. */
  readonly askElsewhere?: AskElsewhere<T> | undefined
}

/** `known`: who has that name here, without a password. */
export type AskElsewhere<T> = (
  credentials: Credentials,
  known: T | undefined,
  origin: Origin,
) => Promise<Elsewhere<T>>

type Elsewhere<T> =
  /** There is nobody to ask. */
  | { readonly kind: 'nowhere' }
  | { readonly kind: 'found'; readonly holder: T }
  /** `by`: whom it was asked of; `reason`: for operators. */
  | { readonly kind: 'refused'; readonly by: string; readonly reason: string }

/**
 * Finds the holder of a name and password, and slows down who guesses.
 * @throws ServiceError unauthenticated `sign_in_failed`; rate_limited `too_many_attempts` after ten
 *   failures of one name from one address within 15 minutes
 */
type PasswordCheck<T> = (credentials: Credentials, origin: Origin) => Promise<T>

export const createPasswordCheck = <T extends Holder>(
  options: PasswordCheckOptions<T>,
): PasswordCheck<T> => {
  // One after another for each name and address: guesses in parallel must not outrun the count.
  const queues = new Map<string, Promise<unknown>>()
  return async (credentials, origin) => {
    const key = throttleKey(options.action, credentials.name, origin)
    const previous = queues.get(key) ?? Promise.resolve()
    const result = previous.then(() => check(options, credentials, { key, origin }))
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

// PostgreSQL refuses to look for what no text can hold.
const isCounted = (name: string): boolean => isShort(name) && !name.includes('\0')

// What nobody can be called is counted as one name, and so is what directories take without the blanks at its ends.
const throttleKey = (action: string, name: string, origin: Origin): string =>
  `${action} ${origin.remoteAddress} ${isCounted(name) ? nameKey(name.trim()) : ''}`

const check = async <T extends Holder>(
  options: PasswordCheckOptions<T>,
  credentials: Credentials,
  { key, origin }: { readonly key: string; readonly origin: Origin },
): Promise<T> => {
  const { db, clock } = options
  const attempts = await readAttempts(db, key, clock.now(), WINDOW)
  if (attempts.count >= MAX_FAILURES) {
    await recordFailure(options, 'too_many_attempts', origin)
    throw new ServiceError('rate_limited', 'too_many_attempts', 'too many attempts; try later', {
      retryAfter: Math.ceil(attempts.retryAfterMs / 1000),
    })
  }
  const found = await findMatching(options, credentials, origin)
  if (found.kind !== 'found') {
    await countAttempt(db, key, clock.now(), WINDOW)
    await recordFailure(options, 'sign_in_failed', origin, found)
    throw new ServiceError('unauthenticated', 'sign_in_failed', 'name or password is wrong')
  }
  if (attempts.count > 0) await clearAttempts(db, key)
  return found.holder
}

// Whether the name is unknown, its holder disabled or without a password, or the password wrong costs and says the same.
const findMatching = async <T extends Holder>(
  { find, askElsewhere }: PasswordCheckOptions<T>,
  credentials: Credentials,
  origin: Origin,
): Promise<Elsewhere<T>> => {
  const { name, password } = credentials
  const holder = isCounted(name) ? await find(name) : undefined
  if (holder === undefined || holder.passwordHash === null) {
    const isAsked = askElsewhere !== undefined && isName(name.trim())
    const found: Elsewhere<T> = isAsked
      ? await askElsewhere(credentials, holder, origin)
      : { kind: 'nowhere' }
    if (found.kind === 'nowhere') await verifyAgainstNothing(password)
    return found
  }
  const matches = await verifyPassword(password, holder.passwordHash)
  return matches && holder.disabledAt === null ? { kind: 'found', holder } : { kind: 'nowhere' }
}

const recordFailure = (
  { db, clock, action }: { readonly db: Db; readonly clock: Clock; readonly action: string },
  code: string,
  origin: Origin,
  why?: Elsewhere<unknown>,
): Promise<void> =>
  recordAudit(db, {
    at: clock.now(),
    actor: 'stranger',
    action,
    outcome: 'refused',
    code,
    ...(why?.kind === 'refused' && { detail: { by: why.by, reason: why.reason } }),
    origin,
  })
