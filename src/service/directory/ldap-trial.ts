import type { LdapClient } from '../../client/ldap/index.ts'
import { ServiceError } from '../../errors.ts'
import type { LdapSettings } from '../../model/index.ts'
import type { LdapEntry } from '../../protocol/ldap/index.ts'
import { calledIn, everybodyIn } from './ldap-person.ts'
import { judge } from './ldap-verdict.ts'
import type { Person, Trial, TrialStep } from './source.ts'

/** Looks somebody up, or the first whom the directory has, and tells each step. */
export const tryLdap = async (
  client: LdapClient,
  settings: LdapSettings,
  name: string | undefined,
): Promise<Trial> => {
  const steps: TrialStep[] = []
  const tell = (step: TrialStep['name'], isOk: boolean, seen: string): void => {
    steps.push({ name: step, isOk, seen })
  }
  try {
    const ask =
      name === undefined ? { ...everybodyIn(settings), sizeLimit: 1 } : calledIn(settings, name)
    const found = await client.run((session) => session.search(ask))
    tell('connect', true, 'a server answers, and lets windfall search')
    const [entry, second] = found
    if (entry === undefined || second !== undefined) {
      tell('search', false, second === undefined ? 'nobody is found' : 'more than one is found')
      return { steps, person: undefined }
    }
    tell('search', true, `found ${entry.dn}`)
    return { steps, person: await tryPerson(client, settings, { entry, tell }) }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    tell(steps.length === 0 ? 'connect' : 'groups', false, `${error.detail} (${error.code})`)
    return { steps, person: undefined }
  }
}

const tryPerson = async (
  client: LdapClient,
  settings: LdapSettings,
  {
    entry,
    tell,
  }: {
    readonly entry: LdapEntry
    readonly tell: (step: TrialStep['name'], isOk: boolean, seen: string) => void
  },
): Promise<Person | undefined> => {
  const verdict = await client.run((session) => judge(session.search, settings, entry))
  if (verdict.kind === 'vouched') {
    const { person } = verdict
    tell('person', true, `is called ${person.name}`)
    tell('groups', true, `is in ${person.groups.length} groups`)
    return person
  }
  const isGroup = verdict.code === 'directory_group_missing'
  if (isGroup) tell('person', true, 'has an id and a name')
  tell(isGroup ? 'groups' : 'person', false, WORDS[verdict.code])
  return undefined
}

const WORDS = {
  directory_name_unknown: 'nobody is called so',
  directory_name_ambiguous: 'more than one is called so',
  directory_said_no: 'the directory says no',
  directory_password_wrong: 'the password is wrong',
  directory_person_disabled: 'the account is disabled there',
  directory_person_unfit: 'the entry has no id, or no name that can be signed in with',
  directory_group_missing: 'is not in the required group',
} as const
