import type { LdapSession } from '../../client/ldap/index.ts'
import type { LdapSettings } from '../../model/index.ts'
import type { LdapEntry } from '../../protocol/ldap/index.ts'
import { groupsOf, isInRequired } from './ldap-group.ts'
import { isDisabledThere, toPerson } from './ldap-person.ts'
import { refusing, type Verdict } from './source.ts'

/** Whether the directory vouches for somebody, whoever asks. */
export const judge = async (
  search: LdapSession['search'],
  settings: LdapSettings,
  entry: LdapEntry,
): Promise<Verdict> => {
  if (isDisabledThere(entry)) return refusing('directory_person_disabled')
  const person = toPerson(entry, settings)
  if (person === undefined) return refusing('directory_person_unfit')
  const groups = await groupsOf(search, settings, { entry, name: person.name })
  if (!isInRequired(settings, groups)) return refusing('directory_group_missing')
  return { kind: 'vouched', person: { ...person, groups } }
}
