import { Command, Option } from 'commander'
import type { EnrollmentState } from '../api-client/index.ts'
import { ENROLLMENT_COLUMNS, ENROLLMENT_STATES, STEP_COLUMNS } from '../model/index.ts'
import { openClient } from './client.ts'
import { addClientOptions, type ClientFlags } from './client-flags.ts'
import { printCsv } from './csv.ts'
import { explainCommand } from './enrollment-explain.ts'
import { funnelCommand } from './enrollment-funnel.ts'
import { formatEnrollment } from './enrollment-text.ts'
import { type WatchFlags, watchEnrollments } from './enrollment-watch.ts'
import { formatMoment } from './format.ts'
import { addExamples } from './help.ts'
import {
  addCsvOutputOption,
  addOutputOption,
  type CsvOutputFormat,
  formatTable,
  type OutputFormat,
  printAnswer,
} from './output.ts'
import { fetchList, fetchPages, limitOption, noteMore, type PageQuery } from './paging.ts'
import { createPaint, printNote, type Terminal } from './terminal.ts'

/** `windfall enrollment …`: who brings which device through the phases, and how far it has come. */
export const enrollmentCommand = (terminal: Terminal): Command =>
  new Command('enrollment')
    .description('follow enrollments, step by step')
    .addCommand(listCommand(terminal))
    .addCommand(showCommand(terminal))
    .addCommand(explainCommand(terminal))
    .addCommand(funnelCommand(terminal))
    .addCommand(watchCommand(terminal))
    .addCommand(openCommand(terminal))

interface Flags extends ClientFlags {
  readonly output: OutputFormat
}

interface ListFlags extends ClientFlags {
  readonly output: CsvOutputFormat
  readonly limit: number
  readonly state?: EnrollmentState
  readonly flow?: string
}

const listCommand = (terminal: Terminal): Command => {
  const command = new Command('list')
    .description('list enrollments, newest first')
    .addOption(new Option('--state <state>', 'only those in this state').choices(ENROLLMENT_STATES))
    .option('--flow <name>', 'only those of this flow')
    .addOption(limitOption())
    .action((flags: ListFlags) => list(flags, terminal))
  return addCsvOutputOption(addClientOptions(command))
}

const list = async (flags: ListFlags, terminal: Terminal): Promise<void> => {
  const { limit, state, flow, output } = flags
  await using client = await openClient(flags, terminal)
  const fetchPage = (page: PageQuery) => client.api.listEnrollments({ ...page, state, flow })
  if (output === 'csv') {
    await printCsv(terminal, ENROLLMENT_COLUMNS, fetchPages(limit, fetchPage))
    return
  }
  const answer = await fetchList(limit, fetchPage)
  printAnswer(terminal, { format: output, answer }, () =>
    formatTable(
      [
        'ID',
        'STATE',
        'REASON',
        'SILENCE',
        'ACCOUNT',
        'PRODUCT',
        'SERIAL',
        'BUILD',
        'WEAK ALGORITHMS',
        'UPDATED (UTC)',
      ],
      answer.data.map(
        ({ id, state, code, diagnosis, account, device, weakAlgorithms, updatedAt }) => [
          id,
          state,
          code,
          diagnosis?.code ?? null,
          account.name,
          device?.product ?? null,
          device?.serialNumber ?? null,
          device?.build ?? null,
          weakAlgorithms.join(' ') || null,
          formatMoment(updatedAt),
        ],
      ),
    ),
  )
  noteMore(terminal, answer)
}

interface ShowFlags extends ClientFlags {
  readonly output: CsvOutputFormat
}

const showCommand = (terminal: Terminal): Command => {
  const command = new Command('show')
    .description('show the timeline of an enrollment: every step, how long it took, every refusal')
    .argument('<id>', 'the enrollment')
    .action(async (id: string, { output, ...flags }: ShowFlags) => {
      await using client = await openClient(flags, terminal)
      const answer = await client.api.getEnrollment(id)
      if (output === 'csv') {
        const steps = answer.steps.map((step) => ({ ...step, enrollment: id }))
        await printCsv(terminal, STEP_COLUMNS, [steps])
        return
      }
      printAnswer(terminal, { format: output, answer }, () =>
        formatEnrollment(answer, createPaint(terminal.stdout)),
      )
    })
  return addCsvOutputOption(addClientOptions(command))
}

const watchCommand = (terminal: Terminal): Command => {
  const command = new Command('watch')
    .description('print steps as they come, until Ctrl-C')
    .argument('[id]', 'one enrollment; all without it')
    .option('--all', 'begin with the steps that were, not with the next one')
    .action((id: string | undefined, flags: WatchFlags) => watchEnrollments(id, flags, terminal))
  addExamples(command, [
    ['windfall enrollment watch', 'a line for every step of every device'],
    [
      'windfall enrollment watch --all -o ndjson',
      'everything from the first step on, for a program',
    ],
  ])
  return addOutputOption(addClientOptions(command))
}

const openCommand = (terminal: Terminal): Command => {
  const command = new Command('open')
    .description('print a link to the page of an enrollment; it works once, for 15 minutes')
    .argument('[id]', 'the enrollment; the pages of all without it')
    .action((id: string | undefined, flags: Flags) => open(id, flags, terminal))
  return addOutputOption(addClientOptions(command))
}

const open = async (id: string | undefined, flags: Flags, terminal: Terminal): Promise<void> => {
  await using client = await openClient(flags, terminal)
  const answer = await client.api.createLink({ enrollment: id })
  printAnswer(terminal, { format: flags.output, answer }, () => answer.url)
  if (!client.isServer) printNote(terminal, 'No server runs here: the link works once one does.')
}
