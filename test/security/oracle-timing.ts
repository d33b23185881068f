import assert from 'node:assert/strict'
import { createDecrypter } from '../../src/keys/index.ts'
import { openRequest } from '../../src/protocol/scep/index.ts'
import { STANDARD_KEY_POLICY } from '../../src/protocol/x509/index.ts'
import { makeHolder, makeKey } from '../codec/holder.ts'
import type { Malformation, Malformations } from '../codec/malformed-envelope.ts'
import { spoil, wrap } from './oracle.ts'
import type { Scene } from './scene.ts'

/** What all others are compared with: the padding is right, and the content key is one of many. */
export const REFERENCE = 'another content key'
/** The reference once more: what differs from it by chance only. */
export const CONTROL = 'another content key, again'

// Checking the signature of a request takes the time of the key in it: these are not RSA-2048, as all others are.
const OTHER_KEYS = new Set(['for a weak key of nobody', 'for an unusable key'])

/** Nanoseconds by class. */
export type Timing = ReadonlyMap<string, Float64Array>

/** Times the opening of a message alone: signature, envelope, request. */
export const sampleOpening = async (samples: number): Promise<Timing> => {
  const ra = makeHolder({ key: makeKey('rsa-2048'), subject: [[['CN', 'RA']]] })
  const recipient = { certificate: ra.certificate, decrypter: createDecrypter(ra.key) }
  const options = { recipient, keyPolicy: STANDARD_KEY_POLICY, allowSingleDes: false }
  return await sample(spoil({ ca: [ra.certificate] }, 'a guess'), samples, (message) => {
    const begin = process.hrtime.bigint()
    const { kind } = openRequest(message, options)
    const end = process.hrtime.bigint()
    assert.equal(kind, 'refusal')
    return Number(end - begin)
  })
}

const ORIGIN = { remoteAddress: '127.0.0.1', userAgent: null }

/** Times the whole service: opening, the line in the audit, and the signed answer. */
export const sampleServing = async (scene: Scene, samples: number): Promise<Timing> => {
  const { scep } = scene.server.app.core.services
  return await sample(spoil(scene, 'a guess'), samples, async (message) => {
    const begin = process.hrtime.bigint()
    await scep.answer(message, ORIGIN)
    return Number(process.hrtime.bigint() - begin)
  })
}

const WARM_UP = 200
/** Messages of each class at a time, and how many rounds they are used for: no message stands for its class. */
const POOL = 32
const ROUNDS_PER_POOL = 1000

/** Takes every class once a round, in an order that changes, so that none follows the same one always. */
const sample = async (
  malformed: Malformations,
  samples: number,
  measure: (message: Uint8Array) => number | Promise<number>,
): Promise<Timing> => {
  const makers = makersOf(malformed)
  const times = makers.map(() => new Float64Array(samples))
  const order = [...makers.keys()]
  let pools: readonly (readonly Uint8Array[])[] = []
  for (let round = -Math.min(WARM_UP, samples); round < samples; round++) {
    if (pools.length === 0 || round % ROUNDS_PER_POOL === 0) pools = makers.map(fillPool)
    shuffle(order)
    for (const index of order) {
      const message = pools[index]?.[Math.floor(Math.random() * POOL)] ?? assert.fail()
      const time = await measure(message)
      if (round >= 0) times[index]?.fill(time, round, round + 1)
    }
  }
  return new Map(makers.map(({ name }, index) => [name, times[index] ?? assert.fail()]))
}

interface Maker {
  readonly name: string
  readonly ways: readonly Malformation[]
}

const makersOf = ({ classes }: Malformations): readonly Maker[] => {
  const makers = Object.entries(classes).map(([name, ways]) => ({
    name,
    ways: Object.entries(ways).flatMap(([way, make]) => (OTHER_KEYS.has(way) ? [] : [make])),
  }))
  const { ways } = makers.find(({ name }) => name === REFERENCE) ?? assert.fail()
  return [...makers, { name: CONTROL, ways }]
}

const fillPool = ({ ways }: Maker): readonly Uint8Array[] =>
  Array.from({ length: POOL }, (_, index) => wrap((ways[index % ways.length] ?? assert.fail())()))

const shuffle = (order: number[]): void => {
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1))
    const [a = 0, b = 0] = [order[last], order[other]]
    order[last] = b
    order[other] = a
  }
}
