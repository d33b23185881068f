import type { LdapSession } from '../../client/ldap/index.ts'
import type { LdapSettings } from '../../model/index.ts'
import { dnKey, type Filter, type LdapEntry } from '../../protocol/ldap/index.ts'
import { namesOf } from './ldap-person.ts'

/** How far up groups of groups are followed, and how many groups somebody may be in. */
const DEEPEST = 8
const MOST = 1_000
/** Groups that are asked about at once. */
const AT_ONCE = 50

type Searching = LdapSession['search']

/** The DNs of the groups that somebody is in. */
export const groupsOf = async (
  search: Searching,
  settings: LdapSettings,
  person: { readonly entry: LdapEntry; readonly name: string },
): Promise<readonly string[]> => {
  const { by, member, nested } = settings.groups
  if (by === 'none') return []
  const { entry, name } = person
  // RFC 2307 names members by what they are called.
  const value = member.toLowerCase() === 'memberuid' ? name : entry.dn
  const direct =
    by === 'memberOf' ? namesOf(entry, 'memberOf') : await holding(search, settings, [value])
  return nested ? await climb(search, settings, direct) : direct
}

/** The groups of which one of them is a member. */
const holding = async (
  search: Searching,
  { groups, base }: LdapSettings,
  members: readonly string[],
): Promise<readonly string[]> => {
  const filters = members.map(
    (value): Filter => ({ kind: 'equals', attribute: groups.member, value }),
  )
  const found = await search({
    base: groups.base ?? base,
    scope: 'sub',
    filter: { kind: 'or', filters },
    // RFC 4511 §4.5.1.8: none.
    attributes: ['1.1'],
    sizeLimit: MOST,
  })
  return found.map(({ dn }) => dn)
}

const climb = async (
  search: Searching,
  settings: LdapSettings,
  direct: readonly string[],
): Promise<readonly string[]> => {
  const all = new Map(direct.map((dn) => [keyOf(dn), dn]))
  let level = direct
  for (let depth = 0; depth < DEEPEST && level.length > 0 && all.size < MOST; depth++) {
    const above: string[] = []
    for (let at = 0; at < level.length; at += AT_ONCE) {
      above.push(...(await holding(search, settings, level.slice(at, at + AT_ONCE))))
    }
    level = above.filter((dn) => !all.has(keyOf(dn)))
    for (const dn of level) all.set(keyOf(dn), dn)
  }
  return [...all.values()]
}

/** Whether one of the groups is the one that everybody has to be in; also where there is none. */
export const isInRequired = (
  { groups: { required } }: LdapSettings,
  groups: readonly string[],
): boolean => {
  if (required === undefined) return true
  const key = dnKey(required)
  return groups.some((dn) => keyOf(dn) === key)
}

// What is no DN is like nothing but itself.
const keyOf = (dn: string): string => {
  try {
    return dnKey(dn)
  } catch {
    return dn
  }
}
