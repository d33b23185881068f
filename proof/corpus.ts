import { replayInChild } from '../test/model/corpus-run.ts'
import type { LongRun } from './record.ts'

const FILES = 5_309
const WARM_UP = 8
const FLAT = 0.05

/** `npm run proof -- corpus`: rejects when the reading process dies. */
export const corpus: LongRun = {
  title: "Seeds of OpenSSL's fuzzers, read over and over in one process",
  ids: ['security C13'],
  options: { certificates: 1_000_000 },
  run: async ({ certificates = 0 }) => {
    const rounds = Math.ceil(certificates / FILES)
    const { readings, residentSizes, drift } = await replayInChild('shared', {
      warmUp: WARM_UP,
      rounds,
    })
    const count = Object.values(readings).reduce((total, each) => total + each, 0)
    const megabytes = residentSizes.map((size) => Math.round(size / 1e6))
    return [
      { what: 'messages and certificates', measured: format(rounds * FILES) },
      { what: 'readings by all decoders and by Node', measured: format(count) },
      { what: 'times that the process died', measured: '0', mark: '0', reached: true },
      {
        what: 'memory held after a round',
        measured: `${Math.min(...megabytes)} to ${Math.max(...megabytes)} MB`,
      },
      {
        what: 'difference from the first round after the warm-up',
        measured: `${(drift * 100).toFixed(1)} %`,
        mark: '±5 %',
        reached: drift < FLAT,
      },
    ]
  },
}

const format = (count: number): string => count.toLocaleString('en')
