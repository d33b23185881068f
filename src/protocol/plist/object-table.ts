import { ProtocolError } from '../../errors.ts'

const HEADER_BYTES = 8
const TRAILER_BYTES = 32

/** Where an object lies: its first content byte, and how many bytes, characters or references follow. */
export interface Extent {
  readonly start: number
  readonly count: number
}

/**
 * The objects of a binary property list and the table that finds them, with every position and length
 * checked against the message.
 */
export class ObjectTable {
  readonly bytes: Uint8Array
  readonly view: DataView
  /** Bytes of a reference within an array or dict. */
  readonly refSize: number
  readonly top: number
  readonly #offsetSize: number
  readonly #count: number
  /** Where the objects end and their offsets begin. */
  readonly #start: number
  #claimed = HEADER_BYTES

  /** Reads the trailer, the last 32 bytes. */
  constructor(bytes: Uint8Array) {
    const trailer = bytes.length - TRAILER_BYTES
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#offsetSize = this.uint(trailer + 6, 1)
    this.refSize = this.uint(trailer + 7, 1)
    this.#count = this.uint(trailer + 8, 8)
    this.top = this.uint(trailer + 16, 8)
    this.#start = this.uint(trailer + 24, 8)
    const hasSizes = isSize(this.#offsetSize) && isSize(this.refSize)
    // The table fills the space between the objects and the trailer exactly: a cut message shows here.
    const isTight = this.#start + this.#count * this.#offsetSize === trailer
    if (!hasSizes || !isTight || this.#start < HEADER_BYTES) {
      throw malformed('an offset table in front of the trailer')
    }
  }

  /** Where the object with the number `ref` begins. */
  offset(ref: number): number {
    if (ref >= this.#count) throw malformed('references to objects of the table')
    const offset = this.uint(this.#start + ref * this.#offsetSize, this.#offsetSize)
    if (offset < HEADER_BYTES || offset >= this.#start) throw malformed('offsets of objects')
    return offset
  }

  /** Claims an object whose marker counts its items, of `width` bytes each. */
  extent(offset: number, width: number): Extent {
    const inline = this.uint(offset, 1) & 0xf
    if (inline < 0xf) {
      this.claim(offset, 1 + inline * width)
      return { start: offset + 1, count: inline }
    }
    const marker = this.uint(offset + 1, 1)
    if (marker < 0x10 || marker > 0x13) throw malformed('a count')
    const size = 1 << (marker & 0xf)
    const count = this.uint(offset + 2, size)
    this.claim(offset, 2 + size + count * width)
    return { start: offset + 2 + size, count }
  }

  /**
   * Claims `length` bytes for one object. Objects do not overlap, so together they are no longer than the
   * message: what is made of them stays in proportion to it.
   */
  claim(offset: number, length: number): void {
    this.#claimed += length
    if (offset + length > this.#start || this.#claimed > this.#start) {
      throw malformed('objects side by side in front of the offset table')
    }
  }

  /** Big-endian. Beyond 2^53 it is inexact, and larger than any message. */
  uint(offset: number, size: number): number {
    let value = 0
    for (let i = offset; i < offset + size; i++) {
      const byte = this.bytes[i]
      if (byte === undefined) throw malformed('more bytes')
      value = value * 256 + byte
    }
    return value
  }
}

const isSize = (size: number) => size >= 1 && size <= 8

const malformed = (expected: string) => new ProtocolError('plist_malformed', `expected ${expected}`)
