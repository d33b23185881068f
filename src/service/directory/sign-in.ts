import { isPassword } from '../../client/ldap/index.ts'
import { ServiceError } from '../../errors.ts'
import {
  type Account,
  type AccountWithPassword,
  type Directory,
  listDirectories,
} from '../../store/index.ts'
import { keepAccount } from '../account/index.ts'
import type { AskElsewhere, Credentials } from '../credential/index.ts'
import { type Origin, recordAudit } from '../journal/index.ts'
import { enableGone } from './gone.ts'
import type { Person, Refusal, Verdict } from './source.ts'
import type { DirectoryOptions, Sources } from './sources.ts'

/**
 * Asks the directories whether somebody is who they say: the one whose account it is; of a name that nobody has yet,
 * all of them in their order, until one knows it. One that is away ends it: what it would have said, no other can say.
 */
export const createAskElsewhere = (
  options: Pick<DirectoryOptions, 'db' | 'clock'>,
  sources: Sources,
): AskElsewhere<AccountWithPassword> => {
  const { db } = options
  return async (credentials, known, origin) => {
    if (!isPassword(credentials.password)) return { kind: 'nowhere' }
    const directories = await listDirectories(db)
    let refused: { readonly by: string; readonly reason: Refusal } | undefined
    for (const directory of directories.filter((each) => mayVouch(each, known, credentials))) {
      const verdict = await ask(sources, directory, credentials, origin)
      if (verdict.kind === 'vouched') {
        const account = await take(options, { directory, person: verdict.person, origin })
        if (account !== undefined) {
          return { kind: 'found', holder: { ...account, passwordHash: null } }
        }
        return { kind: 'refused', by: directory.name, reason: 'account_disabled' }
      }
      refused = { by: directory.name, reason: verdict.code }
      if (!UNDECIDED.has(verdict.code)) break
    }
    return refused === undefined ? { kind: 'nowhere' } : { kind: 'refused', ...refused }
  }
}

/** What says nothing against another directory knowing the name. */
const UNDECIDED: ReadonlySet<Refusal> = new Set(['directory_name_unknown', 'directory_said_no'])

const mayVouch = (
  { isEnabled, name }: Directory,
  known: Account | undefined,
  { directories = [] }: Credentials,
): boolean => {
  const source = known?.source ?? null
  const isAsked = directories.length === 0 || directories.includes(name)
  return isEnabled && isAsked && (source === null || source === name)
}

/** Seconds. */
const RETRY_AFTER = 5

const ask = async (
  sources: Sources,
  directory: Directory,
  credentials: Credentials,
  origin: Origin,
): Promise<Verdict> => {
  try {
    return await sources.of(directory).signIn(credentials, origin)
  } catch (cause) {
    if (!(cause instanceof ServiceError) || cause.kind !== 'unavailable') throw cause
    const detail = 'the directory that knows passwords does not answer as it should'
    throw new ServiceError('unavailable', 'directory_unavailable', detail, {
      cause,
      retryAfter: RETRY_AFTER,
    })
  }
}

interface Vouched {
  readonly directory: Directory
  readonly person: Person
  readonly origin: Origin
}

/** Their account as the directory knows them; undefined where an operator has disabled it. */
const take = async (
  options: Pick<DirectoryOptions, 'db' | 'clock'>,
  { directory, person, origin }: Vouched,
): Promise<Account | undefined> => {
  const { db, clock } = options
  try {
    const account = await keepAccount(options, { ...person, source: directory.name }, origin)
    if (account.disabledAt === null) return account
    const isBack = await enableGone(options, { account, source: directory.name, origin })
    return isBack ? { ...account, disabledAt: null } : undefined
  } catch (error) {
    if (error instanceof ServiceError) {
      await recordAudit(db, {
        ...{ at: clock.now(), actor: 'stranger', action: 'account.sign_in', outcome: 'refused' },
        ...{ code: error.code, detail: { by: directory.name }, origin },
      })
    }
    throw error
  }
}
