import type { Ask } from '../../client/ldap/index.ts'
import { type LdapSettings, nameKey } from '../../model/index.ts'
import { type Filter, type LdapEntry, parseFilter } from '../../protocol/ldap/index.ts'
import { isName, isText } from '../credential/index.ts'
import type { Person } from './source.ts'

/** Who counts as a person. */
const peopleFilter = ({ filter }: LdapSettings): Filter => parseFilter(filter)

/** Who can sign in by that name: a tree, whatever the name holds. */
const namedFilter = (settings: LdapSettings, name: string): Filter => ({
  kind: 'and',
  filters: [
    peopleFilter(settings),
    {
      kind: 'or',
      filters: settings.names.map((attribute) => ({ kind: 'equals', attribute, value: name })),
    },
  ],
})

/** [MS-ADTS] §2.2.16. Other directories have no such attribute. */
const ACCOUNT_CONTROL = 'userAccountControl'
const ACCOUNT_DISABLE = 2

/** What is asked for of a person. */
const attributesOf = (settings: LdapSettings): readonly string[] => [
  ...new Set([
    ...settings.names,
    ...[settings.id, settings.fullName, settings.email, ACCOUNT_CONTROL],
    ...Object.values(settings.attributes),
    ...(settings.groups.by === 'memberOf' ? ['memberOf'] : []),
  ]),
]

/** The search for everybody. */
export const everybodyIn = (settings: LdapSettings): Ask => ({
  base: settings.base,
  scope: settings.scope,
  filter: peopleFilter(settings),
  attributes: attributesOf(settings),
  sizeLimit: 0,
})

/** The search for somebody: two are enough to know that there is more than one. */
export const calledIn = (settings: LdapSettings, name: string): Ask => ({
  ...everybodyIn(settings),
  filter: namedFilter(settings, name),
  sizeLimit: 2,
})

/** A person but for their groups; undefined: the entry says no id, or no name that anybody can have. */
export const toPerson = (
  { attributes }: LdapEntry,
  settings: LdapSettings,
): Omit<Person, 'groups'> | undefined => {
  const read = (attribute: string): string | null => {
    const [value] = attributes.get(attribute.toLowerCase()) ?? []
    const text = value && toText(value)
    return text === undefined || !isText(text) ? null : text
  }
  const ids = attributes.get(settings.id.toLowerCase()) ?? []
  const name = read(settings.names[0] ?? '')?.trim()
  const [id] = ids
  if (id === undefined || ids.length > 1 || id.length === 0) return undefined
  if (name === undefined || !isName(name)) return undefined
  return {
    externalId: toId(settings.id, id),
    name,
    fullName: read(settings.fullName),
    email: read(settings.email),
    attributes: Object.fromEntries(
      Object.entries(settings.attributes).map(([key, attribute]) => [key, read(attribute)]),
    ),
  }
}

/**
 * Whether an entry can be meant by a name. Directories find people by more spellings than that, and each would be
 * guessed at by itself.
 */
export const isCalled = (
  { attributes }: LdapEntry,
  { names }: LdapSettings,
  name: string,
): boolean =>
  names
    .flatMap((attribute) => attributes.get(attribute.toLowerCase()) ?? [])
    .some((value) => nameKey(toText(value)?.trim() ?? '') === nameKey(name))

/** Whether Active Directory has disabled the account. */
export const isDisabledThere = ({ attributes }: LdapEntry): boolean => {
  const [control] = attributes.get(ACCOUNT_CONTROL.toLowerCase()) ?? []
  return (Number(control && toText(control)) & ACCOUNT_DISABLE) !== 0
}

/** The values that are DNs. */
export const namesOf = ({ attributes }: LdapEntry, attribute: string): readonly string[] =>
  (attributes.get(attribute.toLowerCase()) ?? []).flatMap((value) => toText(value) ?? [])

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const toText = (bytes: Uint8Array): string | undefined => {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return undefined
  }
}

/** Attributes of Active Directory that are bytes. */
const BINARY: ReadonlySet<string> = new Set(['objectguid', 'objectsid'])

const toId = (attribute: string, value: Uint8Array): string => {
  const text = BINARY.has(attribute.toLowerCase()) ? undefined : toText(value)
  return text !== undefined && isText(text) ? text : Buffer.from(value).toString('hex')
}
