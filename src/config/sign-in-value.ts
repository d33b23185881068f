import { kind, matching, type Network, parseNetwork } from './value.ts'

const LIST_JSON = {
  anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
} as const

export const issuer = kind(
  'an https URL without a query, such as https://login.example.com/realms/staff',
  { type: 'string', pattern: '^https://[^?#@]+$' },
  (text) => {
    const url = URL.parse(text)
    if (url === null || url.protocol !== 'https:' || url.username || url.password) return undefined
    return text.includes('?') || text.includes('#') ? undefined : text
  },
)

export const clientId = matching('1 to 256 visible characters', /^[\x21-\x7e]{1,256}$/)

// RFC 6749 §3.3.
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/

export const scopes = kind(
  'scopes with blanks between them, openid among them',
  { type: 'string', pattern: '\\bopenid\\b' },
  (text) => {
    const names = text.trim().split(/ +/)
    const isSound = names.every((name) => SCOPE.test(name))
    return isSound && names.includes('openid') ? names.join(' ') : undefined
  },
)

export const claim = matching('the name of a claim', /^[^\p{C}]{1,128}$/u)

const ROLES = ['owner', 'administrator', 'helpdesk', 'auditor'] as const

/** The role of whoever has that value in a claim. */
interface RoleRule {
  readonly role: (typeof ROLES)[number]
  readonly value: string
}

const parseRule = (text: string): RoleRule | undefined => {
  const [, name = '', value = ''] = /^(\w+)=(.+)$/.exec(text) ?? []
  const role = ROLES.find((each) => each === name)
  return role === undefined ? undefined : { role, value }
}

export const roleRules = kind(
  `a list, separated by commas, of a role, =, and a value of the claim, such as administrator=it-staff; the roles are ${ROLES.join(', ')}`,
  LIST_JSON,
  (text): readonly RoleRule[] | undefined => {
    const rules = text.split(',').map((rule) => parseRule(rule.trim()))
    return rules.every((rule) => rule !== undefined) ? rules : undefined
  },
)

/** Hosts by name, lower case, and by their addresses. */
interface Hosts {
  readonly names: readonly string[]
  readonly networks: readonly Network[]
}

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/

export const hosts = kind(
  'a list, separated by commas, of host names, addresses and networks, such as login.example.com, 10.1.2.3 or 10.0.0.0/8',
  LIST_JSON,
  (text): Hosts | undefined => {
    const names: string[] = []
    const networks: Network[] = []
    for (const part of text.split(',').map((each) => each.trim().toLowerCase())) {
      const network = parseNetwork(part)
      if (network !== undefined) networks.push(network)
      // What ends in digits only is meant as an address.
      else if (HOST_NAME.test(part) && !/(?:^|\.)\d+$/.test(part)) names.push(part)
      else return undefined
    }
    return { names, networks }
  },
)
