import { ProtocolError } from '../../errors.ts'
import { Tag } from './tag.ts'

const CONSTRUCTED = 0x20

/** An element with the given identifier octet (constructed bit included) around `parts`. */
export const tlv = (identifier: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  flatten(layer(identifier, ...parts))

/** An element whose parts are not copied yet: for layers around content that is large. */
export interface Layer {
  readonly identifier: number
  readonly parts: readonly (Uint8Array | Layer)[]
  /** Bytes of the parts together. */
  readonly contentLength: number
  /** Bytes of the whole element. */
  readonly length: number
}

export const layer = (identifier: number, ...parts: readonly (Uint8Array | Layer)[]): Layer => {
  let contentLength = 0
  for (const part of parts) contentLength += part.length
  const length = headerLength(contentLength) + contentLength
  return { identifier, parts, contentLength, length }
}

/** The bytes of an element, each part copied once. */
export const flatten = (element: Layer): Uint8Array => {
  // From Node's pool, five times as fast; every byte is written below.
  const out = Buffer.allocUnsafe(element.length)
  write(element, out, 0)
  return out
}

const headerLength = (length: number): number =>
  length < 0x80 ? 2 : length < 0x100 ? 3 : length < 0x10000 ? 4 : length < 0x1000000 ? 5 : 6

/** Returns where the element ends. */
const write = (element: Layer, out: Uint8Array, start: number): number => {
  const { identifier, parts, contentLength } = element
  const header = headerLength(contentLength)
  out[start] = identifier
  if (header === 2) {
    out[start + 1] = contentLength
  } else {
    out[start + 1] = 0x80 | (header - 2)
    for (let i = header - 1, rest = contentLength; i > 1; i--, rest >>>= 8) {
      out[start + i] = rest & 0xff
    }
  }
  let position = start + header
  for (const part of parts) {
    if (part instanceof Uint8Array) {
      out.set(part, position)
      position += part.length
    } else {
      position = write(part, out, position)
    }
  }
  return position
}

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array =>
  tlv(Tag.sequence | CONSTRUCTED, ...parts)

/** A SET OF with its elements in the order that DER asks for (X.690 §11.6). */
export const setOf = (elements: readonly Uint8Array[]): Uint8Array =>
  tlv(Tag.set | CONSTRUCTED, ...[...elements].sort(Buffer.compare))

/** `[number] EXPLICIT`, or `[number] IMPLICIT` around what a constructed element holds. */
export const tagged = (number: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  tlv(0x80 | CONSTRUCTED | number, ...parts)

/** `[number] IMPLICIT` in place of a primitive's own tag. */
export const taggedPrimitive = (number: number, content: Uint8Array): Uint8Array =>
  tlv(0x80 | number, content)

/** A non-negative INTEGER from its octets, most significant first: leading zeros as DER has them. */
export const unsignedInteger = (octets: Uint8Array): Uint8Array => {
  let start = 0
  while (start < octets.length - 1 && octets[start] === 0) start++
  const significant = octets.subarray(start)
  return (significant[0] ?? 0x80) & 0x80
    ? tlv(Tag.integer, Uint8Array.of(0), significant)
    : tlv(Tag.integer, significant)
}

/** A non-negative INTEGER below 2^31. */
export const smallInteger = (value: number): Uint8Array =>
  unsignedInteger(Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value))

/** An INTEGER from octets that were an INTEGER's value before. */
export const integerContent = (content: Uint8Array): Uint8Array => tlv(Tag.integer, content)

export const boolean = (value: boolean): Uint8Array =>
  tlv(Tag.boolean, Uint8Array.of(value ? 0xff : 0))

export const octetString = (...parts: readonly Uint8Array[]): Uint8Array =>
  tlv(Tag.octetString, ...parts)

export const bitString = (octets: Uint8Array): Uint8Array =>
  tlv(Tag.bitString, Uint8Array.of(0), octets)

/** A BIT STRING of named bits without trailing zeros (X.690 §11.2.2); bits 0 to 31. */
export const namedBits = (bits: Iterable<number>): Uint8Array => {
  const octets = new Uint8Array(4)
  let highest = -1
  for (const bit of bits) {
    octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7))
    highest = Math.max(highest, bit)
  }
  const length = (highest >> 3) + 1
  const unused = highest < 0 ? 0 : 7 - (highest & 7)
  return tlv(Tag.bitString, Uint8Array.of(unused), octets.subarray(0, length))
}

export const nothing: Uint8Array = tlv(Tag.null)

const oids = new Map<string, Uint8Array>()

/** An OBJECT IDENTIFIER from its dotted form; only for constants, which are kept. */
export const oid = (dotted: string): Uint8Array => {
  let encoded = oids.get(dotted)
  if (encoded === undefined) {
    encoded = encodeOid(dotted)
    oids.set(dotted, encoded)
  }
  return encoded
}

/** An OBJECT IDENTIFIER from a dotted form that somebody else chose. */
export const encodeOid = (dotted: string): Uint8Array => {
  const [first = -1, second = -1, ...more] = dotted.split('.').map(Number)
  const components = [first * 40 + second, ...more]
  const isLegal =
    /^[0-2](\.(0|[1-9]\d{0,14}))+$/.test(dotted) && (first === 2 || second < 40) && second >= 0
  if (!isLegal) throw new ProtocolError('asn1_value', 'malformed OBJECT IDENTIFIER')
  return tlv(Tag.oid, Uint8Array.from(components.flatMap(base128)))
}

const base128 = (component: number): number[] => {
  const octets = [component % 128]
  for (let rest = Math.floor(component / 128); rest > 0; rest = Math.floor(rest / 128)) {
    octets.unshift((rest % 128) | 0x80)
  }
  return octets
}

export const utf8String = (text: string): Uint8Array => tlv(Tag.utf8String, Buffer.from(text))

const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/

/** Whether the text fits into a PrintableString (X.680 §41.4). */
export const isPrintable = (text: string): boolean => PRINTABLE.test(text)

export const printableString = (text: string): Uint8Array =>
  tlv(Tag.printableString, Buffer.from(text, 'latin1'))

export const ia5String = (text: string): Uint8Array =>
  tlv(Tag.ia5String, Buffer.from(text, 'latin1'))

/** RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050; the milliseconds are cut off. */
export const time = (milliseconds: number): Uint8Array => {
  const date = new Date(milliseconds)
  const digits = `${date.toISOString().slice(0, 19).replaceAll(/[-T:]/g, '')}Z`
  const year = date.getUTCFullYear()
  return year >= 1950 && year < 2050
    ? tlv(Tag.utcTime, Buffer.from(digits.slice(2), 'latin1'))
    : tlv(Tag.generalizedTime, Buffer.from(digits, 'latin1'))
}
