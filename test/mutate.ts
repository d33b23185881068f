/** A whole number from 0 to `below` - 1. */
export type Random = (below: number) => number

/** May change `bytes`, which are a copy. */
type Mutation = (bytes: Uint8Array, random: Random, seeds: readonly Uint8Array[]) => Uint8Array

/** Values at which lengths, tags and counts change their meaning. */
const EDGES = [0x00, 0x01, 0x0f, 0x1f, 0x20, 0x7f, 0x80, 0x81, 0x82, 0x84, 0x88, 0xfe, 0xff]

const MUTATIONS: readonly Mutation[] = [
  flipBit,
  setByte,
  nudgeByte,
  setLength,
  cut,
  insert,
  remove,
  splice,
]

/**
 * `count` damaged messages made of `seeds`: one to four mutations each. The same arguments give the same
 * messages. No seed is changed.
 */
export function* mutations(
  seed: number,
  seeds: readonly Uint8Array[],
  count: number,
): Generator<Uint8Array> {
  const random = createRandom(seed)
  for (let i = 0; i < count; i++) yield mutateBytes(pick(seeds, random), random, seeds)
}

/** A damaged copy of `bytes`: one to four mutations, some with material of `seeds`. */
export function mutateBytes(
  bytes: Uint8Array,
  random: Random,
  seeds: readonly Uint8Array[],
): Uint8Array {
  let mutated: Uint8Array = new Uint8Array(bytes)
  for (let rounds = 1 + random(4); rounds > 0; rounds--) {
    mutated = pick(MUTATIONS, random)(mutated, random, seeds)
  }
  return mutated
}

/** Numbers that `seed` and `index` decide (mulberry32, 32 bits of state). */
export function createRandom(seed: number, index = 0): Random {
  let state = (seed + Math.imul(index, 0x9e3779b1)) >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

export function pick<T>(choices: readonly T[], random: Random): T {
  const choice = choices[random(choices.length)]
  if (choice === undefined) throw new RangeError('nothing to choose from')
  return choice
}

function flipBit(bytes: Uint8Array, random: Random): Uint8Array {
  return change(bytes, random(bytes.length), (byte) => byte ^ (1 << random(8)))
}

function setByte(bytes: Uint8Array, random: Random): Uint8Array {
  return change(bytes, random(bytes.length), () => random(256))
}

function nudgeByte(bytes: Uint8Array, random: Random): Uint8Array {
  return change(bytes, random(bytes.length), (byte) => byte + (random(2) === 0 ? 1 : -1))
}

/** One, two or four bytes become what a length on the edge would hold. */
function setLength(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random(bytes.length)
  const width = pick([1, 2, 4], random)
  for (let i = at; i < at + width; i++) change(bytes, i, () => pick(EDGES, random))
  return bytes
}

function cut(bytes: Uint8Array, random: Random): Uint8Array {
  return bytes.subarray(0, random(bytes.length + 1))
}

function insert(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random(bytes.length + 1)
  const added = Uint8Array.from({ length: 1 + random(8) }, () => random(256))
  return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at)])
}

function remove(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random(bytes.length + 1)
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(16))])
}

/** Puts a run of some seed between, or over, what is there. */
function splice(bytes: Uint8Array, random: Random, seeds: readonly Uint8Array[]): Uint8Array {
  const donor = pick(seeds, random)
  const from = random(donor.length + 1)
  const run = donor.subarray(from, from + 1 + random(64))
  const at = random(bytes.length + 1)
  const resume = random(2) === 0 ? at : at + run.length
  return Buffer.concat([bytes.subarray(0, at), run, bytes.subarray(resume)])
}

function change(bytes: Uint8Array, at: number, next: (byte: number) => number): Uint8Array {
  const byte = bytes[at]
  if (byte !== undefined) bytes[at] = next(byte)
  return bytes
}
