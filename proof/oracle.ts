import { medianOf, rankSum } from '../test/rank-sum.ts'
import { RESPONDERS, seeAnswers, spoil } from '../test/security/oracle.ts'
import {
  REFERENCE,
  sampleOpening,
  sampleServing,
  type Timing,
} from '../test/security/oracle-timing.ts'
import { openScene } from '../test/security/scene.ts'
import type { LongRun, Row } from './record.ts'

/** security C1: by how much the medians may differ, as a share of the operation. */
const MARK = 0.01

/** Broken envelopes: whether answers or their time tell one class from another. */
export const oracle: LongRun = {
  title: 'Padding oracle: 14 classes of broken envelopes',
  ids: ['security C1', 'security C11', 'security S15'],
  options: { perClass: 2000, samples: 100_000, serviceSamples: 10_000 },
  run: async ({ perClass = 0, samples = 0, serviceSamples = 0 }) => {
    const rows: Row[] = []
    for (const { name, env } of RESPONDERS) rows.push(await compareAnswers(name, env, perClass))
    const serving = await timeService(serviceSamples)
    const operation = medianOf(referenceOf(serving)).median
    rows.push(...compareTimes('whole service', serving, operation))
    rows.push(...compareTimes('opening the message', await sampleOpening(samples), operation))
    return rows
  },
}

const compareAnswers = async (
  name: string,
  env: Readonly<Record<string, string>>,
  perClass: number,
): Promise<Row> => {
  await using scene = await openScene({ env })
  const { shown, messages } = await seeAnswers(scene, spoil(scene, 'a guess'), perClass)
  return {
    what: `different answers over HTTP ${name}, but for time, nonce and signature`,
    measured: `${shown.size} in ${messages.toLocaleString('en')} messages`,
    mark: '1',
    reached: shown.size === 1,
  }
}

const timeService = async (samples: number): Promise<Timing> => {
  await using scene = await openScene()
  return await sampleServing(scene, samples)
}

const referenceOf = (timing: Timing): Float64Array => {
  const found = timing.get(REFERENCE)
  if (found === undefined) throw new Error('the reference was not sampled')
  return found
}

/** A row for each class, compared with the reference; `operation` is what the share is of, nanoseconds. */
const compareTimes = (what: string, timing: Timing, operation: number): readonly Row[] => {
  const reference = referenceOf(timing)
  const expected = medianOf(reference)
  return [...timing].map(([name, times]) => {
    if (name === REFERENCE) {
      const measured = `median ${microseconds(expected.median)} of ${times.length.toLocaleString('en')} samples`
      return { what: `${what}: ${name}, with which the others are compared`, measured }
    }
    const other = medianOf(times)
    const difference = other.median - expected.median
    const share = difference / operation
    const resolution = Math.hypot(expected.error, other.error)
    const { p } = rankSum(times, reference)
    return {
      what: `${what}: ${name}`,
      measured: `${microseconds(difference)} ± ${microseconds(resolution)}, ${percent(share)} of the operation, p = ${p.toPrecision(2)}`,
      mark: `< ${percent(MARK)}`,
      reached: Math.abs(share) < MARK,
    }
  })
}

const microseconds = (nanoseconds: number): string => `${(nanoseconds / 1000).toFixed(2)} µs`
const percent = (share: number): string => `${(share * 100).toFixed(2)} %`
