import { Command, InvalidArgumentError } from 'commander'
import type { Funnel } from '../api-client/index.ts'
import { FUNNEL_COLUMNS, funnelLines } from '../model/index.ts'
import { openClient } from './client.ts'
import { addClientOptions, type ClientFlags } from './client-flags.ts'
import { printCsv } from './csv.ts'
import { formatDuration } from './format.ts'
import { addExamples } from './help.ts'
import { addCsvOutputOption, type CsvOutputFormat, formatTable, printAnswer } from './output.ts'
import type { Terminal } from './terminal.ts'

interface Flags extends ClientFlags {
  readonly days: number
  readonly output: CsvOutputFormat
}

const DAY = 86_400_000

/** `windfall enrollment funnel`: how far enrollments come, where they stop, and how long it takes. */
export const funnelCommand = (terminal: Terminal): Command => {
  const command = new Command('funnel')
    .description('count how far enrollments came, where they stopped, and how long each part took')
    .option('--days <n>', 'of the last days, today among them', parseDays, 30)
    .action(async ({ days, output, ...flags }: Flags) => {
      await using client = await openClient(flags, terminal)
      const today = new Date().setUTCHours(0, 0, 0, 0)
      const from = new Date(today - (days - 1) * DAY).toISOString()
      const answer = await client.api.getFunnel({ from })
      if (output === 'csv') await printCsv(terminal, FUNNEL_COLUMNS, [funnelLines(answer)])
      else printAnswer(terminal, { format: output, answer }, () => formatFunnel(answer))
    })
  addExamples(command, [
    ['windfall enrollment funnel --days 7', 'the last week'],
    ['windfall enrollment funnel --days 365 -o csv > funnel.csv', 'a year, for a spreadsheet'],
  ])
  return addCsvOutputOption(addClientOptions(command))
}

const parseDays = (text: string): number => {
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (days >= 1 && days <= 366) return days
  throw new InvalidArgumentError('A whole number from 1 to 366 was expected.')
}

const formatFunnel = ({ flows }: Funnel): string =>
  formatTable(
    ['FLOW', 'STATE', 'REACHED', 'SHARE', 'WAITING', 'ENDED', 'MEDIAN', 'P90', 'WHY ENDED'],
    flows.flatMap(({ flow, total }) =>
      total.stages.map(({ state, reached, waiting, dropped, medianMs, p90Ms, reasons }) => [
        flow,
        state,
        String(reached),
        total.begun === 0 ? null : `${Math.round((reached / total.begun) * 100)} %`,
        String(waiting),
        String(dropped),
        medianMs === null ? null : formatDuration(medianMs),
        p90Ms === null ? null : formatDuration(p90Ms),
        reasons.map(({ code, count }) => `${code} ${count}`).join(', ') || null,
      ]),
    ),
  )
