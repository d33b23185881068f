import { CLOCK_SKEW, type OperatorId, type Role, type SessionId } from '../model/index.ts'
import type { Page } from './page.ts'
import { prepare } from './prepared.ts'
import type { Executor, Schema } from './schema.ts'

/** What an operator who signed in is known by. */
export interface Session {
  readonly id: SessionId
  readonly operatorId: OperatorId
  readonly remoteAddress: string
  readonly userAgent: string | null
  readonly createdAt: number
  /** When it was last used, to the minute. */
  readonly seenAt: number
  readonly expiresAt: number
}

/** A session with the operator as they are now. */
export interface SessionRecord extends Session {
  readonly operator: { readonly name: string; readonly role: Role }
}

/** A session is good that is neither ended nor expired, was used after `idleSince`, and whose operator is enabled. */
interface Moment {
  readonly now: number
  readonly idleSince: number
}

interface Bounds extends Moment {
  /** What is later is of the future. */
  readonly latest: number
}

const boundsOf = (moment: Moment): Bounds => ({ ...moment, latest: moment.now + CLOCK_SKEW })

export const insertSession = async (
  db: Executor,
  session: Session & { readonly hash: string },
): Promise<void> => {
  await db
    .insertInto('session')
    .values({
      id: session.id,
      hash: session.hash,
      operator_id: session.operatorId,
      remote_address: session.remoteAddress,
      user_agent: session.userAgent,
      created_at: session.createdAt,
      seen_at: session.seenAt,
      expires_at: session.expiresAt,
    })
    .execute()
}

/** The good session of that hash. */
export const findSession = async (
  db: Executor,
  hash: string,
  moment: Moment,
): Promise<SessionRecord | undefined> => {
  const {
    rows: [row],
  } = await selectByHash(db, { hash, ...boundsOf(moment) })
  return row && toRecord(row)
}

/** Those of the sessions that are good. */
export const findGoodSessions = async (
  db: Executor,
  ids: readonly SessionId[],
  moment: Moment,
): Promise<readonly SessionRecord[]> => {
  const rows = await selectGood(db, boundsOf(moment)).where('session.id', 'in', ids).execute()
  return rows.map(toRecord)
}

/** Good sessions of one operator or of all, oldest first. */
export const listSessions = async (
  db: Executor,
  { of, limit, after, ...moment }: Moment & Page<SessionId> & { readonly of: OperatorId | 'all' },
): Promise<readonly SessionRecord[]> => {
  let query = selectGood(db, boundsOf(moment))
  if (of !== 'all') query = query.where('session.operator_id', '=', of)
  if (after !== undefined) query = query.where('session.id', '>', after)
  const rows = await query.orderBy('session.id').limit(limit).execute()
  return rows.map(toRecord)
}

const selectGood = (db: Executor, { now, latest, idleSince }: Bounds) =>
  db
    .selectFrom('session')
    .innerJoin('operator', 'operator.id', 'session.operator_id')
    .select(COLUMNS)
    .where('session.revoked_at', 'is', null)
    .where('session.expires_at', '>', now)
    .where('session.seen_at', '>', idleSince)
    // Else the clock was put back, and the session would last longer than it was given.
    .where('session.created_at', '<=', latest)
    .where('session.seen_at', '<=', latest)
    .where('operator.disabled_at', 'is', null)

// Named one by one: what stands for the values has no names to be listed.
const selectByHash = prepare(
  (db, { hash, now, latest, idleSince }: Bounds & { readonly hash: string }) =>
    selectGood(db, { now, latest, idleSince }).where('session.hash', '=', hash),
)

/** Remembers that the session was used. */
export const touchSession = async (db: Executor, id: SessionId, at: number): Promise<void> => {
  await db.updateTable('session').set({ seen_at: at }).where('id', '=', id).execute()
}

/** Ends a session. Returns false where `of` has no such session, or it was ended before. */
export const endSession = async (
  db: Executor,
  { id, of, at }: { readonly id: SessionId; readonly of: OperatorId | 'all'; readonly at: number },
): Promise<boolean> => {
  const any = db.updateTable('session').set({ revoked_at: at }).where('id', '=', id)
  const query = of === 'all' ? any : any.where('operator_id', '=', of)
  const { numUpdatedRows } = await query.where('revoked_at', 'is', null).executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Ends every session of an operator. */
export const endSessionsOf = async (
  db: Executor,
  operatorId: OperatorId,
  at: number,
): Promise<void> => {
  await db
    .updateTable('session')
    .set({ revoked_at: at })
    .where('operator_id', '=', operatorId)
    .where('revoked_at', 'is', null)
    .execute()
}

/** Ends every session of everybody, and says how many there were. */
export const endAllSessions = async (db: Executor, at: number): Promise<number> => {
  const { numUpdatedRows } = await db
    .updateTable('session')
    .set({ revoked_at: at })
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

const COLUMNS = [
  'session.id',
  'session.operator_id',
  'session.remote_address',
  'session.user_agent',
  'session.created_at',
  'session.seen_at',
  'session.expires_at',
  'operator.name',
  'operator.role',
] as const

type Row = Omit<Schema['session'], 'hash' | 'revoked_at'> &
  Pick<Schema['operator'], 'name' | 'role'>

const toRecord = (row: Row): SessionRecord => ({
  id: row.id,
  operatorId: row.operator_id,
  remoteAddress: row.remote_address,
  userAgent: row.user_agent,
  createdAt: row.created_at,
  seenAt: row.seen_at,
  expiresAt: row.expires_at,
  operator: { name: row.name, role: row.role },
})
