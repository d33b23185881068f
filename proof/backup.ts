import { type BackupResult, runBackups } from '../test/crash/backup.ts'
import { dialects } from '../test/dialect.ts'
import { withPostgres } from './postgres.ts'
import type { LongRun, Row } from './record.ts'

/** `npm run proof -- backup`: backups while devices enroll, each restored on an empty machine. */
export const backup: LongRun = {
  title: 'Backup and restore',
  ids: ['proof R14'],
  options: { cycles: 20, latest: 3_000, sqlite: 1, postgres: 1 },
  run: async (options) => {
    const { cycles = 0, latest = 0 } = options
    const rows: Row[] = []
    await withPostgres(async () => {
      for (const dialect of dialects) {
        if (options[dialect.name] === 0) continue
        const result = await runBackups({ dialect, cycles, latest })
        rows.push(...describe(dialect.name, result))
      }
    })
    return rows
  },
}

const describe = (
  name: string,
  { ledger, lost, returned, refused, durations, faults }: BackupResult,
): readonly Row[] => [
  { what: `${name}: backups restored`, measured: String(returned.length) },
  {
    what: `${name}: enrollments, and those that no backup or only a later one knows`,
    measured: `${ledger.length}; ${Math.min(...lost)} to ${Math.max(...lost)}`,
  },
  {
    what: `${name}: configured devices that got their configuration from a restored server`,
    measured: String(returned.reduce((sum, count) => sum + count, 0)),
  },
  { what: `${name}: challenges of before that were tried, all refused`, measured: String(refused) },
  {
    what: `${name}: lost, invented, open, or given away twice`,
    measured: faults.length === 0 ? '0' : `${faults.length}: ${faults.slice(0, 3).join('; ')}`,
    mark: '0',
    reached: faults.length === 0,
  },
  { what: `${name}: slowest backup`, measured: `${Math.round(Math.max(...durations))} ms` },
]
