import { ServiceError } from '../../errors.ts'
import type { AccountId } from '../../model/index.ts'
import {
  type Directory,
  findAccountByName,
  listAccountsOfSource,
  noteAccountsChecked,
  type SourcedAccount,
} from '../../store/index.ts'
import { keepAccount } from '../account/index.ts'
import { disableGone, enableGone } from './gone.ts'
import type { Person, Source } from './source.ts'
import type { DirectoryOptions } from './sources.ts'

/** What became of the people of a directory, or would. */
export interface SyncReport {
  readonly at: number
  /** For how many the directory vouches. */
  readonly people: number
  readonly added: number
  readonly changed: number
  readonly enabled: number
  readonly disabled: number
  /** Who is gone, and was not disabled: they are more than may be at once. */
  readonly withheld: number
  /** Who could not be taken over; the first of them. */
  readonly refused: readonly { readonly name: string; readonly code: string }[]
}

export interface SyncOrder {
  /** Nothing is done, and what would be is told. */
  readonly isTrial: boolean
  /** However many are gone, they are disabled. */
  readonly isForced: boolean
  readonly signal?: AbortSignal | undefined
}

type Options = Pick<DirectoryOptions, 'db' | 'clock'>

/**
 * Makes the accounts of a directory what it says they are. Nothing is done before everybody was read: half of a list
 * would disable the other half.
 * @throws ServiceError conflict `directory_no_list`; unavailable as `Source`
 */
export const syncDirectory = async (
  options: Options,
  { directory, source }: { readonly directory: Directory; readonly source: Source },
  order: SyncOrder,
): Promise<SyncReport> => {
  const people = await readEverybody(source, order.signal)
  const known = await readKnown(options, directory.name)
  const counts = { added: 0, changed: 0, enabled: 0, disabled: 0 }
  const refused: { name: string; code: string }[] = []
  const same: AccountId[] = []
  for (const person of people.values()) {
    order.signal?.throwIfAborted()
    const account = known.get(person.externalId)
    try {
      if (account === undefined) {
        await add(options, directory, person, order)
        counts.added++
        continue
      }
      if (isSame(account, person)) same.push(account.id)
      else {
        counts.changed++
        if (!order.isTrial) await keepAccount(options, { ...person, source: directory.name })
      }
      if (account.isGone) {
        counts.enabled++
        if (!order.isTrial) await enableGone(options, { account, source: directory.name })
      }
    } catch (error) {
      if (!(error instanceof ServiceError) || !ABOUT_ONE.has(error.kind)) throw error
      refused.push({ name: person.name, code: error.code })
    }
  }
  if (!order.isTrial) await noteChecked(options, same)
  const gone = [...known.values()].filter(
    ({ externalId, disabledAt }) => disabledAt === null && !people.has(externalId),
  )
  const isWithheld = !order.isForced && gone.length > mostGone(directory, { people, known })
  if (!isWithheld) {
    for (const account of gone) {
      order.signal?.throwIfAborted()
      counts.disabled++
      if (!order.isTrial) await disableGone(options, { account, source: directory.name })
    }
  }
  return {
    ...{ at: options.clock.now(), people: people.size, ...counts },
    withheld: isWithheld ? gone.length : 0,
    refused: refused.slice(0, MOST_TOLD),
  }
}

const ABOUT_ONE: ReadonlySet<ServiceError['kind']> = new Set(['invalid', 'conflict'])
const MOST_TOLD = 20
/** More people are a mistake in the filter. */
const MOST_PEOPLE = 200_000

const readEverybody = async (
  { everybody }: Source,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Person>> => {
  if (everybody === undefined) {
    throw new ServiceError('conflict', 'directory_no_list', 'the directory does not list people')
  }
  const people = new Map<string, Person>()
  for await (const page of everybody()) {
    signal?.throwIfAborted()
    for (const person of page) people.set(person.externalId, person)
    if (people.size > MOST_PEOPLE) {
      throw new ServiceError('unavailable', 'directory_too_large', 'the directory lists too many')
    }
  }
  return people
}

const BATCH = 500

const readKnown = async (
  { db }: Options,
  source: string,
): Promise<ReadonlyMap<string, SourcedAccount>> => {
  const known = new Map<string, SourcedAccount>()
  for (let after: string | undefined; ; ) {
    const batch = await listAccountsOfSource(db, source, { limit: BATCH, after })
    for (const account of batch) known.set(account.externalId, account)
    after = batch.at(-1)?.externalId
    if (batch.length < BATCH) return known
  }
}

const noteChecked = async ({ db, clock }: Options, ids: readonly AccountId[]): Promise<void> => {
  for (let at = 0; at < ids.length; at += BATCH) {
    await noteAccountsChecked(db, ids.slice(at, at + BATCH), clock.now())
  }
}

const add = async (
  options: Options,
  directory: Directory,
  person: Person,
  { isTrial }: SyncOrder,
): Promise<void> => {
  if (!isTrial) {
    await keepAccount(options, { ...person, source: directory.name })
    return
  }
  const named = await findAccountByName(options.db, person.name)
  if (named !== undefined && (named.source !== null || named.hasPassword)) {
    throw new ServiceError('conflict', 'account_taken', 'somebody else is called so here')
  }
}

/** How many may be gone at once. Nobody left at all is a mistake. */
const mostGone = (
  { settings }: Directory,
  {
    people,
    known,
  }: {
    readonly people: ReadonlyMap<string, Person>
    readonly known: ReadonlyMap<string, SourcedAccount>
  },
): number => {
  if (people.size === 0) return 0
  const active = [...known.values()].filter(({ disabledAt }) => disabledAt === null).length
  const percent = settings.ldap?.sync.mostGonePercent ?? 0
  return Math.max(1, Math.floor((active * percent) / 100))
}

const isSame = (account: SourcedAccount, person: Person): boolean =>
  account.fullName === person.fullName &&
  account.email === person.email &&
  Object.entries(person.attributes).every(
    ([name, value]) => (account.attributes[name] ?? null) === value,
  ) &&
  JSON.stringify(account.groups) === JSON.stringify([...new Set(person.groups)])
