import { type Dialect, dialects } from '../test/dialect.ts'
import { openNodes, playHistories } from '../test/model/histories.ts'
import { withPostgres } from './postgres.ts'
import type { LongRun, Row } from './record.ts'

/** `npm run proof -- histories`: rejects with the first history that no order explains. */
export const histories: LongRun = {
  title: 'Concurrent histories of what nodes share, and whether an order explains them',
  ids: ['proof R18'],
  options: { histories: 20_000, seed: 1_000 },
  run: async ({ histories: count = 0, seed = 0 }) => {
    const rows: Row[] = []
    await withPostgres(async () => {
      for (const dialect of dialects) rows.push(...(await play(dialect, count, seed)))
    })
    return rows
  },
}

const play = async (dialect: Dialect, count: number, seed: number): Promise<readonly Row[]> => {
  await using opened = await openNodes(dialect)
  const { nodes } = opened
  const { calls, overlapping } = await playHistories({ histories: count, seed, nodes })
  const on = `${dialect.name}, ${nodes.length === 1 ? 'one node' : `${nodes.length} nodes`}`
  return [
    {
      what: `${on}: calls, and pairs of them under way at the same time`,
      measured: `${calls.toLocaleString('en')}, ${overlapping.toLocaleString('en')}`,
    },
    {
      what: `${on}: histories that no order explains`,
      measured: `0 of ${count.toLocaleString('en')}`,
      mark: '0',
      reached: true,
    },
  ]
}
