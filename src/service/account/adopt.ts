import { ServiceError } from '../../errors.ts'
import { newId } from '../../model/index.ts'
import {
  type Account,
  type Executor,
  type ExternalIdentity,
  findAccountByName,
  holdAccountByIdentity,
  insertAccount,
  isUniqueViolation,
  linkAccount,
  refreshAccount,
  transact,
} from '../../store/index.ts'
import { isText } from '../credential/index.ts'
import { type Origin, recordAudit } from '../journal/index.ts'
import { type AccountOptions, describeAccount, requireUsable } from './account.ts'

/** Somebody whom a source of account holders vouches for. What it does not say stays; null: it is not known there. */
export interface Adoption extends ExternalIdentity {
  /** What a new account is called. One that is there keeps its name. */
  readonly name: string
  readonly fullName?: string | null | undefined
  readonly email?: string | null | undefined
  readonly attributes?: Readonly<Record<string, string | null>> | undefined
  /** All of them. */
  readonly groups?: readonly string[] | undefined
}

/**
 * The account of somebody who signs in elsewhere: kept as `keepAccount` does.
 * @throws ServiceError forbidden `account_disabled`; what `keepAccount` throws. Either is written in the audit
 */
export const adoptAccount = async (
  options: AccountOptions,
  adoption: Adoption,
  origin: Origin,
): Promise<Account> => {
  try {
    const account = await keepAccount(options, adoption, origin)
    if (account.disabledAt === null) return account
    throw new ServiceError('forbidden', 'account_disabled', 'this account is disabled')
  } catch (error) {
    if (error instanceof ServiceError) await recordRefusal(options, adoption, { error, origin })
    throw error
  }
}

/** How often it is tried: of two who come first at a time, one finds what the other has made. */
const TRIES = 3

/**
 * Finds the account of somebody whom a source vouches for, disabled or not, and keeps what the source says of them;
 * else makes it. An account of their name in windfall's own list becomes theirs if it has no password: somebody has put
 * them on the list for this. The same identity has one account, however many ask at a time.
 * @param origin undefined: nobody signs in, windfall looks by itself
 * @throws ServiceError conflict `account_taken` where the name is somebody else's; invalid `account_name`,
 *   `account_text`
 */
export const keepAccount = async (
  options: AccountOptions,
  adoption: Adoption,
  origin?: Origin,
): Promise<Account> => {
  const { attributes, fullName, email, groups = [] } = adoption
  const name = adoption.name.trim()
  const known = { fullName: fullName ?? undefined, email: email ?? undefined }
  requireUsable(name, { ...known, name, attributes: withoutNull(attributes) })
  if (![adoption.externalId, ...groups].every(isText)) {
    throw new ServiceError('invalid', 'account_text', 'a text holds control characters')
  }
  for (let time = 1; ; time++) {
    try {
      return await transact(options.db, (tx) =>
        keep({ tx, now: options.clock.now(), origin }, { ...adoption, name }),
      )
    } catch (error) {
      if (!isUniqueViolation(error) || time === TRIES) throw error
    }
  }
}

interface Scene {
  readonly tx: Executor
  readonly now: number
  readonly origin: Origin | undefined
}

const keep = async (scene: Scene, adoption: Adoption): Promise<Account> => {
  const { tx } = scene
  const found = await holdAccountByIdentity(tx, adoption)
  if (found !== undefined) return await refresh(scene, { before: found }, adoption)
  const named = await findAccountByName(tx, adoption.name)
  if (named === undefined) return await make(scene, adoption)
  const isLinked = await linkAccount(tx, named.id, adoption)
  // Another who came at the same time may have made or linked it.
  const before = await holdAccountByIdentity(tx, adoption)
  if (before !== undefined) return await refresh(scene, { before, isLinked }, adoption)
  throw new ServiceError('conflict', 'account_taken', 'somebody else is called so here')
}

const make = async (scene: Scene, adoption: Adoption): Promise<Account> => {
  const { tx, now } = scene
  const { source, externalId, name, fullName, email, attributes, groups } = adoption
  const account = {
    ...{ id: newId('account', now), name, source, externalId, createdAt: now, checkedAt: now },
    fullName: fullName ?? null,
    email: email ?? null,
    attributes: withoutNull(attributes),
    groups: [...new Set(groups)],
  }
  await insertAccount(tx, { ...account, passwordHash: null })
  await report(scene, 'account.adopt', { id: account.id, source, after: account })
  return { ...account, disabledAt: null, hasPassword: false }
}

const refresh = async (
  scene: Scene,
  { before, isLinked = false }: { readonly before: Account; readonly isLinked?: boolean },
  { source, fullName, email, attributes, groups }: Adoption,
): Promise<Account> => {
  const { tx, now } = scene
  const said = {
    fullName: fullName === undefined ? before.fullName : fullName,
    email: email === undefined ? before.email : email,
    attributes: withoutNull({ ...before.attributes, ...attributes }),
    groups: groups === undefined ? before.groups : [...new Set(groups)],
  }
  const after = { ...before, ...said, checkedAt: now }
  await refreshAccount(tx, after)
  const changed = Object.entries(said).flatMap(([field, value]) =>
    isSame(Reflect.get(before, field), value) ? [] : [field],
  )
  if (isLinked || changed.length > 0) {
    const action = isLinked ? 'account.link' : 'account.refresh'
    await report(scene, action, { id: before.id, source, before, after, changed })
  }
  return after
}

const withoutNull = (
  attributes: Readonly<Record<string, string | null>> = {},
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== null),
  )

/** Whether two values are the same as JSON, whatever the order of members. */
const isSame = (one: unknown, other: unknown): boolean => canonical(one) === canonical(other)

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, member) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )

interface Report {
  readonly id: Account['id']
  readonly source: string
  readonly before?: Account
  readonly after: Parameters<typeof describeAccount>[0]
  readonly changed?: readonly string[]
}

const report = async (
  { tx, now, origin }: Scene,
  action: string,
  { id, source, before, after, changed }: Report,
): Promise<void> =>
  await recordAudit(tx, {
    ...{ at: now, actor: 'system', action, outcome: 'done', subject: id, origin },
    ...(before && { before: describeAccount(before) }),
    after: describeAccount(after),
    detail: { source, ...(changed && { changed }) },
  })

const recordRefusal = async (
  { db, clock }: AccountOptions,
  { source }: Adoption,
  { error, origin }: { readonly error: ServiceError; readonly origin: Origin },
): Promise<void> =>
  await recordAudit(db, {
    ...{
      at: clock.now(),
      actor: 'stranger',
      action: 'account.sign_in',
      outcome: 'refused',
      origin,
    },
    code: error.code,
    detail: { by: source },
  })
