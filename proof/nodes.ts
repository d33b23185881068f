import { runNodeLoss } from '../test/crash/node-loss.ts'
import { runRaces } from '../test/crash/race.ts'
import { withPostgres } from './postgres.ts'
import type { LongRun, Row } from './record.ts'

const FEW = 0.01

/** `npm run proof -- nodes`: races over two nodes, and nodes that die or stand still. */
export const nodes: LongRun = {
  title: 'Two nodes on PostgreSQL',
  ids: ['proof R4', 'security S4', 'security S5'],
  options: {
    rounds: 1_000,
    keys: 200,
    cycles: 20,
    interval: 5_000,
    pause: 30_000,
    patience: 8_000,
  },
  run: async ({ rounds = 0, keys = 0, cycles = 0, interval = 0, pause = 0, patience = 0 }) => {
    const rows: Row[] = []
    await withPostgres(async () => {
      rows.push(
        ...(await race(rounds, keys)),
        ...(await lose({ cycles, interval, pause, patience })),
      )
    })
    return rows
  },
}

const race = async (rounds: number, keys: number): Promise<readonly Row[]> => {
  const { winners, faults } = await runRaces(rounds, keys)
  const decided = winners.filter((count) => count === 1).length
  return [
    {
      what: `rounds of ${keys} requests at once, one challenge, as many keys: exactly one certificate`,
      measured: `${decided} of ${rounds}`,
      mark: 'all',
      reached: decided === rounds,
    },
    faultRow('after the races', faults),
  ]
}

const lose = async (options: Parameters<typeof runNodeLoss>[0]): Promise<readonly Row[]> => {
  const { ledger, tally, faults } = await runNodeLoss(options)
  const messages = tally.answers + tally.failedTwice
  const share = tally.failedTwice / messages
  return [
    {
      what: `enrollments while nodes are killed (${options.cycles} times) and stand still (as often, ${options.pause / 1000} s)`,
      measured: String(ledger.length),
    },
    {
      what: 'messages without an answer after one retry',
      measured: `${tally.failedTwice} of ${messages} (${(share * 100).toFixed(2)} %)`,
      mark: '< 1 %',
      reached: share < FEW,
    },
    faultRow('after the losses', faults),
  ]
}

const faultRow = (when: string, faults: readonly string[]): Row => ({
  what: `${when}: lost, double or stuck`,
  measured: faults.length === 0 ? '0' : `${faults.length}: ${faults.slice(0, 3).join('; ')}`,
  mark: '0',
  reached: faults.length === 0,
})
