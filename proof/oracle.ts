import { medianOf, rankSum } from '../test/rank-sum.ts'
import { RESPONDERS, seeAnswers, spoil } from '../test/security/oracle.ts'
import {
  CONTROL,
  REFERENCE,
  sampleOpening,
  sampleServing,
  type Timing,
} from '../test/security/oracle-timing.ts'
import { openScene } from '../test/security/scene.ts'
import type { LongRun, Row } from './record.ts'

/** security C1: by how much the medians may differ, as a share of what is timed. */
const MARK = 0.01
/** And how improbable the ranks may be if there is no difference, over all comparisons together. */
const CHANCE = 0.01

/** Broken envelopes: whether answers or their time tell one class from another. */
export const oracle: LongRun = {
  title: 'Padding oracle: 14 classes of broken envelopes',
  ids: ['security C1', 'security C11', 'security S15'],
  options: { perClass: 2000, samples: 100_000, serviceSamples: 10_000 },
  run: async ({ perClass = 0, samples = 0, serviceSamples = 0 }) => {
    const rows: Row[] = []
    for (const { name, env } of RESPONDERS) rows.push(await compareAnswers(name, env, perClass))
    rows.push(...compareTimes('opening the message', await sampleOpening(samples)))
    rows.push(...compareTimes('the whole service', await timeService(serviceSamples)))
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

/** A row for each class, compared with the reference, and one for all of them. */
const compareTimes = (what: string, timing: Timing): readonly Row[] => {
  const reference = timing.get(REFERENCE)
  if (reference === undefined) throw new Error('the reference was not sampled')
  const expected = medianOf(reference)
  const rows: Row[] = [
    {
      what: `${what}: ${REFERENCE}, with which the others are compared`,
      measured: `median ${microseconds(expected.median)} of ${reference.length.toLocaleString('en')} samples`,
    },
  ]
  let least = 1
  for (const [name, times] of timing) {
    if (name === REFERENCE) continue
    const { median, error } = medianOf(times)
    const difference = median - expected.median
    const resolution = Math.hypot(expected.error, error)
    const { p } = rankSum(times, reference)
    if (name !== CONTROL) least = Math.min(least, p)
    const share = Math.abs(difference) / expected.median
    rows.push({
      what: `${what}: ${name}`,
      measured: `${microseconds(difference)} ± ${microseconds(resolution)}, ${percent(share)}, p = ${p.toPrecision(2)}`,
      // Where the samples are too few to see as much as the mark, there is nothing to judge.
      ...(resolution / expected.median < MARK
        ? { mark: `< ${percent(MARK)}`, reached: share < MARK }
        : {}),
    })
  }
  const compared = timing.size - 2
  const chance = CHANCE / compared
  const allOf = `${what}: least p of ${compared} classes`
  const mark = `> ${chance.toPrecision(2)} (${CHANCE} ÷ ${compared})`
  return [...rows, { what: allOf, measured: least.toPrecision(2), mark, reached: least > chance }]
}

const microseconds = (nanoseconds: number): string => `${(nanoseconds / 1000).toFixed(2)} µs`
const percent = (share: number): string => `${(share * 100).toFixed(2)} %`
