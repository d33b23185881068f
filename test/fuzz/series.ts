import type { CampaignOptions, Report } from './campaign.ts'
import { explore } from './explore.ts'

/** Inputs for one process: servers remember what they refuse, and are begun anew. */
const CHUNK = 20_000

/** One campaign after another until `count` inputs are read, something is found or `isOver` says so. */
export const exploreSeries = async (
  options: Pick<CampaignOptions, 'target' | 'seed' | 'count'>,
  isOver: () => boolean = () => false,
): Promise<Report> => {
  let sum: Report = NOTHING
  for (
    let from = 0;
    from < options.count && sum.findings.length === 0 && !isOver();
    from += CHUNK
  ) {
    const count = Math.min(CHUNK, options.count - from)
    sum = add(sum, await explore({ ...options, from, count }))
  }
  return sum
}

const NOTHING: Report = {
  inputs: 0,
  accepted: 0,
  refused: 0,
  findings: [],
  slowest: { ms: 0, index: -1 },
  peakHeap: 0,
  cpu: 0,
}

const add = (a: Report, b: Report): Report => ({
  inputs: a.inputs + b.inputs,
  accepted: a.accepted + b.accepted,
  refused: a.refused + b.refused,
  findings: [...a.findings, ...b.findings],
  slowest: a.slowest.ms > b.slowest.ms ? a.slowest : b.slowest,
  peakHeap: Math.max(a.peakHeap, b.peakHeap),
  cpu: a.cpu + b.cpu,
})

/** For people: what was read, how fast, and what was found. */
export const formatReport = (name: string, report: Report): string => {
  const { inputs, accepted, refused, findings, slowest, peakHeap, cpu } = report
  const rate = cpu === 0 ? 0 : Math.round(inputs / cpu)
  const line = [
    name.padEnd(6),
    `${inputs} inputs`,
    `${accepted} accepted`,
    `${refused} refused`,
    `${rate} per second of processor time`,
    `slowest ${slowest.ms.toFixed(1)} ms (${slowest.index})`,
    `heap ${Math.round(peakHeap / 2 ** 20)} MiB`,
    `${findings.length} findings`,
  ].join(', ')
  return [
    line,
    ...findings.map(
      ({ index, shape, message, file }) =>
        `  ${shape} ${index ?? ''}: ${message.split('\n', 3).join(' ')}\n    ${file ?? ''}`,
    ),
  ].join('\n')
}
