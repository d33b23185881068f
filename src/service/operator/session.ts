import { ServiceError } from '../../errors.ts'
import { newId, type OperatorId, permissionsOf, type SessionId } from '../../model/index.ts'
import {
  endSession,
  endSessionsOf,
  findSession,
  insertSession,
  listSessions,
  noteSignIn,
  type Page,
  type SessionRecord,
  type SignInProof,
  touchSession,
  transact,
  unlessUnavailable,
} from '../../store/index.ts'
import { hashSecret, makeSecret } from '../credential/index.ts'
import { type Actor, type Origin, recordAudit } from '../journal/index.ts'
import { type Caller, narrowReach, type Owned, reachOf } from './caller.ts'
import type { OperatorOptions } from './options.ts'

const MINUTE = 60_000
/** From the sign-in on, however much it is used. */
const LIFE = 12 * 60 * MINUTE
/** From the last use on. */
const IDLE = 60 * MINUTE

/** A session that has just begun. */
export interface BegunSession {
  readonly secret: string
  readonly seconds: number
}

export interface SignInContext {
  readonly origin: Origin
  /** The secret of the session that the browser had before. */
  readonly replaced: string | undefined
}

/** Sessions of operators. All of it lies in the database, and each request reads it there. */
export interface SessionService {
  /** The operator whose session that is, if it is good now. */
  find(secret: string, origin: Origin): Promise<Caller | undefined>
  /** Those that are good, oldest first: all of them for who may see all, else the caller's own. */
  list(by: Caller, wanted: Owned & Page<SessionId>): Promise<readonly SessionRecord[]>
  /** @throws ServiceError not_found `session_unknown` */
  end(id: SessionId, by: Caller): Promise<void>
  /** Signs the caller out here. */
  endThis(by: Caller): Promise<void>
  /** Signs the caller out everywhere. */
  endOwn(by: Caller): Promise<void>
}

export const createSessionService = (options: OperatorOptions): SessionService => ({
  find: (secret, origin) => find(options, secret, origin),
  list: (by, wanted) => list(options, by, wanted),
  end: (id, by) => end(options, id, by),
  async endThis(by) {
    if (by.sessionId !== undefined) await end(options, by.sessionId, by)
  },
  endOwn: (by) => endOwn(options, by),
})

/** What a session must meet to be good at `now`. */
export const momentOf = (now: number) => ({ now, idleSince: now - IDLE })

/**
 * Begins a session with a secret of its own, and ends the one whose secret the browser sent with the sign-in.
 * @throws ServiceError unauthenticated `sign_in_failed` where password or identity were changed or the operator
 *   disabled since the proof was checked
 */
export const beginSession = async (
  options: OperatorOptions,
  operator: { readonly id: OperatorId; readonly proof: SignInProof },
  { origin, replaced }: SignInContext,
): Promise<BegunSession> => {
  const { db, clock } = options
  const now = clock.now()
  const { secret, hash } = makeSecret(options, 'session')
  const id = newId('session', now)
  await transact(db, async (tx) => {
    if (!(await noteSignIn(tx, { ...operator, at: now }))) {
      throw new ServiceError('unauthenticated', 'sign_in_failed', 'name or password is wrong')
    }
    const old =
      replaced && (await findSession(tx, hashSecret(options, 'session', replaced), momentOf(now)))
    if (old) await endSession(tx, { id: old.id, of: 'all', at: now })
    await insertSession(tx, {
      id,
      hash,
      operatorId: operator.id,
      remoteAddress: origin.remoteAddress,
      userAgent: origin.userAgent,
      createdAt: now,
      seenAt: now,
      expiresAt: now + LIFE,
    })
    const by = { name: operator.id, origin }
    const detail = { by: operator.proof.kind }
    await recordAudit(tx, { ...report(now, 'operator.sign_in', { subject: id, by }), detail })
  })
  return { secret, seconds: LIFE / 1000 }
}

const find = async (
  options: OperatorOptions,
  secret: string,
  origin: Origin,
): Promise<Caller | undefined> => {
  const { db, clock } = options
  const now = clock.now()
  const session = await findSession(db, hashSecret(options, 'session', secret), momentOf(now))
  if (session === undefined) return undefined
  if (now - session.seenAt >= MINUTE)
    await unlessUnavailable(() => touchSession(db, session.id, now))
  const { id, operatorId, operator } = session
  return {
    name: operatorId,
    origin,
    operatorId,
    sessionId: id,
    tokenId: undefined,
    permissions: permissionsOf(operator.role),
  }
}

const list = async (
  { db, clock }: OperatorOptions,
  by: Caller,
  { operatorId, ...page }: Owned & Page<SessionId>,
): Promise<readonly SessionRecord[]> => {
  const of = narrowReach(reachOf(by, 'session.all'), operatorId)
  return of === 'none' ? [] : await listSessions(db, { ...momentOf(clock.now()), of, ...page })
}

const end = async ({ db, clock }: OperatorOptions, id: SessionId, by: Caller): Promise<void> => {
  const at = clock.now()
  const of = reachOf(by, 'session.all')
  await transact(db, async (tx) => {
    if (of === 'none' || !(await endSession(tx, { id, of, at }))) {
      throw new ServiceError('not_found', 'session_unknown', 'there is no such session')
    }
    await recordAudit(tx, report(at, 'session.end', { subject: id, by }))
  })
}

const endOwn = async ({ db, clock }: OperatorOptions, by: Caller): Promise<void> => {
  const { operatorId } = by
  if (operatorId === null) return
  const at = clock.now()
  await transact(db, async (tx) => {
    await endSessionsOf(tx, operatorId, at)
    await recordAudit(tx, report(at, 'session.end_all', { subject: operatorId, by }))
  })
}

const report = (
  at: number,
  action: string,
  { subject, by }: { readonly subject: string; readonly by: Actor },
) => ({ at, actor: by.name, action, outcome: 'done', subject, origin: by.origin }) as const
