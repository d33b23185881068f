import type { Report } from '../test/fuzz/campaign.ts'
import { exploreSeries, formatReport } from '../test/fuzz/series.ts'
import { TARGET_NAMES } from '../test/fuzz/targets.ts'
import type { LongRun, Row } from './record.ts'

/** The five targets of `npm run fuzz`, with a seed of their own so that CI's inputs are not read again. */
export const fuzz: LongRun = {
  title: 'Fuzzing',
  ids: ['security C8', 'security C13', 'security W8', 'security W9'],
  options: { count: 1_000_000, seed: 1 },
  run: async ({ count = 0, seed = 1 }) => {
    const rows: Row[] = []
    for (const target of TARGET_NAMES) {
      const report = await exploreSeries({ target, seed, count })
      process.stderr.write(`${formatReport(target, report)}\n`)
      rows.push(...describe(target, report, count))
    }
    return rows
  },
}

const describe = (target: string, report: Report, count: number): readonly Row[] => {
  const { inputs, accepted, refused, findings, slowest, peakHeap, cpu } = report
  const number = (value: number): string => value.toLocaleString('en')
  return [
    {
      what: `${target}: inputs`,
      measured: `${number(inputs)} (${number(accepted)} accepted, ${number(refused)} refused), ${number(Math.round(inputs / cpu))} per CPU-second`,
      mark: number(count),
      reached: inputs >= count,
    },
    {
      what: `${target}: crashes, unexpected errors, server errors, anything issued`,
      measured: String(findings.length),
      mark: '0',
      reached: findings.length === 0,
    },
    {
      what: `${target}: slowest input`,
      measured: `${slowest.ms.toFixed(1)} ms of processor time`,
      mark: '100 ms',
      reached: slowest.ms <= 100,
    },
    { what: `${target}: peak heap`, measured: `${Math.round(peakHeap / 2 ** 20)} MiB` },
  ]
}
