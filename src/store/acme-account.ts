import type { Executor } from './schema.ts'

/** The sealed key of the account at that directory; undefined where there is none. */
export const findAcmeAccountKey = async (
  db: Executor,
  directoryUrl: string,
): Promise<Uint8Array | undefined> => {
  const row = await db
    .selectFrom('acme_account')
    .select('sealed_private_key')
    .where('directory_url', '=', directoryUrl)
    .executeTakeFirst()
  return row?.sealed_private_key
}

/** Of several callers the first one's key stays. */
export const insertAcmeAccount = async (
  db: Executor,
  account: {
    readonly directoryUrl: string
    readonly sealedPrivateKey: Uint8Array
    readonly createdAt: number
  },
): Promise<void> => {
  await db
    .insertInto('acme_account')
    .values({
      directory_url: account.directoryUrl,
      sealed_private_key: account.sealedPrivateKey,
      created_at: account.createdAt,
    })
    .onConflict((conflict) => conflict.column('directory_url').doNothing())
    .execute()
}
