import { Command, InvalidArgumentError, Option } from 'commander'
import { exportAudit } from './audit-export.ts'
import { verifyAudit } from './audit-verify.ts'
import { openClient } from './client.ts'
import { addClientOptions, type ClientFlags } from './client-flags.ts'
import { formatMoment } from './format.ts'
import { addExamples } from './help.ts'
import { addOutputOption, formatTable, type OutputFormat, printAnswer } from './output.ts'
import { fetchList, limitOption, noteMore } from './paging.ts'
import type { Terminal } from './terminal.ts'

/** `windfall audit …`: what was done and refused. */
export const auditCommand = (terminal: Terminal): Command =>
  new Command('audit')
    .description('read what was done and what was refused, and prove that nobody changed it')
    .addCommand(listCommand(terminal))
    .addCommand(exportCommand(terminal))
    .addCommand(verifyCommand(terminal))

interface ListFlags extends ClientFlags {
  readonly limit: number
  readonly actor?: string
  readonly action?: string
  readonly subject?: string
  readonly from?: string
  readonly to?: string
  readonly output: OutputFormat
}

const listCommand = (terminal: Terminal): Command => {
  const command = new Command('list')
    .description('list audit lines, newest first')
    .option('--actor <actor>', 'only what this kind of actor did, or the one with this id')
    .option('--action <action>', 'only this action, as account.add')
    .option('--subject <id>', 'only what was done to this')
    .addOption(limitOption())
    .action((flags: ListFlags) => list(flags, terminal))
  return addOutputOption(addClientOptions(addTimeOptions(command)))
}

const addTimeOptions = (command: Command): Command =>
  command
    .addOption(new Option('--from <time>', 'from this time or day on, UTC').argParser(parseTime))
    .addOption(new Option('--to <time>', 'before this time or day, UTC').argParser(parseTime))

const parseTime = (text: string): string => {
  const time = /^\d{4}-\d\d-\d\d(T\S+)?$/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(time)) return new Date(time).toISOString()
  throw new InvalidArgumentError('A time as 2026-01-31 or 2026-01-31T12:00:00Z was expected.')
}

const list = async (flags: ListFlags, terminal: Terminal): Promise<void> => {
  await using client = await openClient(flags, terminal)
  const { limit, actor, action, subject, from, to } = flags
  const answer = await fetchList(limit, (page) =>
    client.api.listAudit({ ...page, actor, action, subject, from, to }),
  )
  printAnswer(terminal, { format: flags.output, answer }, () =>
    formatTable(
      ['LINE', 'AT (UTC)', 'ACTOR', 'ACTION', 'OUTCOME', 'CODE', 'SUBJECT', 'FROM', 'REASON'],
      answer.data.map((line) => [
        String(line.seq),
        formatMoment(line.at),
        line.actor.id ?? line.actor.kind,
        line.action,
        line.outcome,
        line.code,
        line.subject,
        line.remoteAddress,
        line.reason,
      ]),
    ),
  )
  noteMore(terminal, answer)
}

const exportCommand = (terminal: Terminal): Command => {
  const command = new Command('export')
    .description('print the chain of audit lines, oldest first, and a checkpoint behind them')
    .addOption(
      new Option('-o, --output <format>', 'how to print it').choices(['ndjson']).default('ndjson'),
    )
    .action((flags) => exportAudit(flags, terminal))
  addExamples(command, [
    ['windfall audit export > audit.ndjson', 'everything'],
    ['windfall audit export --from 2026-01-01 --to 2026-02-01 > january.ndjson', 'a month'],
  ])
  return addClientOptions(addTimeOptions(command))
}

const verifyCommand = (terminal: Terminal): Command => {
  const command = new Command('verify')
    .description('prove that no audit line was changed, removed or put in')
    .option('--file <file>', 'an export, without a server')
    .option('--master-key-file <file>', 'the master key, for the checkpoint of the export')
    .action((flags) => verifyAudit(flags, terminal))
  addExamples(command, [
    ['windfall audit verify', 'exit code 1 and the first bad line, if there is one'],
    ['windfall audit verify --file audit.ndjson', 'an export'],
  ])
  return addOutputOption(addClientOptions(command))
}
