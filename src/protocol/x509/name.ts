import { ProtocolError } from '../../errors.ts'
import { decode, der, Tag } from '../asn1/index.ts'

/** One attribute of a name: its type as a short name (`CN`) or dotted OID, and its value. */
export type NameAttribute = readonly [type: string, value: string]

/**
 * A distinguished name, outermost first: `[[['O', 'ACME']], [['CN', 'Anna']]]`.
 * The three levels are those of RFC 5280 §4.1.2.4 and of `Subject` in Apple's SCEP payload.
 */
export type DistinguishedName = readonly (readonly NameAttribute[])[]

/** Whether a value from JSON or a property list has the three levels of a name. */
export const isDistinguishedName = (value: unknown): value is DistinguishedName =>
  Array.isArray(value) &&
  value.every(
    (attributes: unknown) =>
      Array.isArray(attributes) &&
      attributes.every(
        (pair: unknown) =>
          Array.isArray(pair) &&
          pair.length === 2 &&
          pair.every((part: unknown) => typeof part === 'string'),
      ),
  )

const TYPES = new Map([
  ['CN', '2.5.4.3'],
  ['SN', '2.5.4.4'],
  ['SERIALNUMBER', '2.5.4.5'],
  ['C', '2.5.4.6'],
  ['L', '2.5.4.7'],
  ['ST', '2.5.4.8'],
  ['O', '2.5.4.10'],
  ['OU', '2.5.4.11'],
  ['UID', '0.9.2342.19200300.100.1.1'],
  ['DC', '0.9.2342.19200300.100.1.25'],
  ['emailAddress', '1.2.840.113549.1.9.1'],
])
const SHORT_NAMES = new Map([...TYPES].map(([name, oid]) => [oid, name]))

const MAX_ATTRIBUTES = 64

/** DER of a name. Country and serial number are PrintableStrings, as RFC 5280 appendix A.1 demands. */
export const encodeName = (name: DistinguishedName): Uint8Array =>
  der.sequence(...name.map((attributes) => der.setOf(attributes.map(encodeAttribute))))

const encodeAttribute = ([type, value]: NameAttribute): Uint8Array =>
  der.sequence(
    der.encodeOid(TYPES.get(type) ?? type),
    encodeValue(SHORT_NAMES.get(type) ?? type, value),
  )

const encodeValue = (type: string, value: string): Uint8Array => {
  const isAscii = /^\p{ASCII}*$/u.test(value)
  if ((type === 'DC' || type === 'emailAddress') && isAscii) return der.ia5String(value)
  const printable = (type === 'C' || type === 'SERIALNUMBER') && der.isPrintable(value)
  return printable ? der.printableString(value) : der.utf8String(value)
}

/** @throws ProtocolError `asn1_…`, `x509_name` */
export const decodeName = (bytes: Uint8Array): DistinguishedName => {
  let count = 0
  return decode(bytes, 'ber')
    .list(Tag.sequence)
    .map((set) =>
      set.list(Tag.set).map((attribute): NameAttribute => {
        if (++count > MAX_ATTRIBUTES) throw new ProtocolError('x509_name', 'too many attributes')
        const fields = attribute.fields()
        const oid = fields.next().oid()
        return [SHORT_NAMES.get(oid) ?? oid, fields.next().text()]
      }),
    )
}

/** The name as RFC 4514 writes it, most specific first: `CN=Anna,O=ACME`. For people and logs. */
export const formatName = (name: DistinguishedName): string =>
  name
    .map((attributes) =>
      attributes.map(([type, value]) => `${type}=${escapeValue(value)}`).join('+'),
    )
    .reverse()
    .join(',')

// RFC 4514 §2.4; as octets also what would break the line or turn the direction of reading.
const escapeValue = (value: string): string =>
  value
    .replaceAll(/["+,;<>\\]/g, '\\$&')
    .replaceAll(/^[ #]| $/g, '\\$&')
    .replaceAll(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, (character) =>
      Buffer.from(character).toString('hex').replaceAll(/../g, '\\$&'),
    )

/** The first value of an attribute type, e.g. the common name by `CN`. */
export const findAttribute = (name: DistinguishedName, type: string): string | undefined =>
  name.flat().find((attribute) => attribute[0] === type)?.[1]

/**
 * Whether two encoded names are the same name: byte for byte, or attribute by attribute where a client
 * wrote it again with other string types.
 */
export const isSameName = (a: Uint8Array, b: Uint8Array): boolean => createNameMatcher(a)(b)

/** `isSameName` for one name and many others, which may be a stranger's: the one is decoded once. */
export const createNameMatcher = (name: Uint8Array): ((other: Uint8Array) => boolean) => {
  let text: string | undefined
  return (other) => {
    if (Buffer.compare(name, other) === 0) return true
    text ??= JSON.stringify(decodeName(name))
    return text === JSON.stringify(decodeName(other))
  }
}
