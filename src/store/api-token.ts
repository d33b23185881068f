import type { OperatorId, Permission, Role, TokenId } from '../model/index.ts'
import type { Page } from './page.ts'
import { prepare } from './prepared.ts'
import type { Executor, Schema } from './schema.ts'

/** What a program shows to be let in, known by its hash. */
export interface ApiToken {
  readonly id: TokenId
  readonly name: string
  /** Who made it; null: the owner of the data directory. */
  readonly operatorId: OperatorId | null
  /** What it is for; null: everything, now and later. */
  readonly scopes: readonly Permission[] | null
  readonly createdAt: number
  /** Null only for the token of the first start. */
  readonly expiresAt: number | null
  /** When it was last used, to the minute. */
  readonly usedAt: number | null
}

/** A token with the operator who made it, as they are now. */
export interface ApiTokenRecord extends ApiToken {
  readonly operator: { readonly name: string; readonly role: Role } | null
}

export const insertApiToken = async (
  db: Executor,
  token: Omit<ApiToken, 'usedAt'> & { readonly hash: string },
): Promise<void> => {
  await db
    .insertInto('api_token')
    .values({
      id: token.id,
      hash: token.hash,
      name: token.name,
      operator_id: token.operatorId,
      scopes: token.scopes && JSON.stringify(token.scopes),
      created_at: token.createdAt,
      expires_at: token.expiresAt,
    })
    .execute()
}

/** The token of that hash, unless it is revoked, expired, or of an operator who is disabled. */
export const findApiToken = async (
  db: Executor,
  hash: string,
  now: number,
): Promise<ApiTokenRecord | undefined> => {
  const {
    rows: [row],
  } = await selectByHash(db, { hash, now })
  return row && toRecord(row)
}

const selectByHash = prepare((db, { hash, now }: { readonly hash: string; readonly now: number }) =>
  selectGood(db, now).where('api_token.hash', '=', hash),
)

/** Those of the tokens that are good. */
export const findGoodApiTokens = async (
  db: Executor,
  ids: readonly TokenId[],
  now: number,
): Promise<readonly ApiTokenRecord[]> => {
  const rows = await selectGood(db, now).where('api_token.id', 'in', ids).execute()
  return rows.map(toRecord)
}

const selectGood = (db: Executor, now: number) =>
  select(db)
    .where(({ or, eb }) =>
      or([eb('api_token.expires_at', 'is', null), eb('api_token.expires_at', '>', now)]),
    )
    .where('operator.disabled_at', 'is', null)

/** Tokens that are not revoked, of one operator or of all, oldest first. */
export const listApiTokens = async (
  db: Executor,
  { of, limit, after }: Page<TokenId> & { readonly of: OperatorId | 'all' },
): Promise<readonly ApiTokenRecord[]> => {
  let query = select(db)
  if (of !== 'all') query = query.where('api_token.operator_id', '=', of)
  if (after !== undefined) query = query.where('api_token.id', '>', after)
  const rows = await query.orderBy('api_token.id').limit(limit).execute()
  return rows.map(toRecord)
}

const select = (db: Executor) =>
  db
    .selectFrom('api_token')
    .leftJoin('operator', 'operator.id', 'api_token.operator_id')
    .select(COLUMNS)
    .where('api_token.revoked_at', 'is', null)

/** Remembers that the token was used. */
export const touchApiToken = async (db: Executor, id: TokenId, at: number): Promise<void> => {
  await db.updateTable('api_token').set({ used_at: at }).where('id', '=', id).execute()
}

/** Revokes a token. Returns false where `of` has no such token, or it was revoked before. */
export const revokeApiToken = async (
  db: Executor,
  { id, of, at }: { readonly id: TokenId; readonly of: OperatorId | 'all'; readonly at: number },
): Promise<boolean> => {
  const any = db.updateTable('api_token').set({ revoked_at: at }).where('id', '=', id)
  const query = of === 'all' ? any : any.where('operator_id', '=', of)
  const { numUpdatedRows } = await query.where('revoked_at', 'is', null).executeTakeFirst()
  return numUpdatedRows === 1n
}

const COLUMNS = [
  'api_token.id',
  'api_token.name',
  'api_token.operator_id',
  'api_token.scopes',
  'api_token.created_at',
  'api_token.expires_at',
  'api_token.used_at',
  'operator.name as operator_name',
  'operator.role as operator_role',
] as const

interface Row extends Omit<Schema['api_token'], 'hash' | 'revoked_at'> {
  readonly operator_name: string | null
  readonly operator_role: Role | null
}

const toRecord = (row: Row): ApiTokenRecord => ({
  id: row.id,
  name: row.name,
  operatorId: row.operator_id,
  scopes: row.scopes === null ? null : JSON.parse(row.scopes),
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  usedAt: row.used_at,
  operator:
    row.operator_name === null || row.operator_role === null
      ? null
      : { name: row.operator_name, role: row.operator_role },
})
