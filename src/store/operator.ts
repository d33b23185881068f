import { nameKey, type OperatorId, type Role } from '../model/index.ts'
import type { Page } from './page.ts'
import type { Executor, Schema } from './schema.ts'

/** Somebody as an OpenID provider knows them, for ever. */
export interface Identity {
  readonly issuer: string
  readonly subject: string
}

/** Someone who runs windfall. */
export interface Operator {
  readonly id: OperatorId
  readonly name: string
  readonly role: Role
  /** With which they sign in, if they do. */
  readonly identity: Identity | null
  readonly createdAt: number
  readonly signedInAt: number | null
  readonly disabledAt: number | null
}

export interface OperatorWithPassword extends Operator {
  /** Null: no password lets them in. */
  readonly passwordHash: string | null
}

/** Violates the unique index `operator_name_key`, or `operator_issuer_subject`, when name or identity are taken. */
export const insertOperator = async (
  db: Executor,
  operator: Omit<OperatorWithPassword, 'signedInAt' | 'disabledAt'>,
): Promise<void> => {
  await db
    .insertInto('operator')
    .values({
      id: operator.id,
      name: operator.name,
      name_key: nameKey(operator.name),
      role: operator.role,
      password_hash: operator.passwordHash,
      issuer: operator.identity?.issuer ?? null,
      subject: operator.identity?.subject ?? null,
      created_at: operator.createdAt,
    })
    .execute()
}

/** `name` in any spelling that `nameKey` makes equal. */
export const findOperatorByName = async (
  db: Executor,
  name: string,
): Promise<OperatorWithPassword | undefined> => {
  // PostgreSQL refuses to look for what no text can hold.
  if (name.includes('\0')) return undefined
  const row = await db
    .selectFrom('operator')
    .select([...COLUMNS, 'password_hash'])
    .where('name_key', '=', nameKey(name))
    .executeTakeFirst()
  return row && { ...toOperator(row), passwordHash: row.password_hash }
}

export const findOperatorByIdentity = async (
  db: Executor,
  { issuer, subject }: Identity,
): Promise<Operator | undefined> => {
  const row = await db
    .selectFrom('operator')
    .select(COLUMNS)
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst()
  return row && toOperator(row)
}

export interface OperatorFilter {
  readonly role?: Role | undefined
  readonly disabled?: boolean | undefined
}

/** Oldest first, those created after the operator `after`. */
export const listOperators = async (
  db: Executor,
  { limit, after, role, disabled }: OperatorFilter & Page<OperatorId>,
): Promise<readonly Operator[]> => {
  let query = db.selectFrom('operator').select(COLUMNS)
  if (after !== undefined) query = query.where('id', '>', after)
  if (role !== undefined) query = query.where('role', '=', role)
  if (disabled !== undefined) query = query.where('disabled_at', disabled ? 'is not' : 'is', null)
  const rows = await query.orderBy('id').limit(limit).execute()
  return rows.map(toOperator)
}

/**
 * The owners who are not disabled. Until the transaction ends nobody else can disable them or take their
 * role: whoever looks for the last one sees what is so.
 */
export const holdOwners = async (db: Executor): Promise<readonly OperatorId[]> => {
  const rows = await db
    .updateTable('operator')
    .set({ role: 'owner' })
    .where('role', '=', 'owner')
    .where('disabled_at', 'is', null)
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** Until the transaction ends nobody else changes the operator. */
export const holdOperator = async (db: Executor, id: OperatorId): Promise<void> => {
  await db
    .updateTable('operator')
    .set(({ ref }) => ({ name: ref('name') }))
    .where('id', '=', id)
    .execute()
}

/** What can be changed of an operator. */
export type OperatorChange =
  | { readonly role: Role }
  | { readonly passwordHash: string }
  | { readonly identity: Identity | null }
  | { readonly disabledAt: number }

/** Returns false where there is no such operator or it is disabled. Violates as `insertOperator`. */
export const changeOperator = async (
  db: Executor,
  id: OperatorId,
  change: OperatorChange,
): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('operator')
    .set(toColumns(change))
    .where('id', '=', id)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

const toColumns = (change: OperatorChange) => {
  if ('role' in change) return { role: change.role }
  if ('passwordHash' in change) return { password_hash: change.passwordHash }
  if ('disabledAt' in change) return { disabled_at: change.disabledAt }
  return { issuer: change.identity?.issuer ?? null, subject: change.identity?.subject ?? null }
}

/** By what somebody signs in: the hash of the password that they gave, or their identity. */
export type SignInProof =
  | { readonly kind: 'password'; readonly passwordHash: string | null }
  | { readonly kind: 'oidc'; readonly identity: Identity }

/**
 * Notes a sign-in. Returns false where the operator has another password or identity by now, or is disabled; until the
 * transaction ends, none of it can happen.
 */
export const noteSignIn = async (
  db: Executor,
  { id, proof, at }: { readonly id: OperatorId; readonly proof: SignInProof; readonly at: number },
): Promise<boolean> => {
  const enabled = db
    .updateTable('operator')
    .set({ signed_in_at: at })
    .where('id', '=', id)
    .where('disabled_at', 'is', null)
  const query =
    proof.kind === 'oidc'
      ? enabled
          .where('issuer', '=', proof.identity.issuer)
          .where('subject', '=', proof.identity.subject)
      : enabled.where('password_hash', '=', proof.passwordHash)
  const { numUpdatedRows } = await query.executeTakeFirst()
  return numUpdatedRows === 1n
}

const COLUMNS = [
  'id',
  'name',
  'role',
  'issuer',
  'subject',
  'created_at',
  'signed_in_at',
  'disabled_at',
] as const satisfies readonly (keyof Schema['operator'])[]

const toOperator = (row: Pick<Schema['operator'], (typeof COLUMNS)[number]>): Operator => ({
  id: row.id,
  name: row.name,
  role: row.role,
  identity:
    row.issuer === null || row.subject === null
      ? null
      : { issuer: row.issuer, subject: row.subject },
  createdAt: row.created_at,
  signedInAt: row.signed_in_at,
  disabledAt: row.disabled_at,
})
