import { Secret } from './secret.ts'
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

const METHODS = ['password', 'oidc', 'proxy'] as const

export const signInMethods = kind(
  `a list, separated by commas and without repetition, of ${METHODS.join(', ')}`,
  LIST_JSON,
  (text): readonly (typeof METHODS)[number][] | undefined => {
    const names = text.split(',').map((name) => name.trim())
    const known = names.flatMap((name) => METHODS.find((method) => method === name) ?? [])
    const isSound = known.length === names.length && new Set(known).size === known.length
    return isSound ? known : undefined
  },
)

const NO_IDENTITY = new Set(['x-forwarded-for', 'x-windfall-proxy-secret'])

/** In lower case. */
export const identityHeader = kind(
  'the name of a header that begins with X- or Remote-, such as X-Remote-User',
  { type: 'string', pattern: '^([Xx]|[Rr][Ee][Mm][Oo][Tt][Ee])-[A-Za-z0-9-]{1,64}$' },
  (text) => {
    const name = text.toLowerCase()
    return /^(?:x|remote)-[a-z0-9-]{1,64}$/.test(name) && !NO_IDENTITY.has(name) ? name : undefined
  },
)

export const proxySecret = kind(
  '32 to 256 visible characters',
  { type: 'string', pattern: '^[\\x21-\\x7e]{32,256}$' },
  (text) => (/^[\x21-\x7e]{32,256}$/.test(text) ? new Secret(text) : undefined),
)

export const claimValues = kind(
  'a list, separated by commas, of values of the claim, such as staff,pilots',
  LIST_JSON,
  (text): readonly string[] | undefined => {
    const values = text.split(',').map((value) => value.trim())
    return values.includes('') ? undefined : values
  },
)

/** An attribute of account holders, and the claim that it comes from. */
interface AttributeClaim {
  readonly attribute: string
  readonly claim: string
}

export const attributeClaims = kind(
  'a list, separated by commas, of an attribute, =, and a claim, such as team=department',
  LIST_JSON,
  (text): readonly AttributeClaim[] | undefined => {
    const pairs = text.split(',').map((pair): AttributeClaim | undefined => {
      const [, attribute, name] =
        /^([A-Za-z][A-Za-z0-9_-]{0,63})=([^\p{C}]{1,128})$/u.exec(pair.trim()) ?? []
      return attribute === undefined || name === undefined ? undefined : { attribute, claim: name }
    })
    return pairs.every((pair) => pair !== undefined) ? pairs : undefined
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
