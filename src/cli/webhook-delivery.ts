import { Command, Option } from 'commander'
import { openClient } from './client.ts'
import { addClientOptions, type ClientFlags } from './client-flags.ts'
import { CommandError, ExitCode } from './exit.ts'
import { formatDuration, formatMoment } from './format.ts'
import { addOutputOption, formatTable, type OutputFormat, printAnswer } from './output.ts'
import { fetchList, limitOption, noteMore } from './paging.ts'
import { printNote, type Terminal } from './terminal.ts'

interface Flags extends ClientFlags {
  readonly output: OutputFormat
  readonly reason?: string
}

const OUTCOMES = ['pending', 'delivered', 'failed'] as const

/** `windfall webhook deliveries`: what a webhook was told, and how that went. */
export const deliveriesCommand = (terminal: Terminal): Command => {
  const command = new Command('deliveries')
    .description('list what a webhook was told, newest first')
    .argument('<id>', 'the webhook')
    .addOption(new Option('--outcome <outcome>', 'only these').choices(OUTCOMES))
    .addOption(limitOption())
    .action(async (id: string, flags: DeliveriesFlags) => {
      const { outcome, limit, output: format } = flags
      await using client = await openClient(flags, terminal)
      const answer = await fetchList(limit, (page) =>
        client.api.listWebhookDeliveries(id, { ...page, outcome }),
      )
      printAnswer(terminal, { format, answer }, () =>
        formatTable(
          ['ID', 'EVENT', 'MADE (UTC)', 'OUTCOME', 'TRIES', 'STATUS', 'WHY', 'TOOK', 'NEXT TRY'],
          answer.data.map((each) => [
            each.id,
            each.event,
            formatMoment(each.createdAt),
            each.outcome,
            String(each.attempts),
            each.lastStatus === null ? null : String(each.lastStatus),
            each.lastCode,
            each.lastMs === null ? null : formatDuration(each.lastMs),
            each.nextAt && formatMoment(each.nextAt),
          ]),
        ),
      )
      noteMore(terminal, answer)
    })
  return addOutputOption(addClientOptions(command))
}

interface DeliveriesFlags extends Flags {
  readonly outcome?: (typeof OUTCOMES)[number]
  readonly limit: number
}

/** `windfall webhook test`: an event that nothing has caused. */
export const testCommand = (terminal: Terminal): Command => {
  const command = new Command('test')
    .description('send a webhook an event that nothing has caused')
    .argument('<id>', 'the webhook')
    .option('--reason <text>', 'why, for the audit')
    .action(async (id: string, { reason, output: format, ...flags }: Flags) => {
      await using client = await openClient(flags, terminal)
      const answer = await client.api.testWebhook(id, { reason })
      printAnswer(terminal, { format, answer }, () => answer.delivery)
      printNote(terminal, `See how it went: windfall webhook deliveries ${id}`)
    })
  return addOutputOption(addClientOptions(command))
}

/** `windfall webhook replay`: sends once more what was sent. */
export const replayCommand = (terminal: Terminal): Command => {
  const command = new Command('replay')
    .description('send deliveries once more: one, or all that have failed')
    .argument('<id>', 'the webhook')
    .argument('[delivery]', 'the delivery')
    .option('--failed', 'all that have failed')
    .option('--reason <text>', 'why, for the audit')
    .action(async (id: string, delivery: string | undefined, flags: ReplayFlags) => {
      const { failed = false, reason, output: format } = flags
      if (failed === (delivery !== undefined)) {
        throw new CommandError(ExitCode.usage, 'a delivery or --failed was expected')
      }
      await using client = await openClient(flags, terminal)
      const answer = await client.api.replayWebhook(id, { delivery, reason })
      printAnswer(terminal, { format, answer }, () => `${answer.count} to be sent again`)
    })
  return addOutputOption(addClientOptions(command))
}

interface ReplayFlags extends Flags {
  readonly failed?: true
}
