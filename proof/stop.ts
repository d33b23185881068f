import { dialects } from '../test/dialect.ts'
import { runStops, type StopResult } from '../test/ops/stop.ts'
import { withPostgres } from './postgres.ts'
import type { LongRun, Row } from './record.ts'

const DRAIN_MS = 25_000

/** `npm run proof -- stop`: SIGTERM at random moments while clients ask without a pause. */
export const stop: LongRun = {
  title: 'Graceful stop under load',
  ids: ['proof R12'],
  options: { stops: 100, restarts: 100, latest: 1_000 },
  run: async ({ stops = 0, restarts = 0, latest = 0 }) => {
    const rows: Row[] = []
    await withPostgres(async () => {
      for (const dialect of dialects) {
        const single = await runStops({ dialect, nodes: 1, stops, latest })
        rows.push(...describe(`${dialect.name}, one server`, stops, single))
        if (dialect.name === 'sqlite') continue
        const both = await runStops({ dialect, nodes: 2, stops: restarts, latest })
        rows.push(...describe('two servers, one after another', restarts, both))
      }
    })
    return rows
  },
}

const describe = (
  what: string,
  stops: number,
  { answered, amid, unsent, lost, exitCodes, durations }: StopResult,
): readonly Row[] => {
  const clean = exitCodes.filter((code) => code === 0).length
  const slowest = Math.round(Math.max(...durations))
  return [
    { what: `${what}: requests answered`, measured: String(answered) },
    { what: `${what}: stops amid requests`, measured: `${amid} of ${stops}` },
    { what: `${what}: times that nobody let a client in`, measured: String(unsent) },
    {
      what: `${what}: requests sent and not answered, or answered 5xx`,
      measured: lost.length === 0 ? '0' : `${lost.length}: ${lost.slice(0, 3).join('; ')}`,
      mark: '0',
      reached: lost.length === 0,
    },
    {
      what: `${what}: processes that exit with 0`,
      measured: `${clean} of ${stops}`,
      mark: 'all',
      reached: clean === stops,
    },
    {
      what: `${what}: from the signal to the end, slowest`,
      measured: `${slowest} ms`,
      mark: '< 25 s',
      reached: slowest < DRAIN_MS,
    },
  ]
}
