import { ProtocolError } from '../../errors.ts'
import { context, decode, type Element, Tag } from '../asn1/index.ts'
import { PAGED_RESULTS } from './request.ts'

/** How an operation ended (RFC 4511 §4.1.9). */
export interface LdapResult {
  readonly code: number
  /** RFC 2696 §3: from where the next page goes on; undefined where the server said nothing, empty at the end. */
  readonly cookie: Uint8Array | undefined
}

/** An entry; its attributes by their names in lower case, each with all values. */
export interface LdapEntry {
  readonly dn: string
  readonly attributes: ReadonlyMap<string, readonly Uint8Array[]>
}

export type LdapAnswer = { readonly id: number } & (
  | { readonly kind: 'bind' | 'done' | 'extended'; readonly result: LdapResult }
  | { readonly kind: 'entry'; readonly entry: LdapEntry }
  | { readonly kind: 'reference' }
)

/** The result codes that are told apart (RFC 4511 appendix A.1). */
export const ResultCode = {
  success: 0,
  operationsError: 1,
  sizeLimitExceeded: 4,
  referral: 10,
  inappropriateMatching: 18,
  invalidAttributeSyntax: 21,
  noSuchObject: 32,
  busy: 51,
  unavailable: 52,
  other: 80,
} as const

/** Bytes that one message may have. */
export const MAX_MESSAGE = 256 * 1024

/**
 * How many bytes the message at the beginning of `bytes` has; undefined as long as that is not known.
 * @throws ProtocolError `ldap_message` where there is none, or one that is too large
 */
export const messageLength = (bytes: Uint8Array): number | undefined => {
  const [tag, first] = bytes
  if (tag === undefined) return undefined
  if (tag !== 0x30) throw malformed('a message is a SEQUENCE')
  if (first === undefined) return undefined
  if (first < 0x80) return 2 + first
  const count = first & 0x7f
  // RFC 4511 §5.1: the definite form only.
  if (count === 0 || count > 4) throw malformed('the length of a message')
  if (bytes.length < 2 + count) return undefined
  let length = 0
  for (const byte of bytes.subarray(2, 2 + count)) length = length * 256 + byte
  if (2 + count + length > MAX_MESSAGE) throw malformed('a message is too large')
  return 2 + count + length
}

const malformed = (what: string): ProtocolError => new ProtocolError('ldap_message', what)

const APPLICATION = 0x40
const ENUMERATED = 0x0a

/** Reads one whole message from a server. @throws ProtocolError `ldap_message`, `asn1_…` */
export const decodeAnswer = (bytes: Uint8Array): LdapAnswer => {
  const fields = decode(bytes, 'ber').fields()
  const id = fields.next().smallInteger()
  const operation = fields.next()
  const controls = fields.optional(context(0))
  switch (operation.tag) {
    case APPLICATION | 1:
      return { id, kind: 'bind', result: readResult(operation, undefined) }
    case APPLICATION | 4:
      return { id, kind: 'entry', entry: readEntry(operation) }
    case APPLICATION | 5:
      return { id, kind: 'done', result: readResult(operation, controls) }
    case APPLICATION | 19:
      return { id, kind: 'reference' }
    case APPLICATION | 24:
      return { id, kind: 'extended', result: readResult(operation, undefined) }
    default:
      throw malformed('an operation that nobody asked for')
  }
}

const readResult = (operation: Element, controls: Element | undefined): LdapResult => {
  const fields = operation.fields(operation.tag)
  const code = fields.next(ENUMERATED).content
  // The matched DN and the message: of what the server says, the code counts.
  fields.next(Tag.octetString)
  fields.next(Tag.octetString)
  if (code.length !== 1 && code.length !== 2) throw malformed('the result code')
  const value = code.reduce((sum, byte) => sum * 256 + byte, 0)
  return { code: value, cookie: controls && readCookie(controls) }
}

const readCookie = (controls: Element): Uint8Array | undefined => {
  for (const control of controls.list(context(0))) {
    const fields = control.fields()
    if (latin1(fields.next(Tag.octetString).octets()) !== PAGED_RESULTS) continue
    fields.optional(Tag.boolean)
    const value = decode(fields.next(Tag.octetString).octets(), 'ber').fields()
    value.next(Tag.integer)
    return value.next(Tag.octetString).octets()
  }
  return undefined
}

const readEntry = (operation: Element): LdapEntry => {
  const fields = operation.fields(operation.tag)
  const dn = decodeText(fields.next(Tag.octetString).octets())
  const attributes = new Map<string, readonly Uint8Array[]>()
  for (const attribute of fields.next(Tag.sequence).list(Tag.sequence)) {
    const parts = attribute.fields()
    const name = latin1(parts.next(Tag.octetString).octets()).toLowerCase()
    const values = parts.next(Tag.set).list(Tag.set)
    if (attributes.has(name)) throw malformed('an attribute comes twice')
    attributes.set(
      name,
      values.map((value) => value.octets()),
    )
  }
  return { dn, attributes }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const decodeText = (bytes: Uint8Array): string => {
  try {
    return strictUtf8.decode(bytes)
  } catch (cause) {
    throw new ProtocolError('ldap_message', 'a DN is not UTF-8', { cause })
  }
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
