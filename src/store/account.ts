import { type AccountId, nameKey } from '../model/index.ts'
import type { Page } from './page.ts'
import { prepare } from './prepared.ts'
import type { Executor, Schema } from './schema.ts'

/** An account holder: someone who enrolls a device. */
export interface Account {
  readonly id: AccountId
  readonly name: string
  readonly fullName: string | null
  readonly email: string | null
  /** Variables of the final profile, beside those every account has. */
  readonly attributes: Readonly<Record<string, string>>
  readonly createdAt: number
  readonly disabledAt: number | null
  /** Whether they can sign in with one. */
  readonly hasPassword: boolean
  /** Who vouches for them: `oidc`, `proxy` or the name of a directory; null: windfall's own list. */
  readonly source: string | null
  /** What the source never gives to anybody else; null in windfall's own list. */
  readonly externalId: string | null
  /** The groups that the source says they are in. */
  readonly groups: readonly string[]
  /** When the source said so the last time. */
  readonly checkedAt: number | null
}

/** Somebody as a source of account holders knows them, for ever. */
export interface ExternalIdentity {
  readonly source: string
  readonly externalId: string
}

/** What may be changed of an account. */
export type PersonalData = Pick<Account, 'fullName' | 'email' | 'attributes'>

export interface AccountWithPassword extends Account {
  readonly passwordHash: string | null
}

/** Violates the unique index `account_name_key`, or `account_source_external_id`, when name or identity are taken. */
export const insertAccount = async (
  db: Executor,
  account: Omit<AccountWithPassword, 'disabledAt' | 'hasPassword'>,
): Promise<void> => {
  await db
    .insertInto('account')
    .values({
      id: account.id,
      name: account.name,
      name_key: nameKey(account.name),
      full_name: account.fullName,
      email: account.email,
      password_hash: account.passwordHash,
      attributes: JSON.stringify(account.attributes),
      created_at: account.createdAt,
      source: account.source,
      external_id: account.externalId,
      groups: groupsToText(account.groups),
      checked_at: account.checkedAt,
    })
    .execute()
}

const groupsToText = (groups: Account['groups']): string | null =>
  groups.length === 0 ? null : JSON.stringify(groups)

export const findAccount = async (db: Executor, id: AccountId): Promise<Account | undefined> => {
  const {
    rows: [row],
  } = await selectById(db, { id })
  return row && toAccount(row)
}

const selectById = prepare((db, { id }: { readonly id: AccountId }) =>
  selectAccount(db).where('id', '=', id),
)

/** For signing in: `name` in any spelling that `nameKey` makes equal, and with the password's hash. */
export const findAccountByName = async (
  db: Executor,
  name: string,
): Promise<AccountWithPassword | undefined> => {
  // PostgreSQL refuses to look for what no text can hold.
  if (name.includes('\0')) return undefined
  const row = await selectAccount(db)
    .select('password_hash')
    .where('name_key', '=', nameKey(name))
    .executeTakeFirst()
  return row && { ...toAccount(row), passwordHash: row.password_hash }
}

/** The account of somebody whom a source knows. Until the transaction ends nobody else changes it. */
export const holdAccountByIdentity = async (
  db: Executor,
  { source, externalId }: ExternalIdentity,
): Promise<Account | undefined> => {
  await db
    .updateTable('account')
    .set(({ ref }) => ({ name: ref('name') }))
    .where('source', '=', source)
    .where('external_id', '=', externalId)
    .execute()
  const row = await selectAccount(db)
    .where('source', '=', source)
    .where('external_id', '=', externalId)
    .executeTakeFirst()
  return row && toAccount(row)
}

/**
 * Gives an account of windfall's own list to a source, if no password and no source are its own. Returns whether it was
 * so. Violates the unique index `account_source_external_id` when the source knows somebody else by that id.
 */
export const linkAccount = async (
  db: Executor,
  id: AccountId,
  { source, externalId }: ExternalIdentity,
): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('account')
    .set({ source, external_id: externalId })
    .where('id', '=', id)
    .where('source', 'is', null)
    .where('password_hash', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Keeps what the source of an account holder said at `checkedAt`. */
export const refreshAccount = async (
  db: Executor,
  account: PersonalData & Pick<Account, 'id' | 'groups' | 'checkedAt'>,
): Promise<void> => {
  await changeAccount(db, account)
  await db
    .updateTable('account')
    .set({ groups: groupsToText(account.groups), checked_at: account.checkedAt })
    .where('id', '=', account.id)
    .execute()
}

export interface AccountFilter {
  /** In any spelling that `nameKey` makes equal. */
  readonly name?: string | undefined
  readonly disabled?: boolean | undefined
}

/** Oldest first, those created after the account `after`. */
export const listAccounts = async (
  db: Executor,
  { limit, after, name, disabled }: AccountFilter & Page<AccountId>,
): Promise<readonly Account[]> => {
  let query = selectAccount(db)
  if (after !== undefined) query = query.where('id', '>', after)
  if (disabled !== undefined) query = query.where('disabled_at', disabled ? 'is not' : 'is', null)
  // Of a name there is one.
  if (name === undefined) query = query.orderBy('id')
  else query = query.where('name_key', '=', nameKey(name))
  const rows = await query.limit(limit).execute()
  return rows.map(toAccount)
}

/** Until the transaction ends nobody else changes the account. */
export const holdAccount = async (db: Executor, id: AccountId): Promise<void> => {
  await db
    .updateTable('account')
    .set(({ ref }) => ({ name: ref('name') }))
    .where('id', '=', id)
    .execute()
}

export const changeAccount = async (
  db: Executor,
  { id, fullName, email, attributes }: PersonalData & Pick<Account, 'id'>,
): Promise<void> => {
  await db
    .updateTable('account')
    .set({ full_name: fullName, email, attributes: JSON.stringify(attributes) })
    .where('id', '=', id)
    .execute()
}

/** Disables an account at a time, or enables it again (null). Returns whether there is such an account. */
export const setAccountDisabled = async (
  db: Executor,
  id: AccountId,
  at: number | null,
): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('account')
    .set({ disabled_at: at })
    .where('id', '=', id)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/**
 * Gives an account another password, or its first; in the form in which it is checked. Returns whether it is one of
 * windfall's own list.
 */
export const setAccountPassword = async (
  db: Executor,
  id: AccountId,
  passwordHash: string,
): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('account')
    .set({ password_hash: passwordHash })
    .where('id', '=', id)
    .where('source', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

const COLUMNS = [
  'id',
  'name',
  'full_name',
  'email',
  'attributes',
  'created_at',
  'disabled_at',
  'source',
  'external_id',
  'groups',
  'checked_at',
] as const satisfies readonly (keyof Schema['account'])[]

const selectAccount = (db: Executor) =>
  db
    .selectFrom('account')
    .select(COLUMNS)
    .select((eb) => eb('password_hash', 'is not', null).as('has_password'))

type Row = Pick<Schema['account'], (typeof COLUMNS)[number]> & {
  /** SQLite has no truth but 0 and 1. */
  readonly has_password: unknown
}

const toAccount = (row: Row): Account => ({
  id: row.id,
  name: row.name,
  fullName: row.full_name,
  email: row.email,
  attributes: JSON.parse(row.attributes),
  createdAt: row.created_at,
  disabledAt: row.disabled_at,
  hasPassword: Boolean(row.has_password),
  source: row.source,
  externalId: row.external_id,
  groups: row.groups === null ? [] : JSON.parse(row.groups),
  checkedAt: row.checked_at,
})
