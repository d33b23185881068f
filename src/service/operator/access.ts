import { chmod, readFile, writeFile } from 'node:fs/promises'
import { ServiceError } from '../../errors.ts'
import { type MasterKey, randomToken } from '../../keys/index.ts'
import { type Clock, type EnrollmentId, newId, parseId } from '../../model/index.ts'
import {
  type Db,
  findTokenByHash,
  insertToken,
  type Token,
  type TokenKind,
  transact,
  useTokenOnce,
} from '../../store/index.ts'
import { type Origin, recordAudit } from '../journal/index.ts'

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

/** Who may look: API tokens, one-use links, and the sessions that links and sign-ins begin. */
export interface Access {
  /** The API token in that file; made when the file is absent or its token no longer good. */
  ensureFirstToken(file: string): Promise<void>
  /** @throws ServiceError unauthenticated `token_invalid` */
  requireApiToken(secret: string): Promise<void>
  createLink(scope: Scope): Promise<IssuedToken>
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

export interface AccessOptions {
  readonly db: Db
  readonly masterKey: MasterKey
  readonly clock: Clock
}

export const createAccess = (options: AccessOptions): Access => {
  const find = (kind: TokenKind, secret: string) => findGood(options, kind, secret)
  return {
    ensureFirstToken: (file) => ensureFirstToken(options, file),
    async requireApiToken(secret) {
      if ((await find('api', secret)) !== undefined) return
      throw new ServiceError('unauthenticated', 'token_invalid', 'a valid API token is needed')
    },
    createLink: (scope) => issue(options, { kind: 'link', subject: scope, life: LINK_LIFE }),
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

const hashOf = (masterKey: MasterKey, secret: string): string =>
  Buffer.from(masterKey.mac('token', Buffer.from(secret))).toString('hex')

const issue = async (
  options: AccessOptions,
  { kind, subject, life }: { kind: TokenKind; subject: string; life: number },
): Promise<IssuedToken> => {
  const expiresAt = options.clock.now() + life
  const secret = await store(options, { kind, subject, label: null, expiresAt })
  return { secret, expiresAt, seconds: Math.floor(life / 1000) }
}

/** Makes a token of 32 random bytes and stores its hash. */
const store = async (
  { db, masterKey, clock }: AccessOptions,
  token: Pick<Token, 'kind' | 'subject' | 'label' | 'expiresAt'>,
): Promise<string> => {
  const secret = randomToken()
  const createdAt = clock.now()
  const id = newId('token', createdAt)
  const hash = hashOf(masterKey, secret)
  await transact(db, (tx) => insertToken(tx, { ...token, id, hash, createdAt }))
  return secret
}

const findGood = async (
  { db, masterKey, clock }: AccessOptions,
  kind: TokenKind,
  secret: string,
): Promise<Token | undefined> => {
  const token = await findTokenByHash(db, hashOf(masterKey, secret))
  if (token?.kind !== kind || token.revokedAt !== null) return undefined
  return token.expiresAt === null || token.expiresAt > clock.now() ? token : undefined
}

const openLink = async (
  options: AccessOptions,
  secret: string,
  origin: Origin,
): Promise<IssuedToken & { scope: Scope }> => {
  const { db, masterKey, clock } = options
  const at = clock.now()
  const link = await useTokenOnce(db, hashOf(masterKey, secret), at)
  const report = { at, action: 'link.open', origin } as const
  if (link === undefined) {
    const code = 'link_invalid'
    await recordAudit(db, { ...report, actor: 'stranger', outcome: 'refused', code })
    throw new ServiceError('forbidden', code, 'the link was used or has expired')
  }
  const { subject } = link
  await recordAudit(db, { ...report, actor: 'owner', outcome: 'done', subject })
  const session = await issue(options, { kind: 'session', subject, life: SESSION_LIFE })
  return { ...session, scope: toScope(link) }
}

const toScope = (token: Token): Scope => (token.subject === ALL ? ALL : requireId(token))

const requireId = ({ subject }: Token): EnrollmentId => {
  const id = parseId('enrollment', subject)
  if (id === undefined) throw new Error('a token names no enrollment')
  return id
}

const ensureFirstToken = async (options: AccessOptions, file: string): Promise<void> => {
  const existing = await readFile(file, 'utf8').catch(() => undefined)
  if (existing !== undefined && (await findGood(options, 'api', existing.trim()))) return
  const token = { kind: 'api', subject: ALL, label: 'first token', expiresAt: null } as const
  const secret = await store(options, token)
  await writeFile(file, `${secret}\n`, { mode: 0o600 })
  await chmod(file, 0o600)
}
