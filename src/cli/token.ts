import { Command, InvalidArgumentError, Option } from 'commander'
import type { Scope } from '../api-client/index.ts'
import { SCOPES } from '../model/index.ts'
import { openClient } from './client.ts'
import { addClientOptions, type ClientFlags } from './client-flags.ts'
import { formatMoment } from './format.ts'
import { addExamples } from './help.ts'
import { addOutputOption, formatTable, type OutputFormat, printAnswer } from './output.ts'
import { fetchList, limitOption, noteMore } from './paging.ts'
import { printNote, type Terminal } from './terminal.ts'

/** `windfall token …`: what programs are let in with. */
export const tokenCommand = (terminal: Terminal): Command =>
  new Command('token')
    .description('keep the API tokens, by which programs are let in')
    .addCommand(createCommand(terminal))
    .addCommand(listCommand(terminal))
    .addCommand(revokeCommand(terminal))

interface Flags extends ClientFlags {
  readonly output: OutputFormat
}

interface CreateFlags extends Flags {
  readonly scope: readonly Scope[]
  readonly days: number
}

const createCommand = (terminal: Terminal): Command => {
  const command = new Command('create')
    .description('make an API token and print it, this once')
    .argument('<name>', 'what it is for')
    .addOption(
      new Option('--scope <permission...>', 'what it may do').choices(SCOPES).makeOptionMandatory(),
    )
    .option('--days <n>', 'how long it is good: 1 to 365 days', parseDays, 90)
    .action((name: string, flags: CreateFlags) => create(name, flags, terminal))
  addExamples(command, [
    [
      'windfall token create dashboard --scope enrollment.read > dashboard.token',
      'for 90 days, into a file',
    ],
  ])
  return addOutputOption(addClientOptions(command))
}

const parseDays = (text: string): number => {
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (days >= 1 && days <= 365) return days
  throw new InvalidArgumentError('A whole number from 1 to 365 was expected.')
}

const create = async (name: string, flags: CreateFlags, terminal: Terminal): Promise<void> => {
  const { scope: scopes, days, output: format } = flags
  await using client = await openClient(flags, terminal)
  const answer = await client.api.createToken({ name, scopes, days })
  const { secret, id, expiresAt } = answer
  printAnswer(terminal, { format, answer }, () => secret)
  printNote(terminal, `${id}, good until ${formatMoment(expiresAt ?? '')}; it is not shown again`)
}

const listCommand = (terminal: Terminal): Command => {
  const command = new Command('list')
    .description('list the API tokens that are not revoked')
    .addOption(limitOption('oldest'))
    .action(async (flags: Flags & { readonly limit: number }) => {
      await using client = await openClient(flags, terminal)
      const answer = await fetchList(flags.limit, client.api.listTokens)
      printAnswer(terminal, { format: flags.output, answer }, () =>
        formatTable(
          ['ID', 'NAME', 'OPERATOR', 'SCOPES', 'EXPIRES', 'LAST USED'],
          answer.data.map(({ id, name, operator, scopes, expiresAt, usedAt }) => [
            id,
            name,
            operator,
            scopes?.join(' ') ?? 'everything',
            expiresAt && formatMoment(expiresAt),
            usedAt && formatMoment(usedAt),
          ]),
        ),
      )
      noteMore(terminal, answer)
    })
  return addOutputOption(addClientOptions(command))
}

const revokeCommand = (terminal: Terminal): Command =>
  addClientOptions(
    new Command('revoke')
      .description('let a token in no more')
      .argument('<id>', 'the token')
      .action(async (id: string, flags: ClientFlags) => {
        await using client = await openClient(flags, terminal)
        await client.api.revokeToken(id)
        printNote(terminal, `${id} is revoked`)
      }),
  )
