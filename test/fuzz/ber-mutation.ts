import { mutateBytes, pick, type Random } from '../mutate.ts'
import { EDGE_INTEGERS, EDGE_OIDS, EDGE_TEXTS, EDGE_TIMES, IDENTIFIERS } from './ber-dictionary.ts'
import { copyNode, encodeNodes, type Node, parseNodes, siblingsOf } from './element.ts'

/** One element among its siblings, in a message that may be changed. */
interface Place {
  readonly siblings: Node[]
  readonly at: number
  readonly node: Node
}

type Mutation = (place: Place, random: Random, donors: readonly Uint8Array[]) => void

/** Bytes that one mutation may add: enough for a cost that grows with the square to show. */
const MAX_GROWTH = 65_536

/**
 * A copy of a BER message with one to four elements changed: the lengths around them are right again unless
 * they are what is changed. Sometimes bytes are changed too; bytes that are no BER always.
 */
export const mutateBer = (
  seed: Uint8Array,
  random: Random,
  donors: readonly Uint8Array[],
): Uint8Array => {
  const nodes = random(16) === 0 ? undefined : parseNodes(seed)
  if (nodes === undefined) return mutateBytes(seed, random, donors)
  for (let rounds = 1 + random(4); rounds > 0; rounds--) {
    const place = pickPlace(nodes, random)
    if (place !== undefined) pick(MUTATIONS, random)(place, random, donors)
  }
  const mutated = encodeNodes(nodes)
  return random(16) === 0 ? mutateBytes(mutated, random, donors) : mutated
}

const pickPlace = (nodes: Node[], random: Random): Place | undefined => {
  const lists = siblingsOf(nodes).filter(({ length }) => length > 0)
  const count = lists.reduce((sum, { length }) => sum + length, 0)
  let rest = random(count)
  for (const siblings of lists) {
    const node = siblings[rest]
    if (node !== undefined) return { siblings, at: rest, node }
    rest -= siblings.length
  }
  return undefined
}

const remove: Mutation = ({ siblings, at }) => {
  siblings.splice(at, 1)
}

const duplicate: Mutation = ({ siblings, at, node }) => {
  siblings.splice(at, 0, copyNode(node))
}

const multiply: Mutation = ({ siblings, at, node }, random) => {
  const size = encodeNodes([node]).length
  const times = random(1 + Math.floor(MAX_GROWTH / size / 4 ** random(5)))
  const copies = Array.from({ length: times }, () => copyNode(node))
  siblings.splice(at, 0, ...copies)
}

const swap: Mutation = ({ siblings, at, node }, random) => {
  const other = random(siblings.length)
  siblings[at] = siblings[other] ?? node
  siblings[other] = node
}

const nest: Mutation = ({ siblings, at, node }, random) => {
  const identifier = pick(IDENTIFIERS, random)
  const length = random(3) === 0 ? 'indefinite' : 'minimal'
  let inner = node
  for (let depth = random(4) === 0 ? random(80) : 1; depth > 0; depth--) {
    inner = { identifier, length, prefix: new Uint8Array(), body: [inner] }
  }
  siblings[at] = inner
}

const unwrap: Mutation = ({ siblings, at, node }) => {
  if (!(node.body instanceof Uint8Array)) siblings.splice(at, 1, ...node.body)
}

const changeIdentifier: Mutation = ({ node }, random) => {
  node.identifier = random(3) === 0 ? node.identifier ^ (1 << random(8)) : pick(IDENTIFIERS, random)
}

const changeLength: Mutation = ({ node }, random) => {
  node.length = pick(['one-more', 'four-octets', 'indefinite', 'lie'] as const, random)
}

/** As the contents' type asks for, or not. */
const setContent: Mutation = ({ node }, random) => {
  const matching = EDGES.get(node.identifier)
  const edges =
    matching === undefined || random(4) === 0 ? pick([...EDGES.values()], random) : matching
  node.body = pick(edges, random)
}

const EDGES: ReadonlyMap<number, readonly Uint8Array[]> = new Map([
  [0x02, EDGE_INTEGERS],
  [0x06, EDGE_OIDS],
  [0x0c, EDGE_TEXTS],
  [0x13, EDGE_TEXTS],
  [0x1e, EDGE_TEXTS],
  [0x17, EDGE_TIMES],
  [0x18, EDGE_TIMES],
])

const empty: Mutation = ({ node }) => {
  node.body = new Uint8Array()
}

const cutContent: Mutation = ({ node }, random) => {
  if (node.body instanceof Uint8Array)
    node.body = node.body.subarray(0, random(node.body.length + 1))
}

const damageContent: Mutation = ({ node }, random, donors) => {
  if (node.body instanceof Uint8Array) node.body = mutateBytes(node.body, random, donors)
}

const inflateContent: Mutation = ({ node }, random) => {
  if (!(node.body instanceof Uint8Array)) return
  const fill = node.body.length === 0 || random(2) === 0 ? Buffer.of(random(256)) : node.body
  node.body = Buffer.alloc(random(MAX_GROWTH >> random(8)), fill)
}

/** X.690 §8.7.3: a string in chunks, also chunks of chunks. */
const chunk: Mutation = ({ node }, random) => {
  if (!(node.body instanceof Uint8Array) || node.body.length === 0) return
  const size = 1 + random(node.body.length)
  const chunks: Node[] = []
  for (let from = 0; from < node.body.length; from += size) {
    const body = node.body.subarray(from, from + size)
    chunks.push({ identifier: 0x04, length: 'minimal', prefix: new Uint8Array(), body })
  }
  node.identifier |= 0x20
  node.length = pick(['minimal', 'indefinite'] as const, random)
  node.body = chunks
}

const splice: Mutation = ({ siblings, at }, random, donors) => {
  const donor = parseNodes(pick(donors, random))
  const taken = donor && pickPlace(donor, random)
  if (taken !== undefined) siblings.splice(at, random(2), copyNode(taken.node))
}

const MUTATIONS: readonly Mutation[] = [
  remove,
  duplicate,
  multiply,
  swap,
  nest,
  unwrap,
  changeIdentifier,
  changeLength,
  setContent,
  setContent,
  empty,
  cutContent,
  damageContent,
  damageContent,
  inflateContent,
  chunk,
  splice,
  splice,
]
