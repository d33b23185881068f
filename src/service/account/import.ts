import { ServiceError } from '../../errors.ts'
import { nameKey } from '../../model/index.ts'
import { type Account, findAccountByName } from '../../store/index.ts'
import type { Actor } from '../journal/index.ts'
import { type AccountOptions, addAccount, requireUsable } from './account.ts'
import { type AccountChange, updateAccount } from './change.ts'

/** Somebody in a list of people. What is not said stays; null: it is not, or no longer, known. */
interface ListedAccount {
  readonly name: string
  /** For whom the list adds. */
  readonly password?: string | undefined
  readonly fullName?: string | null | undefined
  readonly email?: string | null | undefined
  readonly attributes?: Readonly<Record<string, string | null>> | undefined
}

export interface ImportOrder {
  readonly accounts: readonly ListedAccount[]
  /** What becomes of those who are there already. */
  readonly existing: 'keep' | 'change'
  /** Nothing is done, and what would be is told. */
  readonly isTrial: boolean
}

/** `same`: it is as the list says. `kept`: it was left as it is. */
type ImportOutcome = 'added' | 'changed' | 'same' | 'kept' | 'refused'

/** What became of one of the list. */
export interface Imported {
  readonly name: string
  readonly outcome: ImportOutcome
  /** Why it was refused. */
  readonly fault: { readonly code: string; readonly detail: string } | undefined
}

/**
 * Takes a list of people over, in its order, each for themselves: what is wrong with one keeps nobody else out. Asked
 * again, it goes on where it was ended.
 */
export const importAccounts = async (
  options: AccountOptions,
  order: ImportOrder,
  by: Actor,
): Promise<readonly Imported[]> => {
  const seen = new Set<string>()
  const imported: Imported[] = []
  for (const listed of order.accounts) {
    const name = listed.name.trim()
    try {
      if (seen.has(nameKey(name))) {
        throw new ServiceError('invalid', 'account_twice', 'the list has this name twice')
      }
      seen.add(nameKey(name))
      imported.push({
        name,
        outcome: await importOne(options, listed, order, by),
        fault: undefined,
      })
    } catch (error) {
      if (!(error instanceof ServiceError) || !ABOUT_ONE.has(error.kind)) throw error
      const { code, detail } = error
      imported.push({ name, outcome: 'refused', fault: { code, detail } })
    }
  }
  return imported
}

const ABOUT_ONE: ReadonlySet<ServiceError['kind']> = new Set(['invalid', 'conflict', 'not_found'])

const importOne = async (
  options: AccountOptions,
  listed: ListedAccount,
  { existing, isTrial }: ImportOrder,
  by: Actor,
): Promise<ImportOutcome> => {
  const { name, password, fullName, email, attributes = {} } = listed
  const wanted = {
    ...{ name, password, fullName: fullName ?? undefined, email: email ?? undefined },
    attributes: known(attributes),
  }
  requireUsable(name.trim(), wanted)
  const found = await findAccountByName(options.db, name.trim())
  if (found === undefined) {
    if (!isTrial) await addAccount(options, wanted, by)
    return 'added'
  }
  if (existing === 'keep') return 'kept'
  const to = differences(found, listed)
  if (Object.keys(to).length === 0) return 'same'
  if (!isTrial) await updateAccount(options, { name: found.name, to }, { by })
  return 'changed'
}

const known = (attributes: Readonly<Record<string, string | null>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== null),
  )

const differences = (found: Account, listed: ListedAccount): AccountChange => {
  const { fullName = found.fullName, email = found.email } = listed
  const attributes = known({ ...found.attributes, ...listed.attributes })
  return {
    ...(fullName !== found.fullName && { fullName }),
    ...(email !== found.email && { email }),
    ...(!isEqual(attributes, found.attributes) && { attributes }),
  }
}

const isEqual = (
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([name, value]) => other[name] === value)
