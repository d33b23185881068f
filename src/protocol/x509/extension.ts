import { isIP } from 'node:net'
import { ProtocolError } from '../../errors.ts'
import { context, decode, der, type Element, Tag } from '../asn1/index.ts'

/** One extension of a certificate: its OID and the DER inside `extnValue`. */
export interface Extension {
  readonly oid: string
  readonly critical: boolean
  readonly value: Uint8Array
}

export type Extensions = ReadonlyMap<string, Extension>

const OIDS = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const

/** The extensions that path checks understand; any other critical one makes a certificate unusable. */
export const UNDERSTOOD_EXTENSIONS: ReadonlySet<string> = new Set(Object.values(OIDS))

/** Bits of KeyUsage (RFC 5280 §4.2.1.3). */
const KeyUsage = {
  digitalSignature: 0,
  keyEncipherment: 2,
  dataEncipherment: 3,
  keyCertSign: 5,
  cRLSign: 6,
} as const

export type KeyUsageName = keyof typeof KeyUsage

const EXTENDED_KEY_USAGES = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const

export type ExtendedKeyUsageName = keyof typeof EXTENDED_KEY_USAGES

/** Extensions as a certificate or an extensionRequest has them; one OID may come once. */
export const decodeExtensions = (list: Element): Extensions => {
  const extensions = new Map<string, Extension>()
  for (const element of list.list(Tag.sequence)) {
    const fields = element.fields()
    const oid = fields.next().oid()
    const critical = fields.optional(Tag.boolean)?.boolean() ?? false
    const value = fields.next().octets()
    fields.end()
    if (extensions.has(oid)) throw new ProtocolError('x509_extension', 'an extension comes twice')
    extensions.set(oid, { oid, critical, value })
  }
  return extensions
}

export const encodeExtension = ({ oid, critical, value }: Extension): Uint8Array =>
  critical
    ? der.sequence(der.oid(oid), der.boolean(true), der.octetString(value))
    : der.sequence(der.oid(oid), der.octetString(value))

/** `cA` of BasicConstraints; undefined where the extension is absent. */
export const findBasicConstraints = (
  extensions: Extensions,
): { readonly ca: boolean; readonly pathLength: number | undefined } | undefined => {
  const extension = extensions.get(OIDS.basicConstraints)
  if (extension === undefined) return undefined
  const fields = decode(extension.value, 'der').fields()
  const ca = fields.optional(Tag.boolean)?.boolean() ?? false
  const pathLength = fields.optional(Tag.integer)?.smallInteger()
  fields.end()
  return { ca, pathLength }
}

/** Whether the key may be used that way: yes where KeyUsage is absent (RFC 5280 §4.2.1.3). */
export const allowsKeyUsage = (extensions: Extensions, usage: KeyUsageName): boolean => {
  const extension = extensions.get(OIDS.keyUsage)
  return extension === undefined || decode(extension.value, 'der').namedBits().has(KeyUsage[usage])
}

/** The OIDs of ExtendedKeyUsage; undefined where the extension is absent. */
export const findExtendedKeyUsage = (extensions: Extensions): readonly string[] | undefined => {
  const extension = extensions.get(OIDS.extendedKeyUsage)
  if (extension === undefined) return undefined
  return decode(extension.value, 'der')
    .list(Tag.sequence)
    .map((usage) => usage.oid())
}

/** The key identifier of SubjectKeyIdentifier; undefined where the extension is absent. */
export const findSubjectKeyIdentifier = (extensions: Extensions): Uint8Array | undefined => {
  const extension = extensions.get(OIDS.subjectKeyIdentifier)
  return extension && decode(extension.value, 'der').octets()
}

/** The key identifier of AuthorityKeyIdentifier; undefined where it, or the extension, is absent. */
export const findAuthorityKeyIdentifier = (extensions: Extensions): Uint8Array | undefined => {
  const extension = extensions.get(OIDS.authorityKeyIdentifier)
  if (extension === undefined) return undefined
  return decode(extension.value, 'der').fields().optional(context(0))?.octets(context(0))
}

export const basicConstraints = (options: { ca: boolean; pathLength?: number }): Extension => ({
  oid: OIDS.basicConstraints,
  critical: true,
  value: der.sequence(
    ...(options.ca ? [der.boolean(true)] : []),
    ...(options.pathLength === undefined ? [] : [der.smallInteger(options.pathLength)]),
  ),
})

export const keyUsage = (...usages: readonly KeyUsageName[]): Extension => ({
  oid: OIDS.keyUsage,
  critical: true,
  value: der.namedBits(usages.map((usage) => KeyUsage[usage])),
})

export const extendedKeyUsage = (...usages: readonly ExtendedKeyUsageName[]): Extension => ({
  oid: OIDS.extendedKeyUsage,
  critical: false,
  value: der.sequence(...usages.map((usage) => der.oid(EXTENDED_KEY_USAGES[usage]))),
})

export const subjectKeyIdentifier = (identifier: Uint8Array): Extension => ({
  oid: OIDS.subjectKeyIdentifier,
  critical: false,
  value: der.octetString(identifier),
})

export const authorityKeyIdentifier = (identifier: Uint8Array): Extension => ({
  oid: OIDS.authorityKeyIdentifier,
  critical: false,
  value: der.sequence(der.taggedPrimitive(0, identifier)),
})

/** SubjectAltName of host names and IP addresses: IP addresses are recognised by their form. */
export const subjectAltName = (hosts: readonly string[]): Extension => ({
  oid: OIDS.subjectAltName,
  critical: false,
  value: der.sequence(
    ...hosts.map((host) =>
      isIP(host) === 0
        ? der.taggedPrimitive(2, Buffer.from(host, 'latin1'))
        : der.taggedPrimitive(7, encodeIp(host)),
    ),
  ),
})

/** The value of SubjectAltName for comparison; undefined where the extension is absent. */
export const findSubjectAltName = (extensions: Extensions): Uint8Array | undefined =>
  extensions.get(OIDS.subjectAltName)?.value

const encodeIp = (address: string): Uint8Array => {
  if (isIP(address) === 4) return Uint8Array.from(address.split('.').map(Number))
  // The URL parser writes the dotted end of `::ffff:192.0.2.1` as two groups.
  const { hostname } = new URL(`http://[${address}]`)
  const [head = '', tail] = hostname.slice(1, -1).split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = new Array<string>(8 - left.length - right.length).fill('0')
  const groups = tail === undefined ? left : [...left, ...zeros, ...right]
  return Uint8Array.from(
    groups.flatMap((group) => {
      const value = Number.parseInt(group, 16)
      return [value >> 8, value & 0xff]
    }),
  )
}
