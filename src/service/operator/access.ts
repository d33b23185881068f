import { ServiceError } from '../../errors.ts'
import { type EnrollmentId, isAlive, newId, type Permission, parseId } from '../../model/index.ts'
import {
  findTokenByHash,
  insertToken,
  type Token,
  type TokenKind,
  transact,
  useTokenOnce,
} from '../../store/index.ts'
import { hashSecret, makeSecret } from '../credential/index.ts'
import { type Actor, type Origin, OWNER, recordAudit } from '../journal/index.ts'
import type { Caller } from './caller.ts'
import type { OperatorOptions } from './options.ts'

const MINUTE = 60_000
const LINK_LIFE = 15 * MINUTE
const SESSION_LIFE = 12 * 60 * MINUTE
/** What a token that opens everything has as its subject. */
const ALL = '*'

/** What a session may look at: one enrollment, or all of them. */
export type Scope = EnrollmentId | typeof ALL

interface IssuedToken {
  readonly secret: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
  /** From now on. */
  readonly seconds: number
}

/** Who may look without being an operator: by one-use links, and by the sessions that these and sign-ins begin. */
export interface Access {
  /** Writes it down where a caller may not. @throws ServiceError forbidden `permission_missing` */
  requirePermission(by: Caller, permission: Permission): Promise<void>
  /** By the owner, unless `by` says otherwise. */
  createLink(scope: Scope, by?: Actor): Promise<IssuedToken>
  /**
   * Uses a link up and begins a session of the same scope.
   * @throws ServiceError forbidden `link_invalid`
   */
  openLink(secret: string, origin: Origin): Promise<IssuedToken & { readonly scope: Scope }>
  /** The scope of a session that is good now. */
  findSession(secret: string): Promise<Scope | undefined>
  /** A session of an account holder who signed in, for the download of one enrollment's profile. */
  createPortalSession(enrollmentId: EnrollmentId, minutes: number): Promise<IssuedToken>
  findPortalSession(secret: string): Promise<EnrollmentId | undefined>
}

export const createAccess = (options: OperatorOptions): Access => {
  const find = (kind: TokenKind, secret: string) => findGood(options, kind, secret)
  return {
    requirePermission: (by, permission) => requirePermission(options, by, permission),
    createLink: (scope, by = OWNER) => createLink(options, scope, by),
    openLink: (secret, origin) => openLink(options, secret, origin),
    async findSession(secret) {
      const token = await find('session', secret)
      return token && toScope(token)
    },
    createPortalSession: (enrollmentId, minutes) =>
      issue(options, { kind: 'portal', subject: enrollmentId, life: minutes * MINUTE }),
    async findPortalSession(secret) {
      const token = await find('portal', secret)
      return token && requireId(token)
    },
  }
}

const requirePermission = async (
  { db, clock }: OperatorOptions,
  by: Caller,
  permission: Permission,
): Promise<void> => {
  if (by.permissions.has(permission)) return
  const code = 'permission_missing'
  const detail = { permission }
  const { name: actor, origin } = by
  const report = { at: clock.now(), actor, action: 'access', outcome: 'refused' } as const
  await recordAudit(db, { ...report, code, detail, origin })
  throw new ServiceError('forbidden', code, `this needs the permission ${permission}`)
}

interface Wanted {
  readonly kind: TokenKind
  readonly subject: string
  /** Milliseconds. */
  readonly life: number
}

/** A token of 32 random bytes: what is stored, and what is given. */
const prepare = (options: OperatorOptions, { kind, subject, life }: Wanted) => {
  const createdAt = options.clock.now()
  const expiresAt = createdAt + life
  const { secret, hash } = makeSecret(options, 'token')
  const id = newId('token', createdAt)
  const issued: IssuedToken = { secret, expiresAt, seconds: Math.floor(life / 1000) }
  return { token: { id, kind, hash, subject, createdAt, expiresAt }, issued }
}

const issue = async (options: OperatorOptions, wanted: Wanted): Promise<IssuedToken> => {
  const { token, issued } = prepare(options, wanted)
  await transact(options.db, (tx) => insertToken(tx, token))
  return issued
}

const createLink = async (
  options: OperatorOptions,
  scope: Scope,
  { name: actor, origin }: Actor,
): Promise<IssuedToken> => {
  const { token, issued } = prepare(options, { kind: 'link', subject: scope, life: LINK_LIFE })
  const { id: subject, createdAt: at } = token
  await transact(options.db, async (tx) => {
    await insertToken(tx, token)
    const detail = { opens: scope }
    const action = 'link.create'
    await recordAudit(tx, { at, actor, action, outcome: 'done', subject, detail, origin })
  })
  return issued
}

const findGood = async (
  options: OperatorOptions,
  kind: TokenKind,
  secret: string,
): Promise<Token | undefined> => {
  const token = await findTokenByHash(options.db, hashSecret(options, 'token', secret))
  if (token?.kind !== kind || token.revokedAt !== null) return undefined
  return isAlive(token, options.clock.now()) ? token : undefined
}

const openLink = async (
  options: OperatorOptions,
  secret: string,
  origin: Origin,
): Promise<IssuedToken & { scope: Scope }> => {
  const { db, clock } = options
  const at = clock.now()
  const link = await useTokenOnce(db, {
    kind: 'link',
    hash: hashSecret(options, 'token', secret),
    now: at,
  })
  const report = { at, action: 'link.open', origin } as const
  if (link === undefined) {
    const code = 'link_invalid'
    await recordAudit(db, { ...report, actor: 'stranger', outcome: 'refused', code })
    throw new ServiceError('forbidden', code, 'the link was used or has expired')
  }
  const { id: actor, subject } = link
  await recordAudit(db, { ...report, actor, outcome: 'done', subject })
  const session = await issue(options, { kind: 'session', subject, life: SESSION_LIFE })
  return { ...session, scope: toScope(link) }
}

const toScope = (token: Token): Scope => (token.subject === ALL ? ALL : requireId(token))

const requireId = ({ subject }: Token): EnrollmentId => {
  const id = parseId('enrollment', subject)
  if (id === undefined) throw new Error('a token names no enrollment')
  return id
}
