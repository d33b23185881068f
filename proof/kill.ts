import { type KillResult, runKills } from '../test/crash/kill.ts'
import { dialects } from '../test/dialect.ts'
import { withPostgres } from './postgres.ts'
import type { LongRun, Row } from './record.ts'

const READY_MS = 2_000

/** `npm run proof -- kill`: SIGKILL at random moments while devices enroll. */
export const kill: LongRun = {
  title: 'kill -9 during enrollments',
  ids: ['proof R1', 'security S5', 'security S16'],
  options: { enrollments: 10_000, kills: 500, latest: 2_000, sqlite: 1, postgres: 1 },
  run: async (options) => {
    const { enrollments = 0, kills = 0, latest = 0 } = options
    const rows: Row[] = []
    await withPostgres(async () => {
      for (const dialect of dialects) {
        if (options[dialect.name] === 0) continue
        const result = await runKills({ dialect, enrollments, kills, latest, isCold: true })
        rows.push(...describe(dialect.name, kills, result))
      }
    })
    return rows
  },
}

const describe = (
  name: string,
  kills: number,
  { ledger, amid, restarts, tally, faults }: KillResult,
): readonly Row[] => {
  const sorted = restarts.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0)
  return [
    { what: `${name}: enrollments finished`, measured: String(ledger.length) },
    { what: `${name}: kills amid requests`, measured: `${amid} of ${kills}` },
    { what: `${name}: answers that a kill kept from a device`, measured: String(tally.lost) },
    {
      what: `${name}: acknowledged and lost, double, stuck or corrupt`,
      measured: faults.length === 0 ? '0' : `${faults.length}: ${faults.slice(0, 3).join('; ')}`,
      mark: '0',
      reached: faults.length === 0,
    },
    {
      what: `${name}: ready again after a kill`,
      measured: `median ${at(0.5)} ms, 99 % ${at(0.99)} ms, slowest ${at(1)} ms`,
      mark: '< 2 s',
      reached: at(1) < READY_MS,
    },
  ]
}
