import { Command } from 'commander'
import { STEP_COLUMNS } from '../model/index.ts'
import { openClient } from './client.ts'
import { addClientOptions, type ClientFlags } from './client-flags.ts'
import { printCsv } from './csv.ts'
import { formatEnrollment } from './enrollment-text.ts'
import { addExamples } from './help.ts'
import { addCsvOutputOption, type CsvOutputFormat, printAnswer } from './output.ts'
import { fetchList, limitOption, noteMore } from './paging.ts'
import { createPaint, type Terminal } from './terminal.ts'

interface Flags extends ClientFlags {
  readonly limit: number
  readonly output: CsvOutputFormat
}

/** `windfall account timeline`: every enrollment of one person, step by step. */
export const timelineCommand = (terminal: Terminal): Command => {
  const command = new Command('timeline')
    .description('show the enrollments of an account holder, step by step, newest first')
    .argument('<name>', 'the name of the account holder')
    .addOption(limitOption())
    .action(async (name: string, { limit, output, ...flags }: Flags) => {
      await using client = await openClient(flags, terminal)
      const answer = await fetchList(limit, (page) => client.api.listAccountTimeline(name, page))
      if (output === 'csv') {
        const steps = answer.data.map((each) =>
          each.steps.map((step) => ({ ...step, enrollment: each.id })),
        )
        await printCsv(terminal, STEP_COLUMNS, steps)
        return
      }
      const paint = createPaint(terminal.stdout)
      printAnswer(terminal, { format: output, answer }, () =>
        answer.data.length === 0
          ? 'No enrollment yet.'
          : answer.data.map((each) => formatEnrollment(each, paint)).join('\n\n'),
      )
      noteMore(terminal, answer)
    })
  addExamples(command, [
    ['windfall account timeline anna', 'how far anna has come, on all devices'],
  ])
  return addCsvOutputOption(addClientOptions(command))
}
