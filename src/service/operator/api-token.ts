import { chmod, readFile, writeFile } from 'node:fs/promises'
import { ServiceError } from '../../errors.ts'
import { newId, type Permission, permissionsOf, type TokenId } from '../../model/index.ts'
import {
  type ApiTokenRecord,
  findApiToken,
  insertApiToken,
  listApiTokens,
  type Page,
  revokeApiToken,
  touchApiToken,
  transact,
  unlessUnavailable,
} from '../../store/index.ts'
import { hashSecret, isName, makeSecret } from '../credential/index.ts'
import { type Origin, recordAudit } from '../journal/index.ts'
import { type Caller, narrowReach, OWNER_CALLER, type Owned, reachOf } from './caller.ts'
import type { OperatorOptions } from './options.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
/** By which programs that look for lost secrets know one. */
const PREFIX = 'windfall_pat_'

interface NewApiToken {
  readonly name: string
  readonly scopes: readonly Permission[]
  readonly days: number
}

export interface MadeApiToken extends ApiTokenRecord {
  /** Said once: only its hash is kept. */
  readonly secret: string
}

/** What programs are let in with. A token can never do more than who made it can do now. */
export interface ApiTokenService {
  /** The owner's token in that file; made when the file is absent or its token no longer good. */
  ensureFirst(file: string): Promise<void>
  /** @throws ServiceError invalid `token_name`; forbidden `scope_exceeded` */
  create(wanted: NewApiToken, by: Caller): Promise<MadeApiToken>
  /** Who shows that token, if it is good now. */
  find(secret: string, origin: Origin): Promise<Caller | undefined>
  /** Those that are not revoked, oldest first: all of them for who may see all, else the caller's own. */
  list(by: Caller, wanted: Owned & Page<TokenId>): Promise<readonly ApiTokenRecord[]>
  /** @throws ServiceError not_found `token_unknown` */
  revoke(id: TokenId, by: Caller): Promise<void>
}

export const createApiTokenService = (options: OperatorOptions): ApiTokenService => ({
  ensureFirst: (file) => ensureFirst(options, file),
  create: (wanted, by) => create(options, wanted, by),
  find: (secret, origin) => find(options, secret, origin),
  list: (by, wanted) => list(options, by, wanted),
  revoke: (id, by) => revoke(options, id, by),
})

const ensureFirst = async (options: OperatorOptions, file: string): Promise<void> => {
  const { db, clock } = options
  const now = clock.now()
  const existing = await readFile(file, 'utf8').catch(() => '')
  if (await findApiToken(db, hashSecret(options, 'api-token', existing.trim()), now)) return
  const { secret, hash } = makeSecret(options, 'api-token')
  await insertApiToken(db, {
    id: newId('token', now),
    hash,
    name: 'first token',
    operatorId: null,
    scopes: null,
    createdAt: now,
    expiresAt: null,
  })
  await writeFile(file, `${secret}\n`, { mode: 0o600 })
  await chmod(file, 0o600)
}

const create = async (
  options: OperatorOptions,
  { name: typed, scopes, days }: NewApiToken,
  by: Caller,
): Promise<MadeApiToken> => {
  const { db, clock } = options
  const name = typed.trim()
  if (!isName(name)) {
    throw new ServiceError('invalid', 'token_name', 'a name has 1 to 64 characters and no colon')
  }
  const excess = scopes.filter((scope) => !by.permissions.has(scope))
  if (excess.length > 0) {
    const detail = `nobody gives what they may not do: ${excess.join(', ')}`
    throw new ServiceError('forbidden', 'scope_exceeded', detail)
  }
  const createdAt = clock.now()
  const { secret, hash } = makeSecret(options, 'api-token', PREFIX)
  const id = newId('token', createdAt)
  const expiresAt = createdAt + days * DAY
  const token = { id, name, operatorId: by.operatorId, scopes, createdAt, expiresAt }
  await transact(db, async (tx) => {
    await insertApiToken(tx, { ...token, hash })
    await recordAudit(tx, {
      ...report(createdAt, 'token.create', by),
      subject: id,
      after: { name, scopes, expiresAt },
    })
  })
  return { ...token, usedAt: null, operator: null, secret }
}

const find = async (
  options: OperatorOptions,
  secret: string,
  origin: Origin,
): Promise<Caller | undefined> => {
  const { db, clock } = options
  const now = clock.now()
  const token = await findApiToken(db, hashSecret(options, 'api-token', secret), now)
  if (token === undefined) return undefined
  if (now - (token.usedAt ?? 0) >= MINUTE)
    await unlessUnavailable(() => touchApiToken(db, token.id, now))
  return toCaller(token, origin)
}

const toCaller = (token: ApiTokenRecord, origin: Origin): Caller => {
  const { id, scopes, operatorId } = token
  if (scopes === null) return { ...OWNER_CALLER, origin, tokenId: id }
  const permissions = permissionsOfToken(token)
  return { name: id, origin, operatorId, sessionId: undefined, tokenId: id, permissions }
}

/** What a token may do now. */
export const permissionsOfToken = ({
  scopes,
  operator,
}: Pick<ApiTokenRecord, 'scopes' | 'operator'>): ReadonlySet<Permission> => {
  const most = operator === null ? OWNER_CALLER.permissions : permissionsOf(operator.role)
  return scopes === null ? most : new Set(scopes.filter((scope) => most.has(scope)))
}

const list = async (
  { db }: OperatorOptions,
  by: Caller,
  { operatorId, ...page }: Owned & Page<TokenId>,
): Promise<readonly ApiTokenRecord[]> => {
  const of = narrowReach(reachOf(by, 'token.all'), operatorId)
  return of === 'none' ? [] : await listApiTokens(db, { of, ...page })
}

const revoke = async ({ db, clock }: OperatorOptions, id: TokenId, by: Caller): Promise<void> => {
  const at = clock.now()
  const of = reachOf(by, 'token.all')
  await transact(db, async (tx) => {
    if (of === 'none' || !(await revokeApiToken(tx, { id, of, at }))) {
      throw new ServiceError('not_found', 'token_unknown', 'there is no such token')
    }
    await recordAudit(tx, { ...report(at, 'token.revoke', by), subject: id })
  })
}

const report = (at: number, action: string, by: Caller) =>
  ({ at, actor: by.name, action, outcome: 'done', origin: by.origin }) as const
