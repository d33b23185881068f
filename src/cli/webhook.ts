import { Command, InvalidArgumentError, Option } from 'commander'
import type { Api, Webhook } from '../api-client/index.ts'
import { STEP_CODES, type StepCode } from '../model/index.ts'
import { openClient } from './client.ts'
import { addClientOptions, type ClientFlags } from './client-flags.ts'
import { formatMoment } from './format.ts'
import { addExamples } from './help.ts'
import { addOutputOption, formatTable, type OutputFormat, printAnswer } from './output.ts'
import { fetchList, limitOption, noteMore } from './paging.ts'
import { printNote, type Terminal } from './terminal.ts'
import { deliveriesCommand, replayCommand, testCommand } from './webhook-delivery.ts'

/** `windfall webhook …`: whom windfall tells of steps as they come. */
export const webhookCommand = (terminal: Terminal): Command =>
  new Command('webhook')
    .description('keep the webhooks, which are told of every step')
    .addCommand(addCommand(terminal))
    .addCommand(listCommand(terminal))
    .addCommand(showCommand(terminal))
    .addCommand(testCommand(terminal))
    .addCommand(rotateCommand(terminal))
    .addCommand(deliveriesCommand(terminal))
    .addCommand(replayCommand(terminal))
    .addCommand(disableCommand(terminal))
    .addCommand(enableCommand(terminal))
    .addCommand(removeCommand(terminal))

interface Flags extends ClientFlags {
  readonly output: OutputFormat
  readonly reason?: string
}

interface AddFlags extends Flags {
  readonly description?: string
  readonly step?: StepCode[]
  readonly thin?: true
}

const addCommand = (terminal: Terminal): Command => {
  const command = new Command('add')
    .description('tell somebody of every step from now on; prints the secret, this once')
    .argument('<url>', 'where to post to: https')
    .option('--description <text>', 'what it is for')
    .addOption(new Option('--step <code...>', 'only of these steps').choices(STEP_CODES))
    .option('--thin', 'ids and times only, without what has happened')
    .option('--reason <text>', 'why, for the audit')
    .action(async (url: string, flags: AddFlags) => {
      const { description, step: steps, thin, reason, output: format } = flags
      await using client = await openClient(flags, terminal)
      const answer = await client.api.addWebhook({ url, description, steps, thin, reason })
      printAnswer(terminal, { format, answer }, () => answer.secret)
      printNote(terminal, `${answer.id} is told from now on; the secret is not shown again`)
    })
  addExamples(command, [
    ['windfall webhook add https://hooks.example.com/windfall > webhook.secret', 'everything'],
    [
      'windfall webhook add https://hooks.example.com/done --step phase3_answered',
      'only who has got the configuration',
    ],
  ])
  return addOutputOption(addClientOptions(command))
}

const listCommand = (terminal: Terminal): Command => {
  const command = new Command('list')
    .description('list the webhooks')
    .addOption(limitOption('oldest'))
    .action(async (flags: Flags & { readonly limit: number }) => {
      await using client = await openClient(flags, terminal)
      const answer = await fetchList(flags.limit, client.api.listWebhooks)
      printAnswer(terminal, { format: flags.output, answer }, () => formatWebhooks(answer.data))
      noteMore(terminal, answer)
    })
  return addOutputOption(addClientOptions(command))
}

const formatWebhooks = (webhooks: readonly Webhook[]): string =>
  formatTable(
    ['ID', 'URL', 'STEPS', 'LAST TAKEN', 'FAILING SINCE', 'DISABLED', 'WHY'],
    webhooks.map(({ id, url, steps, deliveredAt, failingSince, disabledAt, disabledCode }) => [
      id,
      url,
      steps?.join(' ') ?? 'all',
      deliveredAt && formatMoment(deliveredAt),
      failingSince && formatMoment(failingSince),
      disabledAt && formatMoment(disabledAt),
      disabledCode,
    ]),
  )

const showCommand = (terminal: Terminal): Command => {
  const command = new Command('show')
    .description('show a webhook')
    .argument('<id>', 'the webhook')
    .action(async (id: string, flags: Flags) => {
      await using client = await openClient(flags, terminal)
      const answer = await client.api.getWebhook(id)
      printAnswer(terminal, { format: flags.output, answer }, () => formatWebhooks([answer]))
    })
  return addOutputOption(addClientOptions(command))
}

const rotateCommand = (terminal: Terminal): Command => {
  const command = new Command('rotate')
    .description('give a webhook another secret; prints it, this once')
    .argument('<id>', 'the webhook')
    .option('--hours <n>', 'how long the old secret signs too: 0 to 720', parseHours, 24)
    .option('--reason <text>', 'why, for the audit')
    .action(async (id: string, flags: Flags & { readonly hours: number }) => {
      const { hours, reason, output: format } = flags
      await using client = await openClient(flags, terminal)
      const answer = await client.api.rotateWebhookSecret(id, { hours, reason })
      printAnswer(terminal, { format, answer }, () => answer.secret)
      printNote(
        terminal,
        `the old secret signs too until ${formatMoment(answer.previousSecretUntil ?? '')} UTC`,
      )
    })
  return addOutputOption(addClientOptions(command))
}

const parseHours = (text: string): number => {
  const hours = /^\d{1,3}$/.test(text) ? Number(text) : -1
  if (hours >= 0 && hours <= 720) return hours
  throw new InvalidArgumentError('A whole number from 0 to 720 was expected.')
}

const disableCommand = (terminal: Terminal): Command =>
  changeCommand(
    new Command('disable').description('tell a webhook nothing for now'),
    (api, id, reason) => api.disableWebhook(id, { reason }),
    terminal,
  )

const enableCommand = (terminal: Terminal): Command =>
  changeCommand(
    new Command('enable').description('tell a webhook again, of what happened meanwhile too'),
    (api, id, reason) => api.enableWebhook(id, { reason }),
    terminal,
  )

const changeCommand = (
  command: Command,
  change: (api: Api, id: string, reason: string | undefined) => Promise<Webhook>,
  terminal: Terminal,
): Command => {
  command
    .argument('<id>', 'the webhook')
    .option('--reason <text>', 'why, for the audit')
    .action(async (id: string, flags: Flags) => {
      await using client = await openClient(flags, terminal)
      const answer = await change(client.api, id, flags.reason)
      printAnswer(terminal, { format: flags.output, answer }, () => formatWebhooks([answer]))
    })
  return addOutputOption(addClientOptions(command))
}

const removeCommand = (terminal: Terminal): Command =>
  addClientOptions(
    new Command('remove')
      .description('forget a webhook and all that was told to it')
      .argument('<id>', 'the webhook')
      .option('--reason <text>', 'why, for the audit')
      .action(async (id: string, flags: ClientFlags & { readonly reason?: string }) => {
        await using client = await openClient(flags, terminal)
        await client.api.removeWebhook(id, { reason: flags.reason })
        printNote(terminal, `${id} is forgotten`)
      }),
  )
