import type { PlistValue } from '../../src/protocol/plist/index.ts'
import { mutateBytes, pick, type Random } from '../mutate.ts'
import { EDGES, TEXTS } from './plist-dictionary.ts'

/** A property list that may be changed into what is none: keys of any type, keys that come twice. */
export type Tree = Dict | List | Leaf

interface Dict {
  readonly kind: 'dict'
  readonly entries: Entry[]
}
interface Entry {
  key: Tree
  value: Tree
}
interface List {
  readonly kind: 'array'
  readonly items: Tree[]
}
/** A value as the text of its XML element; writers make of it what they can. */
export interface Leaf {
  readonly kind: 'leaf'
  readonly type: LeafType
  readonly text: string
}
export type LeafType = (typeof LEAF_TYPES)[number]

const LEAF_TYPES = ['string', 'integer', 'real', 'date', 'data', 'true', 'false', 'key'] as const

const MAX_GROWTH = 65_536

export const toTree = (value: PlistValue): Tree => {
  if (value instanceof Map) {
    const entries = [...value].map(([key, entry]) => ({
      key: leaf('key', key),
      value: toTree(entry),
    }))
    return { kind: 'dict', entries }
  }
  if (Array.isArray(value)) return { kind: 'array', items: value.map(toTree) }
  if (typeof value === 'string') return leaf('string', value)
  if (typeof value === 'boolean') return leaf(`${value}`, '')
  if (value instanceof Date) return leaf('date', `${value.toISOString().slice(0, 19)}Z`)
  if (value instanceof Uint8Array) return leaf('data', Buffer.from(value).toString('base64'))
  if (typeof value === 'number' || typeof value === 'bigint') return leaf('integer', String(value))
  return 'value' in value ? leaf('real', String(value.value)) : leaf('string', '')
}

const leaf = (type: LeafType, text: string): Leaf => ({ kind: 'leaf', type, text })

const copy = (tree: Tree): Tree => {
  if (tree.kind === 'array') return { kind: 'array', items: tree.items.map(copy) }
  if (tree.kind === 'leaf') return tree
  const entries = tree.entries.map(({ key, value }) => ({ key: copy(key), value: copy(value) }))
  return { kind: 'dict', entries }
}

/** A copy with one to four values changed. */
export const mutateTree = (seed: Tree, random: Random, donors: readonly Tree[]): Tree => {
  let tree = copy(seed)
  for (let rounds = 1 + random(4); rounds > 0; rounds--) {
    const chosen = random(countValues(tree))
    tree = change(tree, { left: chosen }, (value) => mutateValue(value, random, donors))
  }
  return tree
}

const countValues = (tree: Tree): number => {
  if (tree.kind === 'leaf') return 1
  if (tree.kind === 'array') return tree.items.reduce((sum, item) => sum + countValues(item), 1)
  return tree.entries.reduce(
    (sum, { key, value }) => sum + countValues(key) + countValues(value),
    1,
  )
}

/** Replaces the value that the count comes to, depth first. */
const change = (tree: Tree, count: { left: number }, replace: (tree: Tree) => Tree): Tree => {
  if (count.left-- === 0) return replace(tree)
  if (tree.kind === 'array') {
    return { kind: 'array', items: tree.items.map((item) => change(item, count, replace)) }
  }
  if (tree.kind === 'leaf') return tree
  const entries = tree.entries.map(({ key, value }) => ({
    key: change(key, count, replace),
    value: change(value, count, replace),
  }))
  return { kind: 'dict', entries }
}

const mutateValue = (tree: Tree, random: Random, donors: readonly Tree[]): Tree => {
  if (random(8) === 0) return copy(pick(donors, random))
  if (random(10) === 0) return nest(tree, random)
  switch (tree.kind) {
    case 'leaf':
      return mutateLeaf(tree, random)
    case 'array':
      mutateList(tree.items, random, { clone: copy, sizeOf })
      return tree
    case 'dict':
      if (random(4) === 0) mixKeys(tree.entries, random)
      else mutateList(tree.entries, random, ENTRIES)
      return tree
    default:
      return tree satisfies never
  }
}

const nest = (tree: Tree, random: Random): Tree => {
  const depth = random(4) === 0 ? random(80) : 1
  const isDict = random(2) === 0
  let inner = tree
  for (let level = 0; level < depth; level++) {
    inner = isDict
      ? { kind: 'dict', entries: [{ key: leaf('key', 'k'), value: inner }] }
      : { kind: 'array', items: [inner] }
  }
  return inner
}

/** Of its text, roughly. */
const sizeOf = (tree: Tree): number => {
  if (tree.kind === 'leaf') return tree.text.length + 16
  if (tree.kind === 'array') return tree.items.reduce((sum, item) => sum + sizeOf(item), 16)
  return tree.entries.reduce((sum, entry) => sum + ENTRIES.sizeOf(entry), 16)
}

interface Items<T> {
  clone(item: T): T
  sizeOf(item: T): number
}

const ENTRIES: Items<Entry> = {
  clone: ({ key, value }) => ({ key, value: copy(value) }),
  sizeOf: ({ key, value }) => sizeOf(key) + sizeOf(value),
}

const mutateList = <T>(list: T[], random: Random, items: Items<T>): void => {
  const at = random(list.length + 1)
  const item = list[at]
  if (item === undefined) return
  switch (random(4)) {
    case 0:
      list.splice(at, 1)
      break
    case 1:
      list.splice(random(list.length + 1), 0, items.clone(item))
      break
    case 2:
      list.splice(at, 1, ...list.splice(random(list.length), 1, item))
      break
    default: {
      const most = Math.min(512, Math.floor(MAX_GROWTH / items.sizeOf(item)))
      list.push(...Array.from({ length: random((most >> random(6)) + 1) }, () => items.clone(item)))
    }
  }
}

/** Keys of other types, a key of another entry, and the names that every object of JavaScript has. */
const mixKeys = (entries: Entry[], random: Random): void => {
  const entry = entries[random(entries.length + 1)]
  if (entry === undefined) return
  const others = [pick(entries, random).key, entry.value, leaf('string', 'UDID')]
  entry.key = random(2) === 0 ? pick(others, random) : leaf('key', pick(TEXTS, random))
}

const mutateLeaf = ({ type, text }: Leaf, random: Random): Tree => {
  switch (random(6)) {
    case 0:
      return leaf(pick(LEAF_TYPES, random), text)
    case 1:
      return leaf(type, text.repeat(random(MAX_GROWTH >> random(10)) / (text.length + 1)))
    case 2:
      return leaf(type, mutateText(text, random))
    case 3:
      return leaf(type, insert(text, random))
    default: {
      const other = random(4) === 0 ? pick(LEAF_TYPES, random) : type
      return leaf(other, pick(EDGES[other], random))
    }
  }
}

const mutateText = (text: string, random: Random): string =>
  Buffer.from(mutateBytes(Buffer.from(text), random, [Buffer.from(text)])).toString()

/** One of the dictionary's texts, once or in a long run. */
const insert = (text: string, random: Random): string => {
  const added = pick(TEXTS, random)
  const times = random(4) === 0 ? random(MAX_GROWTH >> random(8)) / (added.length + 1) : 1
  const at = random(text.length + 1)
  return text.slice(0, at) + added.repeat(times) + text.slice(at)
}

const REPEATED = ['0', '9', 'a', 'A', ' ', '\n', '.', '-', '=', 'e', '&', 'é']

/** One long value of one character, which may end in what makes a pattern try again. */
export const createRun = (random: Random): Tree => {
  const begin = pick(['', '', '0', '-', '0x', '1.', '1e'], random)
  const run = pick(REPEATED, random).repeat(random(MAX_GROWTH >> random(4)))
  const end = pick(['', 'x', ' x', '='], random)
  return leaf(pick(LEAF_TYPES, random), begin + run + end)
}
