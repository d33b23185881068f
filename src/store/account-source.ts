import type { AccountId } from '../model/index.ts'
import type { PersonalData } from './account.ts'
import type { Executor } from './schema.ts'

/** An account holder whom a source vouches for. */
export interface SourcedAccount extends PersonalData {
  readonly id: AccountId
  readonly name: string
  readonly externalId: string
  readonly groups: readonly string[]
  readonly disabledAt: number | null
  /** Whether they are disabled because the source said so. */
  readonly isGone: boolean
}

/** In the order of what the source knows them by, those behind `after`. */
export const listAccountsOfSource = async (
  db: Executor,
  source: string,
  { limit, after }: { readonly limit: number; readonly after: string | undefined },
): Promise<readonly SourcedAccount[]> => {
  const query = db
    .selectFrom('account')
    .select(['id', 'name', 'external_id', 'disabled_at', 'gone_at'])
    .select(['full_name', 'email', 'attributes', 'groups'])
    .where('source', '=', source)
  const rows = await (after === undefined ? query : query.where('external_id', '>', after))
    .orderBy('external_id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    externalId: row.external_id ?? '',
    fullName: row.full_name,
    email: row.email,
    attributes: JSON.parse(row.attributes),
    groups: row.groups === null ? [] : JSON.parse(row.groups),
    disabledAt: row.disabled_at,
    isGone: row.gone_at !== null && row.gone_at === row.disabled_at,
  }))
}

/** Disables an account because its source says so. Returns whether it was not disabled before. */
export const disableGoneAccount = async (
  db: Executor,
  id: AccountId,
  at: number,
): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('account')
    .set({ disabled_at: at, gone_at: at })
    .where('id', '=', id)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Enables an account that `disableGoneAccount` has disabled, and nobody else since. Returns whether it was so. */
export const enableGoneAccount = async (db: Executor, id: AccountId): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('account')
    .set({ disabled_at: null, gone_at: null })
    .where('id', '=', id)
    .whereRef('disabled_at', '=', 'gone_at')
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Says that the source of these accounts has said the same of them as before. */
export const noteAccountsChecked = async (
  db: Executor,
  ids: readonly AccountId[],
  at: number,
): Promise<void> => {
  await db.updateTable('account').set({ checked_at: at }).where('id', 'in', ids).execute()
}
