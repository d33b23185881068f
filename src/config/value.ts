import { isIP, isIPv6 } from 'node:net'
import { z } from 'zod'
import { Secret } from './secret.ts'

/** Where a server listens; `host` is a name or an address (IPv6 without brackets), `port` 0 means any free one. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** A network, or a single address with the full prefix. */
export interface Network {
  readonly family: 'ipv4' | 'ipv6'
  readonly address: string
  /** Bits. */
  readonly prefix: number
}

const DEVICE_ATTRIBUTES = [
  'UDID',
  'VERSION',
  'PRODUCT',
  'SERIAL',
  'MEID',
  'IMEI',
  'ICCID',
  'MAC_ADDRESS_EN0',
  'DEVICE_NAME',
] as const

export type DeviceAttribute = (typeof DEVICE_ATTRIBUTES)[number]

const REQUIRED_ATTRIBUTES = ['UDID', 'VERSION', 'PRODUCT', 'SERIAL'] as const

/** What a value may be in the configuration file (JSON Schema 2020-12). */
export type JsonForm = Readonly<Record<string, unknown>>

/** What the text of a value must be: in words for faults and for the documentation, as a schema for editors. */
export const forms = z.registry<{ readonly form: string; readonly json: JsonForm }>()

/** A kind of value, written as text; `parse` gives undefined for a text that is not of this form. */
export const kind = <T>(form: string, json: JsonForm, parse: (text: string) => T | undefined) =>
  z
    .string(`must be ${form}`)
    .transform((text, context): T => {
      const value = parse(text)
      if (value !== undefined) return value
      context.addIssue(`must be ${form}`)
      return z.NEVER
    })
    .register(forms, { form, json })

export const matching = (form: string, pattern: RegExp) =>
  kind(form, { type: 'string', pattern: pattern.source }, (text) =>
    pattern.test(text) ? text : undefined,
  )

export const choice = <const T extends readonly string[]>(...options: T) => {
  const form = `one of ${options.join(', ')}`
  return z.enum(options, `must be ${form}`).register(forms, { form, json: { enum: options } })
}

export const flag = z
  .stringbool({
    truthy: ['true'],
    falsy: ['false'],
    case: 'sensitive',
    error: 'must be true or false',
  })
  .register(forms, { form: 'true or false', json: { type: 'boolean' } })

/** A whole number from `least` to `most`, both included. */
export const whole = (least: number, most: number) =>
  kind(
    `a whole number from ${least} to ${most}`,
    { type: 'integer', minimum: least, maximum: most },
    (text) => {
      const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
      return number >= least && number <= most ? number : undefined
    },
  )

const DAYS_OR_KEEP = 'a whole number of days from 1 to 36500, or keep'

const DAYS_OR_KEEP_JSON = {
  anyOf: [{ const: 'keep' }, { type: 'integer', minimum: 1, maximum: 36_500 }],
}

/** Days; `keep`, for ever, is undefined. */
export const daysOrKeep = kind(DAYS_OR_KEEP, DAYS_OR_KEEP_JSON, (text) => {
  if (text === 'keep') return text
  const days = /^\d{1,5}$/.test(text) ? Number(text) : 0
  return days >= 1 && days <= 36_500 ? days : undefined
})
  .transform((it) => (it === 'keep' ? undefined : it))
  .register(forms, { form: DAYS_OR_KEEP, json: DAYS_OR_KEEP_JSON })

export const path = kind('a path', { type: 'string', minLength: 1 }, (text) =>
  text !== '' && !text.includes('\0') ? text : undefined,
)

export const organizationName = matching('1 to 64 printable characters', /^[^\p{C}]{1,64}$/u)

export const description = matching('1 to 512 printable characters', /^[^\p{C}]{1,512}$/u)

export const identifier = matching(
  'a reverse DNS name such as com.example.windfall',
  /^(?=.{1,200}$)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/,
)

export const version = matching('a version such as 17 or 17.4.1', /^\d{1,3}(?:\.\d{1,3}){0,2}$/)

export const origin = kind(
  'an https URL with nothing behind the host and port, such as https://mdm.example.com:8443',
  { type: 'string', pattern: '^https://[^/?#@]+/?$' },
  (text) => {
    const url = URL.parse(text)
    if (url === null || url.protocol !== 'https:' || url.username || url.password) return undefined
    return url.pathname === '/' && !url.search && !url.hash ? url.origin : undefined
  },
)

export const httpsUrl = kind(
  'an https URL such as https://ca.example.com/acme/directory',
  { type: 'string', pattern: '^https://[^@]+$' },
  (text) => {
    const url = URL.parse(text)
    const isUsable = url?.protocol === 'https:' && !url.username && !url.password && !url.hash
    return isUsable ? url.href : undefined
  },
)

export const email = matching('an e-mail address', /^[^\s@<>",;:?&%]{1,64}@[^\s@<>",;:?&%]{1,255}$/)

const HOST_AND_PORT = /^(?:\[([^\]]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/

const parseAddress = (text: string): ListenAddress | undefined => {
  const [, ipv6, name, digits] = HOST_AND_PORT.exec(text) ?? []
  const host = name ?? (ipv6 !== undefined && isIPv6(ipv6) ? ipv6 : undefined)
  const port = Number(digits)
  return host !== undefined && port <= 65_535 ? { host, port } : undefined
}

const ADDRESS_JSON = { type: 'string', pattern: HOST_AND_PORT.source } as const

export const address = kind(
  'a host and a port, such as 0.0.0.0:8443 or [::1]:8443',
  ADDRESS_JSON,
  parseAddress,
)

const ADDRESS_OR_OFF = 'a host and a port, such as 127.0.0.1:8444 or [::1]:8444, or off'

const ADDRESS_OR_OFF_JSON = { anyOf: [{ const: 'off' }, ADDRESS_JSON] }

/** As `address`; `off` is undefined. */
export const addressOrOff = kind(ADDRESS_OR_OFF, ADDRESS_OR_OFF_JSON, (text) =>
  text === 'off' ? text : parseAddress(text),
)
  .transform((it) => (it === 'off' ? undefined : it))
  .register(forms, { form: ADDRESS_OR_OFF, json: ADDRESS_OR_OFF_JSON })

/** An address, or a network of at least one bit. */
export const parseNetwork = (text: string): Network | undefined => {
  const [, address = '', digits] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? []
  const version = isIP(address)
  const most = version === 6 ? 128 : 32
  const prefix = digits === undefined ? most : Number(digits)
  // A prefix of 0 is everybody.
  if (version === 0 || prefix < 1 || prefix > most) return undefined
  return { family: version === 6 ? 'ipv6' : 'ipv4', address, prefix }
}

export const networks = kind(
  'a list, separated by commas, of addresses and networks such as 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32',
  { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
  (text): readonly Network[] | undefined => {
    const parsed = text.split(',').map((each) => parseNetwork(each.trim()))
    const known = parsed.filter((each) => each !== undefined)
    return known.length === parsed.length ? known : undefined
  },
)

const knownAttributes = (names: readonly string[]): readonly DeviceAttribute[] | undefined => {
  const known = DEVICE_ATTRIBUTES.filter((name) => names.includes(name))
  const isComplete = REQUIRED_ATTRIBUTES.every((name) => names.includes(name))
  return isComplete && known.length === names.length ? known : undefined
}

export const deviceAttributes = kind(
  `a list, separated by commas and without repetition, of ${DEVICE_ATTRIBUTES.join(', ')}; ` +
    `${REQUIRED_ATTRIBUTES.join(', ')} must be in it`,
  {
    anyOf: [
      { type: 'string' },
      { type: 'array', items: { enum: DEVICE_ATTRIBUTES }, uniqueItems: true },
    ],
  },
  (text) => knownAttributes(text.split(',').map((name) => name.trim())),
)

export const databaseUrl = kind(
  'a URL such as postgres://windfall:password@db.example.com/windfall',
  { type: 'string', pattern: '^postgres(?:ql)?:' },
  (text) =>
    ['postgres:', 'postgresql:'].includes(URL.parse(text)?.protocol ?? '')
      ? new Secret(text)
      : undefined,
)

// Blanks alone are no secret, and what is around a secret does not make it longer.
const hidden = (form: string, leastLength: number) =>
  kind(form, { type: 'string', minLength: leastLength }, (text) =>
    text.trim().length >= leastLength ? new Secret(text) : undefined,
  )

export const challenge = hidden('at least 8 characters beside the blanks around them', 8)

export const password = hidden('at least one character that is not blank', 1)
