import { type Permission, permissionsOf } from '../../model/index.ts'
import { findGoodApiTokens, findGoodSessions } from '../../store/index.ts'
import { permissionsOfToken } from './api-token.ts'
import type { Caller } from './caller.ts'
import type { OperatorOptions } from './options.ts'
import { momentOf } from './session.ts'

/**
 * Those of the callers who may no longer do what they could when they asked: their session or token is not good any
 * more, or has lost the permission. For requests that stay; one query answers for many.
 */
export type Standing = (
  callers: readonly Caller[],
  permission: Permission,
) => Promise<readonly Caller[]>

/** Databases limit the parameters of a statement. */
const BATCH = 500

export const createStanding =
  (options: Pick<OperatorOptions, 'db' | 'clock'>): Standing =>
  async (callers, permission) => {
    const lost: Caller[] = []
    for (let first = 0; first < callers.length; first += BATCH) {
      const some = callers.slice(first, first + BATCH)
      const good = await findGood(options, some, permission)
      lost.push(...some.filter((caller) => !isOwner(caller) && !good.has(keyOf(caller))))
    }
    return lost
  }

/** Whoever came through the socket of the data directory shows nothing that could be revoked. */
const isOwner = ({ sessionId, tokenId }: Caller): boolean =>
  sessionId === undefined && tokenId === undefined

const keyOf = ({ sessionId, tokenId }: Caller): string => sessionId ?? tokenId ?? ''

const findGood = async (
  { db, clock }: Pick<OperatorOptions, 'db' | 'clock'>,
  callers: readonly Caller[],
  permission: Permission,
): Promise<ReadonlySet<string>> => {
  const now = clock.now()
  const sessionIds = callers.flatMap(({ sessionId }) => sessionId ?? [])
  const tokenIds = callers.flatMap(({ tokenId }) => tokenId ?? [])
  const sessions =
    sessionIds.length === 0 ? [] : await findGoodSessions(db, sessionIds, momentOf(now))
  const tokens = tokenIds.length === 0 ? [] : await findGoodApiTokens(db, tokenIds, now)
  return new Set([
    ...sessions.flatMap(({ id, operator: { role } }) =>
      permissionsOf(role).has(permission) ? [id] : [],
    ),
    ...tokens.flatMap((token) => (permissionsOfToken(token).has(permission) ? [token.id] : [])),
  ])
}
