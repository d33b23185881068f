import { ProtocolError } from '../../errors.ts'
import { MAX_DEPTH, MAX_NODES } from './limit.ts'
import { ObjectTable } from './object-table.ts'
import { copyData, finiteReal, formatDate, isXmlText, narrowInteger } from './scalar.ts'
import type { PlistDict, PlistValue } from './value.ts'

/** Dates count seconds from 2001-01-01T00:00:00Z. */
const EPOCH = Date.UTC(2001, 0, 1)
const ASCII = /^[\t\n\r -\x7f]*$/

/**
 * Reads a binary property list (`bplist00`; CFBinaryPList.c describes the format). Sets, UIDs and null
 * have no XML form and are refused. Throws ProtocolError.
 */
export function parseBinary(bytes: Uint8Array): PlistValue {
  const table = new ObjectTable(bytes)
  return new BinaryReader(table).read(table.top)
}

class BinaryReader {
  readonly #table: ObjectTable
  /** Writers store equal scalars once: each is decoded once, however often it is referenced. */
  readonly #scalars = new Map<number, PlistValue>()
  readonly #containers = new Set<number>()
  #nodes = 0

  constructor(table: ObjectTable) {
    this.#table = table
  }

  read(ref: number, depth = 0): PlistValue {
    this.#nodes += 1
    if (this.#nodes > MAX_NODES) {
      throw new ProtocolError('plist_too_large', `more than ${MAX_NODES} values and keys`)
    }
    const known = this.#scalars.get(ref)
    if (known !== undefined) return known
    const offset = this.#table.offset(ref)
    const type = this.#table.uint(offset, 1) >> 4
    if (type === 0xa || type === 0xd) {
      this.#enter(ref, depth)
      return type === 0xa ? this.#array(offset, depth + 1) : this.#dict(offset, depth + 1)
    }
    const value = readScalar(this.#table, offset)
    this.#scalars.set(ref, value)
    return value
  }

  // A container has one parent. That refuses cycles, and trees that grow exponentially from shared branches.
  #enter(ref: number, depth: number): void {
    if (this.#containers.has(ref)) throw malformed('each array and dict in one place')
    if (depth === MAX_DEPTH) {
      throw new ProtocolError('plist_too_deep', `more than ${MAX_DEPTH} levels`)
    }
    this.#containers.add(ref)
  }

  #array(offset: number, depth: number): readonly PlistValue[] {
    const { refSize } = this.#table
    const { start, count } = this.#table.extent(offset, refSize)
    const items: PlistValue[] = []
    for (let i = 0; i < count; i++) items.push(this.#item(start + i * refSize, depth))
    return items
  }

  /** All keys, then all values. */
  #dict(offset: number, depth: number): PlistDict {
    const { refSize } = this.#table
    const { start, count } = this.#table.extent(offset, 2 * refSize)
    const entries = new Map<string, PlistValue>()
    for (let i = 0; i < count; i++) {
      const key = this.#item(start + i * refSize, depth)
      if (typeof key !== 'string') throw malformed('strings as keys')
      if (entries.has(key)) throw new ProtocolError('plist_duplicate_key', 'expected each key once')
      entries.set(key, this.#item(start + (count + i) * refSize, depth))
    }
    return entries
  }

  #item(position: number, depth: number): PlistValue {
    return this.read(this.#table.uint(position, this.#table.refSize), depth)
  }
}

function readScalar(table: ObjectTable, offset: number): PlistValue {
  const marker = table.uint(offset, 1)
  const size = 1 << (marker & 0xf)
  switch (marker >> 4) {
    case 0x0:
      if (marker !== 0x08 && marker !== 0x09) break
      table.claim(offset, 1)
      return marker === 0x09
    case 0x1:
      if (size > 16) break
      table.claim(offset, 1 + size)
      return readInteger(table, offset + 1, size)
    case 0x2:
      if (size !== 4 && size !== 8) break
      table.claim(offset, 1 + size)
      return finiteReal(
        size === 4 ? table.view.getFloat32(offset + 1) : table.view.getFloat64(offset + 1),
      )
    case 0x3:
      if (size !== 8) break
      table.claim(offset, 1 + size)
      return readDate(table, offset + 1)
    case 0x4:
      return readData(table, offset)
    case 0x5:
      return readAscii(table, offset)
    case 0x6:
      return readUtf16(table, offset)
  }
  throw new ProtocolError('plist_unsupported', 'expected the types of XML property lists')
}

/** One, two and four bytes are unsigned; eight and sixteen are two's complement. */
function readInteger(table: ObjectTable, start: number, size: number): number | bigint {
  if (size <= 4) return table.uint(start, size)
  const high = table.view.getBigInt64(start)
  return narrowInteger(size === 8 ? high : (high << 64n) | table.view.getBigUint64(start + 8))
}

function readDate(table: ObjectTable, start: number): Date {
  const date = new Date(EPOCH + Math.round(table.view.getFloat64(start) * 1000))
  if (formatDate(date) === undefined) {
    throw new ProtocolError('plist_out_of_range', 'expected a date in the years 1 to 9999')
  }
  return date
}

function readData(table: ObjectTable, offset: number): Uint8Array {
  const { start, count } = table.extent(offset, 1)
  return copyData(table.bytes.subarray(start, start + count))
}

function readAscii(table: ObjectTable, offset: number): string {
  const { start, count } = table.extent(offset, 1)
  const text = Buffer.from(table.bytes.subarray(start, start + count)).toString('latin1')
  if (!ASCII.test(text)) throw malformed('ASCII without control characters')
  return text
}

function readUtf16(table: ObjectTable, offset: number): string {
  const { start, count } = table.extent(offset, 2)
  const units = Buffer.from(table.bytes.subarray(start, start + 2 * count))
  const text = units.swap16().toString('utf16le')
  if (!isXmlText(text)) throw malformed('the characters of XML')
  return text
}

const malformed = (expected: string) => new ProtocolError('plist_malformed', `expected ${expected}`)
