import type { Executor } from './schema.ts'

/** What the server of an ACME CA is told when it asks for the token (RFC 8555 §8.3). */
export interface AcmeAnswer {
  readonly token: string
  readonly keyAuthorization: string
  readonly expiresAt: number
}

/** Keeps an answer, and forgets those whose time is up at `now`. */
export const putAcmeAnswer = async (
  db: Executor,
  answer: AcmeAnswer,
  now: number,
): Promise<void> => {
  await db.deleteFrom('acme_answer').where('expires_at', '<=', now).execute()
  const { token, keyAuthorization: key_authorization, expiresAt: expires_at } = answer
  await db
    .insertInto('acme_answer')
    .values({ token, key_authorization, expires_at })
    .onConflict((conflict) =>
      conflict.column('token').doUpdateSet({ key_authorization, expires_at }),
    )
    .execute()
}

/** The key authorization of a token, until its time is up. */
export const findAcmeAnswer = async (
  db: Executor,
  token: string,
  now: number,
): Promise<string | undefined> => {
  const row = await db
    .selectFrom('acme_answer')
    .select('key_authorization')
    .where('token', '=', token)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row?.key_authorization
}
