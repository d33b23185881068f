/**
 * BER as a tree that may be changed into what no encoder writes. It is read with leniency and without the
 * product's reader, so that damaged messages are seeds too.
 */
export interface Node {
  /** Identifier octet, constructed bit included. */
  identifier: number
  length: LengthForm
  /** Octets in front of the children of a string that holds BER: the unused bits of a BIT STRING. */
  prefix: Uint8Array
  body: Uint8Array | Node[]
}

/** `lie`: a length that says more than there is. */
export type LengthForm = 'minimal' | 'one-more' | 'four-octets' | 'indefinite' | 'lie'

const NOTHING = new Uint8Array()
const CONSTRUCTED = 0x20
const MAX_DEPTH = 40

/** The elements that `bytes` consists of; undefined where it is not BER from end to end. */
export const parseNodes = (bytes: Uint8Array, depth = 0): Node[] | undefined => {
  const nodes: Node[] = []
  for (let at = 0; at < bytes.length; ) {
    const parsed = parseNode(bytes, at, depth)
    if (parsed === undefined) return undefined
    nodes.push(parsed.node)
    at = parsed.end
  }
  return nodes
}

interface Parsed {
  readonly node: Node
  readonly end: number
}

const parseNode = (bytes: Uint8Array, start: number, depth: number): Parsed | undefined => {
  const identifier = bytes[start]
  const first = bytes[start + 1]
  if (identifier === undefined || first === undefined || depth > MAX_DEPTH) return undefined
  if (first === 0x80) return parseIndefinite(bytes, start, depth)
  const count = first > 0x80 ? first & 0x7f : 0
  const from = start + 2 + count
  let size = count === 0 ? first : 0
  for (const octet of bytes.subarray(start + 2, from)) size = size * 256 + octet
  const end = from + size
  if (count > 4 || end > bytes.length) return undefined
  const content = bytes.subarray(from, end)
  const inside = parseInside(identifier, content, depth)
  const length = 'minimal'
  const node = inside ?? { identifier, length, prefix: NOTHING, body: content }
  return { node, end }
}

/** A constructed element, or a string whose value is BER itself. */
const parseInside = (identifier: number, content: Uint8Array, depth: number): Node | undefined => {
  const isBits = identifier === 0x03 && content[0] === 0
  const prefix = isBits ? content.subarray(0, 1) : NOTHING
  const isString = isBits || identifier === 0x04
  const holdsSequence = isString && content[prefix.length] === 0x30
  if ((identifier & CONSTRUCTED) === 0 && !holdsSequence) return undefined
  const body = parseNodes(content.subarray(prefix.length), depth + 1)
  return body && { identifier, length: 'minimal', prefix, body }
}

const parseIndefinite = (bytes: Uint8Array, start: number, depth: number): Parsed | undefined => {
  const body: Node[] = []
  let at = start + 2
  while (bytes[at] !== 0 || bytes[at + 1] !== 0) {
    const parsed = parseNode(bytes, at, depth + 1)
    if (parsed === undefined) return undefined
    body.push(parsed.node)
    at = parsed.end
  }
  const identifier = bytes[start] ?? 0
  return { node: { identifier, length: 'indefinite', prefix: NOTHING, body }, end: at + 2 }
}

export const encodeNodes = (nodes: readonly Node[]): Uint8Array =>
  Buffer.concat(nodes.map(encodeNode))

const encodeNode = ({ identifier, length, prefix, body }: Node): Uint8Array => {
  const content = body instanceof Uint8Array ? body : encodeNodes(body)
  const size = prefix.length + content.length
  const parts = [Buffer.of(identifier), encodeLength(size, length), prefix, content]
  if (length === 'indefinite') parts.push(Buffer.of(0, 0))
  return Buffer.concat(parts)
}

const encodeLength = (size: number, form: LengthForm): Uint8Array => {
  const octets: number[] = []
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256)
  switch (form) {
    case 'minimal':
      return size < 0x80 ? Buffer.of(size) : Buffer.of(0x80 | octets.length, ...octets)
    case 'one-more':
      return Buffer.of(0x80 | (octets.length + 1), 0, ...octets)
    case 'four-octets':
      return Buffer.of(0x84, size >>> 24, size >>> 16, size >>> 8, size)
    case 'indefinite':
      return Buffer.of(0x80)
    case 'lie':
      return encodeLength(size + 1 + (size >> 3), 'minimal')
    default:
      return form satisfies never
  }
}

/** A copy that shares no node, only octets. */
export const copyNode = (node: Node): Node => ({
  ...node,
  body: node.body instanceof Uint8Array ? node.body : node.body.map(copyNode),
})

/** Every list of siblings, the outermost first. */
export const siblingsOf = (nodes: Node[]): Node[][] => {
  const lists = [nodes]
  for (let at = 0; at < lists.length; at++) {
    for (const { body } of lists[at] ?? []) if (!(body instanceof Uint8Array)) lists.push(body)
  }
  return lists
}
