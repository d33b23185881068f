import { pick, type Random } from '../mutate.ts'
import type { Leaf, Tree } from './plist-tree.ts'

const EPOCH = Date.UTC(2001, 0, 1)

/** How the numbers of a binary property list are written, and what its trailer says. */
interface Style {
  readonly random: Random
  readonly refSize: number
  readonly offsetSize: number
  /** Whether equal texts are stored once. */
  readonly shared: boolean
  readonly isOdd: boolean
}

/** Binary form (`bplist00`) of a tree; one in eight is wrong in a marker, a reference or the trailer. */
export const writeBinary = (tree: Tree, random: Random): Uint8Array => {
  const isOdd = random(8) === 0
  const style: Style = {
    random,
    refSize: pick([1, 2, 2, 3, 4, 8], random),
    offsetSize: pick([3, 4, 8], random),
    shared: random(2) === 0,
    isOdd,
  }
  const objects: Uint8Array[] = []
  addObject(tree, { style, objects, known: new Map() })
  return assemble(objects, style)
}

interface Writing {
  readonly style: Style
  readonly objects: Uint8Array[]
  readonly known: Map<string, number>
}

/** @returns the object's number */
const addObject = (tree: Tree, writing: Writing): number => {
  const { style, objects, known } = writing
  if (tree.kind === 'leaf') {
    const name = `${tree.type === 'key' ? 'string' : tree.type} ${tree.text}`
    const seen = known.get(name)
    if (style.shared && seen !== undefined) return seen
    known.set(name, objects.length)
    return objects.push(encodeLeaf(tree, style)) - 1
  }
  const number = objects.push(new Uint8Array()) - 1
  const parts =
    tree.kind === 'array'
      ? tree.items
      : [...tree.entries.map(({ key }) => key), ...tree.entries.map(({ value }) => value)]
  const count = tree.kind === 'array' ? parts.length : parts.length / 2
  const references = parts.map((part) =>
    isOddNow(style) ? style.random(objects.length + 2) : addObject(part, writing),
  )
  objects[number] = Buffer.concat([
    marker(tree.kind === 'array' ? 0xa0 : 0xd0, count, style),
    ...references.map((reference) => uint(reference, style.refSize)),
  ])
  return number
}

const isOddNow = ({ isOdd, random }: Style): boolean => isOdd && random(24) === 0

/** Type and count; a count of 15 and more, and sometimes a smaller one, is an integer of its own. */
const marker = (type: number, count: number, style: Style): Buffer => {
  const kind = isOddNow(style) ? style.random(16) << 4 : type
  const said = isOddNow(style) ? count + style.random(4) : count
  if (said < 15 && style.random(16) > 0) return Buffer.of(kind | said)
  const power = said > 0xffff ? 2 : said > 0xff ? 1 + style.random(2) : style.random(4)
  return Buffer.concat([Buffer.of(kind | 15, 0x10 | power), uint(said, 1 << power)])
}

const uint = (value: number, size: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(Math.max(0, Math.floor(value))))
  return bytes.subarray(8 - size)
}

const encodeLeaf = (leaf: Leaf, style: Style): Uint8Array => {
  const { type, text } = leaf
  if (isOddNow(style)) return Buffer.of(style.random(256), style.random(256), style.random(256))
  switch (type) {
    case 'true':
    case 'false':
      return Buffer.of(type === 'true' ? 9 : 8)
    case 'integer':
      return encodeInteger(text, style) ?? encodeText(text, style)
    case 'real':
      return encodeReal(0x23, Number(text))
    case 'date':
      return encodeReal(0x33, (Date.parse(text) - EPOCH) / 1000 + style.random(2) / 4)
    case 'data': {
      const octets = Buffer.from(text, 'base64')
      return Buffer.concat([marker(0x40, octets.length, style), octets])
    }
    case 'string':
    case 'key':
      return encodeText(text, style)
    default:
      return type satisfies never
  }
}

const encodeReal = (kind: number, value: number): Buffer => {
  const bytes = Buffer.alloc(9, kind)
  bytes.writeDoubleBE(value, 1)
  return bytes
}

/** In as few octets as it needs or in more; undefined for what is no number of 128 bits. */
const encodeInteger = (text: string, { random }: Style): Buffer | undefined => {
  if (!/^-?\d{1,38}$/.test(text)) return undefined
  const value = BigInt(text)
  const isLong = value < 0n || value > 0xffffffffn
  const power = isLong ? (value > 2n ** 63n - 1n ? 4 : 3 + random(2)) : 2 + random(3)
  const bytes = Buffer.alloc(16)
  bytes.writeBigUInt64BE(BigInt.asUintN(64, value >> 64n), 0)
  bytes.writeBigUInt64BE(BigInt.asUintN(64, value), 8)
  return Buffer.concat([Buffer.of(0x10 | power), bytes.subarray(16 - (1 << power))])
}

const encodeText = (text: string, style: Style): Buffer => {
  const isAscii = /^[\0-\x7f]*$/.test(text)
  return isAscii && style.random(8) > 0
    ? Buffer.concat([marker(0x50, text.length, style), Buffer.from(text, 'latin1')])
    : Buffer.concat([marker(0x60, text.length, style), Buffer.from(text, 'utf16le').swap16()])
}

const assemble = (objects: readonly Uint8Array[], style: Style): Uint8Array => {
  const { refSize, offsetSize, random } = style
  const offsets: number[] = []
  let end = 8
  for (const object of objects) {
    offsets.push(isOddNow(style) ? random(end + 16) : end)
    end += object.length
  }
  const odd = (value: number): number => (isOddNow(style) ? value + random(5) - 2 : value)
  const trailer = Buffer.concat([
    Buffer.alloc(6),
    Buffer.of(odd(offsetSize), odd(refSize)),
    ...[objects.length, 0, end].map((value) => uint(odd(value), 8)),
  ])
  const table = offsets.map((offset) => uint(offset, offsetSize))
  return Buffer.concat([Buffer.from('bplist00'), ...objects, ...table, trailer])
}
