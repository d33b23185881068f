import { ServiceError } from '../../errors.ts'
import { hashPassword, requirePasswordLength } from '../../keys/index.ts'
import { type Clock, nameKey, newId } from '../../model/index.ts'
import {
  type Account,
  clearAttemptsEndingIn,
  type Db,
  type Executor,
  findAccount,
  findAccountByName,
  holdAccount,
  insertAccount,
  isUniqueViolation,
  type PersonalData,
  setAccountDisabled,
  setAccountPassword,
  transact,
} from '../../store/index.ts'
import { isName, isText } from '../credential/index.ts'
import { type Actor, recordAudit } from '../journal/index.ts'

export interface NewAccount {
  readonly name: string
  /** Undefined: they sign in in another way. */
  readonly password?: string | undefined
  readonly fullName?: string | undefined
  readonly email?: string | undefined
  /** Variables of the final profile: `{{account.NAME}}`. */
  readonly attributes?: Readonly<Record<string, string>> | undefined
}

export interface AccountOptions {
  readonly db: Db
  readonly clock: Clock
}

/**
 * Adds an account holder.
 * @throws ServiceError invalid `account_name`, `account_text`, `password_empty`, `password_too_long`; conflict
 *   `account_exists`
 */
export const addAccount = async (
  { db, clock }: AccountOptions,
  wanted: NewAccount,
  by: Actor,
): Promise<Account> => {
  const name = wanted.name.trim()
  requireUsable(name, wanted)
  const { password } = wanted
  const passwordHash = password === undefined ? null : await hashPassword(password)
  const now = clock.now()
  const account = {
    id: newId('account', now),
    name,
    fullName: wanted.fullName ?? null,
    email: wanted.email ?? null,
    attributes: wanted.attributes ?? {},
    createdAt: now,
    ...OWN,
  }
  try {
    await transact(db, async (tx) => {
      await insertAccount(tx, { ...account, passwordHash })
      await recordAudit(tx, {
        ...report(now, 'account.add', { subject: account.id, by }),
        after: describeAccount(account),
      })
    })
  } catch (error) {
    if (!isUniqueViolation(error, 'account_name_key')) throw error
    throw new ServiceError('conflict', 'account_exists', 'there is an account of this name')
  }
  return { ...account, disabledAt: null, hasPassword: passwordHash !== null }
}

/** Of account holders that nobody else vouches for. */
const OWN = { source: null, externalId: null, groups: [], checkedAt: null } as const

/** An account as the audit tells it, which cannot forget: what is known of the person, and nothing of what that is. */
export const describeAccount = ({ fullName, email, attributes }: PersonalData) => ({
  fields: [
    ...Object.entries({ fullName, email }).flatMap(([field, value]) => (value ? [field] : [])),
    ...Object.keys(attributes).map((attribute) => `attributes.${attribute}`),
  ],
})

/** @throws ServiceError as `addAccount`, but for conflicts */
export const requireUsable = (name: string, wanted: NewAccount): void => {
  if (!isName(name)) {
    throw new ServiceError('invalid', 'account_name', 'a name has 1 to 64 characters and no colon')
  }
  requireText(wanted)
  if (wanted.password !== undefined) requirePassword(wanted.password)
}

const requirePassword = (password: string): void => {
  if (password.trim() === '') {
    throw new ServiceError('invalid', 'password_empty', 'the password is empty')
  }
  requirePasswordLength(password)
}

type Texts = { readonly [K in keyof PersonalData]?: PersonalData[K] | undefined }

/** @throws ServiceError invalid `account_text` */
export const requireText = ({ fullName, email, attributes }: Texts): void => {
  // The values of attributes may have several lines.
  const values = Object.values(attributes ?? {}).map((value) => value.replaceAll(/[\t\r\n]/g, ''))
  if (![fullName ?? '', email ?? '', ...values].every(isText)) {
    throw new ServiceError('invalid', 'account_text', 'a text holds control characters')
  }
}

/** Throws where the state that a change begins from is not the one that was expected. */
export type Precondition<T> = (state: T) => void

/** Who does something, and why. */
export interface Doing {
  readonly by: Actor
  readonly reason?: string | undefined
  readonly require?: Precondition<Account> | undefined
}

/** @throws ServiceError not_found `account_unknown` */
export const getAccount = async (
  { db }: Pick<AccountOptions, 'db'>,
  name: string,
): Promise<Account> => {
  const found = await findAccountByName(db, name)
  if (found === undefined) {
    throw new ServiceError('not_found', 'account_unknown', 'there is no account of this name')
  }
  const { passwordHash: _, ...account } = found
  return account
}

/** Keeps an account from signing in, or lets it again. @throws ServiceError not_found `account_unknown` */
export const setDisabled = async (
  options: AccountOptions,
  { name, isDisabled }: { readonly name: string; readonly isDisabled: boolean },
  { by, reason, require }: Doing,
): Promise<Account> => {
  const { db, clock } = options
  const found = await getAccount(options, name)
  const now = clock.now()
  const disabledAt = isDisabled ? now : null
  const action = isDisabled ? 'account.disable' : 'account.enable'
  await transact(db, async (tx) => {
    await requireOf(tx, found.id, require)
    await setAccountDisabled(tx, found.id, disabledAt)
    await recordAudit(tx, {
      ...report(now, action, { subject: found.id, by }),
      reason,
      before: { disabledAt: found.disabledAt },
      after: { disabledAt },
    })
  })
  return { ...found, disabledAt }
}

/**
 * Gives an account another password, or its first. Whoever was kept waiting for guessing the old one may try at once.
 * @throws ServiceError not_found `account_unknown`; invalid `password_empty`, `password_too_long`; conflict
 *   `account_elsewhere`
 */
export const setPassword = async (
  options: AccountOptions,
  { name, password }: { readonly name: string; readonly password: string },
  { by, reason, require }: Doing,
): Promise<Account> => {
  const { db, clock } = options
  requirePassword(password)
  const passwordHash = await hashPassword(password)
  const found = await getAccount(options, name)
  await transact(db, async (tx) => {
    await requireOf(tx, found.id, require)
    if (!(await setAccountPassword(tx, found.id, passwordHash))) throw elsewhere()
    await clearAttemptsEndingIn(tx, ` ${nameKey(found.name)}`)
    await recordAudit(tx, {
      ...report(clock.now(), 'account.set_password', { subject: found.id, by }),
      reason,
    })
  })
  return { ...found, hasPassword: true }
}

const elsewhere = (): ServiceError =>
  new ServiceError(
    'conflict',
    'account_elsewhere',
    'the password is kept where the account is from',
  )

/** Holds the account where there is a precondition, and checks it. */
export const requireOf = async (
  tx: Executor,
  id: Account['id'],
  require: Doing['require'],
): Promise<void> => {
  if (require === undefined) return
  await holdAccount(tx, id)
  const account = await findAccount(tx, id)
  if (account !== undefined) require(account)
}

const report = (
  at: number,
  action: string,
  { subject, by }: { readonly subject: string; readonly by: Actor },
) => ({ at, actor: by.name, action, outcome: 'done', subject, origin: by.origin }) as const
