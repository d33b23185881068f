import { playSequences } from '../test/model/phases.ts'
import type { Count } from '../test/model/play.ts'
import type { LongRun } from './record.ts'

/** Sequences on one server, before a new one takes its place. */
const BATCH = 1_000

/** `npm run proof -- model`: rejects with the shortest sequence whose answers are not those of the oracle. */
export const model: LongRun = {
  title: 'State machine: sequences of messages and faults against an oracle',
  ids: ['security O3', 'security O2', 'security S1', 'security S5'],
  options: { sequences: 20_000, seed: 1_000 },
  run: async ({ sequences = 0, seed = 0 }) => {
    const batches: Count[] = []
    for (let done = 0; done < sequences; done += BATCH) {
      const count = Math.min(BATCH, sequences - done)
      batches.push(await playSequences({ sequences: count, seed: seed + batches.length }))
      process.stderr.write(`${done + count} sequences\n`)
    }
    const outcomes = sum(batches)
    const granted = outcomes.get('granted') ?? 0
    const messages = [...outcomes.values()].reduce((total, each) => total + each, 0)
    return [
      { what: 'sequences, of three devices of two people', measured: format(sequences) },
      { what: 'messages', measured: format(messages) },
      { what: 'of them granted', measured: format(granted) },
      {
        what: `of them refused, for ${outcomes.size - 1} reasons`,
        measured: format(messages - granted),
      },
      {
        what: 'answers other than those of the oracle, of status 5xx, or second certificates',
        measured: '0',
        mark: '0',
        reached: true,
      },
      {
        what: 'final profiles off the legal path',
        measured: `0 of ${format(total(batches, 'delivered') + total(batches, 'finished'))}`,
        mark: '0',
        reached: true,
      },
      {
        what: 'enrollments that honest messages finished at the end, of those still open',
        measured: `${format(total(batches, 'finished'))}, all`,
        mark: 'all',
        reached: true,
      },
    ]
  },
}

const sum = (batches: readonly Count[]): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>()
  for (const { outcomes } of batches) {
    for (const [outcome, count] of outcomes) sums.set(outcome, (sums.get(outcome) ?? 0) + count)
  }
  return sums
}

const total = (batches: readonly Count[], what: 'delivered' | 'finished'): number =>
  batches.reduce((sum, count) => sum + count[what], 0)

const format = (count: number): string => count.toLocaleString('en')
