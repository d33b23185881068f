import { ProtocolError } from '../../errors.ts'
import { Tag } from './tag.ts'

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** X.690 §8.19; components up to 2^53 - 1. */
export const decodeOid = (content: Uint8Array): string => {
  let text = ''
  let component = 0
  let pending = false
  for (const byte of content) {
    // A component that starts with 0x80 is padded: two spellings of one OID.
    if (!pending && byte === 0x80) throw oidError()
    component = component * 128 + (byte & 0x7f)
    if (component > Number.MAX_SAFE_INTEGER) throw oidError()
    pending = (byte & 0x80) !== 0
    if (pending) continue
    if (text === '') {
      const first = Math.min(Math.floor(component / 40), 2)
      text = `${first}.${component - first * 40}`
    } else {
      text += `.${component}`
    }
    component = 0
  }
  if (pending || text === '') throw oidError()
  return text
}

const oidError = (): ProtocolError => new ProtocolError('asn1_value', 'malformed OBJECT IDENTIFIER')

/** X.690 §8.3.2: the first nine bits are neither all zero nor all one. */
export const decodeInteger = (content: Uint8Array): Uint8Array => {
  const [first, second = 0] = content
  const isPadded =
    content.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second > 0x7f))
  if (first === undefined || isPadded) throw new ProtocolError('asn1_value', 'malformed INTEGER')
  return content
}

export const decodeSmallInteger = (content: Uint8Array): number => {
  const [first] = content
  if (first === undefined || first > 0x7f || content.length > 4) {
    throw new ProtocolError('asn1_value', 'INTEGER is not a small non-negative number')
  }
  return content.reduce((value, byte) => value * 256 + byte, 0)
}

export const decodeBits = (content: Uint8Array): { bytes: Uint8Array; unused: number } => {
  const [unused] = content
  if (unused === undefined || unused > 7 || (unused > 0 && content.length === 1)) {
    throw new ProtocolError('asn1_value', 'malformed BIT STRING')
  }
  return { bytes: content.subarray(1), unused }
}

const UTC_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/

/** RFC 5280 §4.1.2.5: both forms in UTC with seconds and without a fraction. */
export const decodeTime = (tag: number, content: Uint8Array): number => {
  const pattern =
    tag === Tag.utcTime ? UTC_TIME : tag === Tag.generalizedTime ? GENERALIZED_TIME : undefined
  const match = pattern?.exec(latin1(content))
  if (!match) throw new ProtocolError('asn1_value', 'malformed time')
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map(Number)
  // RFC 5280 §4.1.2.5.1: two digits from 50 mean 19YY.
  const fullYear = tag === Tag.utcTime ? year + (year >= 50 ? 1900 : 2000) : year
  const time = new Date(0)
  time.setUTCFullYear(fullYear, month - 1, day)
  time.setUTCHours(hour, minute, second)
  const isReal =
    time.getUTCMonth() === month - 1 &&
    time.getUTCDate() === day &&
    time.getUTCHours() === hour &&
    time.getUTCMinutes() === minute &&
    time.getUTCSeconds() === second
  if (!isReal) throw new ProtocolError('asn1_value', 'no such time')
  return time.getTime()
}

export const decodeText = (tag: number, content: Uint8Array): string => {
  switch (tag) {
    case Tag.utf8String:
      return decodeUtf8(content)
    case Tag.printableString:
    case Tag.ia5String:
    case Tag.teletexString:
      return latin1(content)
    case Tag.bmpString:
      if (content.length % 2 !== 0) throw new ProtocolError('asn1_value', 'malformed BMPString')
      return Buffer.from(content).swap16().toString('utf16le')
    default:
      throw new ProtocolError('asn1_unexpected', 'a character string was expected')
  }
}

const decodeUtf8 = (content: Uint8Array): string => {
  try {
    return strictUtf8.decode(content)
  } catch (cause) {
    throw new ProtocolError('asn1_value', 'malformed UTF8String', { cause })
  }
}

const latin1 = (content: Uint8Array): string =>
  Buffer.from(content.buffer, content.byteOffset, content.length).toString('latin1')
