import { Command } from 'commander'
import { AUDIT_EVENT, listOf } from './answer.ts'
import { openClient } from './client.ts'
import { addClientOptions, type ClientFlags } from './client-flags.ts'
import { formatMoment } from './format.ts'
import { addOutputOption, formatTable, type OutputFormat, printAnswer } from './output.ts'
import { fetchList, limitOption, noteMore } from './paging.ts'
import type { Terminal } from './terminal.ts'

/** `windfall audit …`: what was done and refused. */
export const auditCommand = (terminal: Terminal): Command =>
  new Command('audit')
    .description('read what was done and what was refused')
    .addCommand(listCommand(terminal))

interface ListFlags extends ClientFlags {
  readonly limit: number
  readonly output: OutputFormat
}

const listCommand = (terminal: Terminal): Command => {
  const command = new Command('list')
    .description('list audit events, newest first')
    .addOption(limitOption())
    .action((flags: ListFlags) => list(flags, terminal))
  return addOutputOption(addClientOptions(command))
}

const list = async (flags: ListFlags, terminal: Terminal): Promise<void> => {
  await using client = await openClient(flags, terminal)
  const answer = await fetchList(client, '/audit', { limit: flags.limit })
  const { data } = listOf(AUDIT_EVENT).parse(answer)
  printAnswer(terminal, { format: flags.output, answer }, () =>
    formatTable(
      ['AT (UTC)', 'ACTOR', 'ACTION', 'OUTCOME', 'CODE', 'SUBJECT', 'FROM'],
      data.map(({ at, actor, action, outcome, code, subject, remoteAddress }) => [
        formatMoment(at),
        actor,
        action,
        outcome,
        code,
        subject,
        remoteAddress,
      ]),
    ),
  )
  noteMore(terminal, answer)
}
