import type { Report } from '../test/fuzz/campaign.ts'
import { exploreSeries, formatReport } from '../test/fuzz/series.ts'
import type { LongRun, Row } from './record.ts'

/** A target of `npm run fuzz`, with a seed of its own so that CI's inputs are not read again. */
export const fuzz = (target: string): LongRun => ({
  title: `Fuzzing: ${target}`,
  ids: ['security C8', 'security C13', 'security W8', 'security W9'],
  options: { count: 1_000_000, seed: 1 },
  run: async ({ count = 0, seed = 1 }) => {
    const report = await exploreSeries({ target, seed, count })
    process.stderr.write(`${formatReport(target, report)}\n`)
    return describe(report, count)
  },
})

const describe = (report: Report, count: number): readonly Row[] => {
  const { inputs, accepted, refused, findings, slowest, peakHeap, cpu } = report
  const number = (value: number): string => value.toLocaleString('en')
  return [
    {
      what: 'inputs',
      measured: `${number(inputs)} (${number(accepted)} accepted, ${number(refused)} refused), ${number(Math.round(inputs / cpu))} per CPU-second`,
      mark: number(count),
      reached: inputs >= count,
    },
    {
      what: 'crashes, unexpected errors, server errors, anything issued',
      measured: String(findings.length),
      mark: '0',
      reached: findings.length === 0,
    },
    {
      what: 'slowest input',
      measured: `${slowest.ms.toFixed(1)} ms of processor time`,
      mark: '100 ms',
      reached: slowest.ms <= 100,
    },
    { what: 'peak heap', measured: `${Math.round(peakHeap / 2 ** 20)} MiB` },
  ]
}
