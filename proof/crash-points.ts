import { crashAt, judge, openTripwire, trace } from '../test/crash/points.ts'
import { type Dialect, dialects } from '../test/dialect.ts'
import { withPostgres } from './postgres.ts'
import type { LongRun, Row } from './record.ts'

/** `npm run proof -- crash-points`: a crash each time that any await is reached, not only the first. */
export const crashPoints: LongRun = {
  title: 'A crash at every await of the issue and phase paths',
  ids: ['proof R3', 'security S5', 'security S16'],
  options: { sqlite: 1, postgres: 1 },
  run: async (options) => {
    const rows: Row[] = []
    await withPostgres(async () => {
      for (const dialect of dialects) {
        if (options[dialect.name] !== 0) rows.push(...(await crashEverywhere(dialect)))
      }
    })
    return rows
  },
}

const crashEverywhere = async (dialect: Dialect): Promise<readonly Row[]> => {
  await using tripwire = await openTripwire(dialect, 'profile')
  const reached = await trace(tripwire, tripwire.walk)
  const times = new Map<string, number>()
  const missed: string[] = []
  for (const point of reached) {
    const time = (times.get(point) ?? 0) + 1
    times.set(point, time)
    if (!(await crashAt(tripwire, { point, time }, tripwire.walk))) missed.push(point)
  }
  const faults = await judge(tripwire)
  const { name } = dialect
  return [
    { what: `${name}: places in the source`, measured: String(times.size) },
    {
      what: `${name}: crashes, one each time that a place is reached`,
      measured: `${reached.length - missed.length} of ${reached.length}`,
      mark: 'all',
      reached: missed.length === 0,
    },
    {
      what: `${name}: acknowledged and lost, double or stuck`,
      measured: faults.length === 0 ? '0' : `${faults.length}: ${faults.slice(0, 3).join('; ')}`,
      mark: '0',
      reached: faults.length === 0,
    },
  ]
}
