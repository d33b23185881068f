import { CLOCK_SKEW, isAlive, type TokenId } from '../model/index.ts'
import { prepare } from './prepared.ts'
import type { Executor, Schema, TokenKind } from './schema.ts'

/** A secret that opens something, known by its hash. */
export interface Token {
  readonly id: TokenId
  readonly kind: TokenKind
  readonly hash: string
  /** What it opens: the id of a noun, or `*`. */
  readonly subject: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly usedAt: number | null
  readonly revokedAt: number | null
}

export const insertToken = async (
  db: Executor,
  token: Omit<Token, 'usedAt' | 'revokedAt'>,
): Promise<void> => {
  await insert(db, token)
}

const insert = prepare((db, token: Omit<Token, 'usedAt' | 'revokedAt'>) =>
  db.insertInto('token').values({
    id: token.id,
    kind: token.kind,
    hash: token.hash,
    subject: token.subject,
    created_at: token.createdAt,
    expires_at: token.expiresAt,
  }),
)

/** The token in any state: used, expired and revoked ones too. */
export const findTokenByHash = async (db: Executor, hash: string): Promise<Token | undefined> => {
  const {
    rows: [row],
  } = await selectByHash(db, { hash })
  return row && toToken(row)
}

const selectByHash = prepare((db, { hash }: { readonly hash: string }) =>
  db.selectFrom('token').select(COLUMNS).where('hash', '=', hash),
)

/** Uses up a token that is good at `now` and returns it; else undefined. Of several callers one gets it. */
export const useTokenOnce = async (
  db: Executor,
  { kind, hash, now }: { readonly kind: TokenKind; readonly hash: string; readonly now: number },
): Promise<Token | undefined> => {
  const row = await db
    .updateTable('token')
    .set({ used_at: now })
    .where('hash', '=', hash)
    .where('kind', '=', kind)
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('created_at', '<=', now + CLOCK_SKEW)
    .where('expires_at', '>', now)
    .returning(COLUMNS)
    .executeTakeFirst()
  return row && toToken(row)
}

/**
 * Uses up every link for the set-up, good or not, and returns those that were good at `now`. Of several callers
 * with different links one gets any.
 */
export const useSetUpLinks = async (db: Executor, now: number): Promise<readonly Token[]> => {
  const rows = await db
    .updateTable('token')
    .set({ used_at: now })
    .where('kind', '=', 'set-up')
    .where('used_at', 'is', null)
    .returning(COLUMNS)
    .execute()
  return rows.map(toToken).filter((token) => isAlive(token, now))
}

/** Takes out those of a kind that are good for nothing any more. */
export const deleteExpiredTokens = async (
  db: Executor,
  kind: TokenKind,
  now: number,
): Promise<void> => {
  await db.deleteFrom('token').where('kind', '=', kind).where('expires_at', '<=', now).execute()
}

/** Forgets those that expired before `before`; returns how many. */
export const deleteOldTokens = async (db: Executor, before: number): Promise<number> => {
  const { numDeletedRows } = await db
    .deleteFrom('token')
    .where('expires_at', '<', before)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Returns false if the token had been revoked before. */
export const revokeToken = async (db: Executor, id: TokenId, at: number): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('token')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Revokes all tokens of the kinds; returns how many. */
export const revokeTokensOfKind = async (
  db: Executor,
  kinds: readonly TokenKind[],
  at: number,
): Promise<number> => {
  const { numUpdatedRows } = await db
    .updateTable('token')
    .set({ revoked_at: at })
    .where('kind', 'in', kinds)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

const COLUMNS = [
  'id',
  'kind',
  'hash',
  'subject',
  'created_at',
  'expires_at',
  'used_at',
  'revoked_at',
] as const satisfies readonly (keyof Schema['token'])[]

const toToken = (row: Schema['token']): Token => ({
  id: row.id,
  kind: row.kind,
  hash: row.hash,
  subject: row.subject,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  usedAt: row.used_at,
  revokedAt: row.revoked_at,
})
