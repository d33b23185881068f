import { ProtocolError } from '../../errors.ts'
import { Fields } from './fields.ts'
import { Tag } from './tag.ts'
import {
  decodeBits,
  decodeInteger,
  decodeOid,
  decodeSmallInteger,
  decodeText,
  decodeTime,
} from './value.ts'

/** The bytes that elements are read from, and what may still be read of them. */
export interface Source {
  readonly bytes: Uint8Array
  readonly rules: 'der' | 'ber'
  readonly maxDepth: number
  elementsLeft: number
}

/** One tag, length and value, with the bytes it was read from. */
export class Element {
  /** Identifier octet without the constructed bit: compare with `Tag` and `context()`. */
  readonly tag: number
  readonly constructed: boolean
  /** Where the element ends in its source, end-of-contents octets included. */
  readonly end: number
  readonly #source: Source
  readonly #depth: number
  readonly #start: number
  readonly #contentStart: number
  readonly #contentEnd: number
  #children: readonly Element[] | undefined

  private constructor(source: Source, start: number, limit: number, depth: number) {
    if (depth > source.maxDepth) throw new ProtocolError('asn1_too_deep', 'nested too deeply')
    if (--source.elementsLeft < 0) throw new ProtocolError('asn1_too_many', 'too many elements')
    const { bytes } = source
    const identifier = byteAt(bytes, start, limit)
    if ((identifier & 0x1f) === 0x1f) {
      throw new ProtocolError('asn1_tag', 'tag numbers above 30 are not used here')
    }
    this.#source = source
    this.#depth = depth
    this.#start = start
    this.tag = identifier & ~0x20
    this.constructed = (identifier & 0x20) !== 0
    const first = byteAt(bytes, start + 1, limit)
    if (first === 0x80) {
      this.#contentStart = start + 2
      const children = this.#readIndefinite(limit)
      this.#children = children
      this.#contentEnd = children.at(-1)?.end ?? this.#contentStart
      this.end = this.#contentEnd + 2
    } else {
      let length = first
      let position = start + 2
      if (first > 0x80) {
        const count = first & 0x7f
        if (count > 4) throw new ProtocolError('asn1_length', 'length of more than four bytes')
        length = 0
        for (let i = 0; i < count; i++) length = length * 256 + byteAt(bytes, position++, limit)
        if (source.rules === 'der' && (length < 0x80 || length < 256 ** (count - 1))) {
          throw new ProtocolError('asn1_length', 'length is not minimal')
        }
      }
      if (length > limit - position) throw new ProtocolError('asn1_truncated', 'value is cut off')
      this.#contentStart = position
      this.#contentEnd = position + length
      this.end = this.#contentEnd
    }
  }

  /** Reads the element that starts at `start`; it must end at or before `limit`. */
  static read(source: Source, start: number, limit: number, depth: number): Element {
    return new Element(source, start, limit, depth)
  }

  /** The whole element as it was sent: identifier, length and value. */
  get bytes(): Uint8Array {
    return this.#source.bytes.subarray(this.#start, this.end)
  }

  /** The value as it was sent. */
  get content(): Uint8Array {
    return this.#source.bytes.subarray(this.#contentStart, this.#contentEnd)
  }

  /** The elements inside a constructed element. */
  get children(): readonly Element[] {
    this.#children ??= this.#readDefinite()
    return this.#children
  }

  /** The elements of a SEQUENCE (or of what is tagged in its place), to be taken one after another. */
  fields(tag: number = Tag.sequence): Fields {
    return new Fields(this.is(tag).children)
  }

  /** The elements of a SET OF or SEQUENCE OF. */
  list(tag: number): readonly Element[] {
    return this.is(tag).children
  }

  /** This element, if it has that tag. */
  is(tag: number): this {
    if (this.tag !== tag) throw new ProtocolError('asn1_unexpected', 'another type was expected')
    return this
  }

  /** The one element inside an EXPLICIT tag. */
  inner(): Element {
    const [child, ...more] = this.children
    if (child === undefined || more.length > 0) {
      throw new ProtocolError('asn1_unexpected', 'one element was expected inside the tag')
    }
    return child
  }

  /** The octets of an INTEGER, two's complement, most significant first. */
  integer(): Uint8Array {
    return decodeInteger(this.#primitive(Tag.integer))
  }

  /** An INTEGER from 0 to 2^31 - 1. */
  smallInteger(): number {
    return decodeSmallInteger(this.integer())
  }

  boolean(): boolean {
    const content = this.#primitive(Tag.boolean)
    if (content.length !== 1) throw new ProtocolError('asn1_value', 'BOOLEAN is not one byte')
    if (this.#source.rules === 'der' && content[0] !== 0 && content[0] !== 0xff) {
      throw new ProtocolError('asn1_value', 'TRUE is 0xff in DER')
    }
    return content[0] !== 0
  }

  /** An OBJECT IDENTIFIER in dotted form. */
  oid(): string {
    return decodeOid(this.#primitive(Tag.oid))
  }

  /** The octets of an OCTET STRING, its chunks joined (X.690 §8.7.3); `tag` where it is IMPLICIT. */
  octets(tag: number = Tag.octetString): Uint8Array {
    this.is(tag)
    if (!this.constructed) return this.content
    if (this.#source.rules === 'der') {
      throw new ProtocolError('asn1_unexpected', 'a string in chunks is not DER')
    }
    const chunks = this.children.map((child) => child.octets())
    const [only] = chunks
    return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks)
  }

  /** The octets of a BIT STRING with no unused bits. */
  bits(): Uint8Array {
    const { bytes, unused } = decodeBits(this.#primitive(Tag.bitString))
    if (unused !== 0) throw new ProtocolError('asn1_value', 'BIT STRING does not end on a byte')
    return bytes
  }

  /** The named bits of a BIT STRING: bit 0 is the most significant bit of the first octet. */
  namedBits(): ReadonlySet<number> {
    const { bytes } = decodeBits(this.#primitive(Tag.bitString))
    const set = new Set<number>()
    for (let i = 0; i < Math.min(bytes.length, 4) * 8; i++) {
      if (((bytes[i >> 3] ?? 0) & (0x80 >> (i & 7))) !== 0) set.add(i)
    }
    return set
  }

  /** A UTCTime or GeneralizedTime, in milliseconds since 1970. */
  time(): number {
    return decodeTime(this.tag, this.#primitive(this.tag))
  }

  /** A character string of any of the types that names and SCEP attributes use. */
  text(): string {
    return decodeText(this.tag, this.octets(this.tag))
  }

  #primitive(tag: number): Uint8Array {
    this.is(tag)
    if (this.constructed) throw new ProtocolError('asn1_unexpected', 'a primitive was expected')
    return this.content
  }

  #readDefinite(): readonly Element[] {
    if (!this.constructed) {
      throw new ProtocolError('asn1_unexpected', 'a constructed element was expected')
    }
    const children: Element[] = []
    for (let position = this.#contentStart; position < this.#contentEnd; ) {
      const child = new Element(this.#source, position, this.#contentEnd, this.#depth + 1)
      children.push(child)
      position = child.end
    }
    return children
  }

  #readIndefinite(limit: number): readonly Element[] {
    const { bytes, rules } = this.#source
    if (rules === 'der' || !this.constructed) {
      throw new ProtocolError('asn1_length', 'indefinite length where it is not allowed')
    }
    const children: Element[] = []
    let position = this.#contentStart
    // X.690 §8.1.5: two zero octets end the contents.
    while (byteAt(bytes, position, limit) !== 0 || byteAt(bytes, position + 1, limit) !== 0) {
      const child = new Element(this.#source, position, limit, this.#depth + 1)
      children.push(child)
      position = child.end
    }
    return children
  }
}

const byteAt = (bytes: Uint8Array, position: number, limit: number): number => {
  const byte = position < limit ? bytes[position] : undefined
  if (byte === undefined) throw new ProtocolError('asn1_truncated', 'value is cut off')
  return byte
}
