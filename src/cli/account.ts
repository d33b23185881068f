import { Command, InvalidArgumentError, Option } from 'commander'
import type { Account, Api } from '../api-client/index.ts'
import { importCommand } from './account-import.ts'
import { timelineCommand } from './account-timeline.ts'
import { openClient } from './client.ts'
import { addClientOptions, type ClientFlags } from './client-flags.ts'
import { CommandError, ExitCode } from './exit.ts'
import { formatMoment } from './format.ts'
import { addExamples } from './help.ts'
import { addOutputOption, formatTable, type OutputFormat, printAnswer } from './output.ts'
import { fetchList, limitOption, noteMore } from './paging.ts'
import { readPassword } from './password.ts'
import { printNote, type Terminal } from './terminal.ts'

/** `windfall account …`: the account holders that windfall keeps itself. */
export const accountCommand = (terminal: Terminal): Command =>
  new Command('account')
    .description('keep the account holders, who enroll devices')
    .addCommand(addCommand(terminal))
    .addCommand(listCommand(terminal))
    .addCommand(timelineCommand(terminal))
    .addCommand(importCommand(terminal))
    .addCommand(disableCommand(terminal))
    .addCommand(enableCommand(terminal))
    .addCommand(passwordCommand(terminal))
    .addCommand(exportCommand(terminal))
    .addCommand(eraseCommand(terminal))

interface Flags extends ClientFlags {
  readonly output: OutputFormat
}

interface ListFlags extends Flags {
  readonly name?: string
  readonly disabled?: true
  readonly enabled?: true
  readonly limit: number
}

interface AddFlags extends Flags {
  readonly email?: string
  readonly fullName?: string
  readonly attribute?: Readonly<Record<string, string>>
  readonly passwordStdin?: boolean
  readonly password: boolean
}

const addCommand = (terminal: Terminal): Command => {
  const command = new Command('add')
    .description('add an account holder')
    .argument('<name>', 'the name to sign in with')
    .option('--full-name <name>', "the person's name")
    .option('--email <address>', 'an address to reach the person')
    .option(
      '--attribute <key=value>',
      'for {{account.KEY}} in profiles; repeatable',
      parseAttribute,
    )
    .option('--password-stdin', 'read the password from standard input; else it is asked for')
    .option('--no-password', 'they sign in in another way')
    .action((name: string, flags: AddFlags) => add(name, flags, terminal))
  addExamples(command, [
    ['windfall account add anna --password-stdin < anna.password', 'a password from a file'],
    [
      'windfall account add anna --attribute team=Sales',
      'a value for profiles; asks for the password',
    ],
  ])
  return addOutputOption(addClientOptions(command))
}

const parseAttribute = (
  text: string,
  previous: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> => {
  const cut = text.indexOf('=')
  if (cut < 1) throw new InvalidArgumentError('KEY=VALUE was expected.')
  return { ...previous, [text.slice(0, cut)]: text.slice(cut + 1) }
}

const SHORT = 8

const add = async (name: string, flags: AddFlags, terminal: Terminal): Promise<void> => {
  const { fullName, email, attribute: attributes, output } = flags
  const password = flags.password ? await readPassword(terminal, flags) : undefined
  await using client = await openClient(flags, terminal, { creates: true })
  const account = { name, password, fullName, email, attributes }
  const answer = await client.api.addAccount(account)
  printAnswer(terminal, { format: output, answer }, () => formatAccounts([answer]))
  if (password !== undefined) warnOfShort(password, terminal)
}

const warnOfShort = (password: string, terminal: Terminal): void => {
  if (password.length >= SHORT) return
  printNote(terminal, `warning: a password below ${SHORT} characters is soon guessed`)
}

const listCommand = (terminal: Terminal): Command => {
  const command = new Command('list')
    .description('list the account holders')
    .option('--name <name>', 'only who is called so')
    .addOption(new Option('--disabled', 'only those who are disabled').conflicts('enabled'))
    .option('--enabled', 'only those who are not')
    .addOption(limitOption('oldest'))
    .action(async (flags: ListFlags) => {
      await using client = await openClient(flags, terminal)
      const { limit, name } = flags
      const disabled = flags.disabled ?? (flags.enabled ? false : undefined)
      const answer = await fetchList(limit, (page) =>
        client.api.listAccounts({ ...page, name, disabled }),
      )
      printAnswer(terminal, { format: flags.output, answer }, () => formatAccounts(answer.data))
      noteMore(terminal, answer)
    })
  return addOutputOption(addClientOptions(command))
}

const disableCommand = (terminal: Terminal): Command =>
  changeCommand(
    new Command('disable').description('keep an account holder from signing in and enrolling'),
    (api, name, reason) => api.disableAccount(name, { reason }),
    terminal,
  )

const enableCommand = (terminal: Terminal): Command =>
  changeCommand(
    new Command('enable').description(
      'let an account holder who was disabled sign in and enroll again',
    ),
    (api, name, reason) => api.enableAccount(name, { reason }),
    terminal,
  )

/** A change that asks for no more than why. */
const changeCommand = (
  command: Command,
  change: (api: Api, name: string, reason: string | undefined) => Promise<Account>,
  terminal: Terminal,
): Command => {
  command
    .argument('<name>', 'the name of the account holder')
    .option('--reason <text>', 'why, for the audit')
    .action(async (name: string, flags: Flags & { readonly reason?: string }) => {
      await using client = await openClient(flags, terminal)
      const answer = await change(client.api, name, flags.reason)
      printAnswer(terminal, { format: flags.output, answer }, () => formatAccounts([answer]))
    })
  return addOutputOption(addClientOptions(command))
}

const passwordCommand = (terminal: Terminal): Command => {
  const command = new Command('set-password')
    .description('give an account holder another password, or their first')
    .argument('<name>', 'the name of the account holder')
    .option('--password-stdin', 'read the password from standard input; else it is asked for')
    .option('--reason <text>', 'why, for the audit')
    .action(async (name: string, flags: PasswordFlags) => {
      const password = await readPassword(terminal, flags)
      await using client = await openClient(flags, terminal)
      const answer = await client.api.setAccountPassword(name, { password, reason: flags.reason })
      printAnswer(terminal, { format: flags.output, answer }, () => formatAccounts([answer]))
      warnOfShort(password, terminal)
    })
  return addOutputOption(addClientOptions(command))
}

interface PasswordFlags extends Flags {
  readonly passwordStdin?: boolean
  readonly reason?: string
}

const exportCommand = (terminal: Terminal): Command =>
  addClientOptions(
    new Command('export')
      .description('print all that is kept of an account holder, as JSON')
      .argument('<name>', 'the name of the account holder')
      .action(async (name: string, flags: ClientFlags) => {
        await using client = await openClient(flags, terminal)
        const answer = await client.api.exportAccount(name)
        printAnswer(terminal, { format: 'json', answer }, () => '')
      }),
  )

const eraseCommand = (terminal: Terminal): Command => {
  const command = new Command('erase')
    .description('take out what tells who somebody is and revoke their certificates, for good')
    .argument('<name>', 'the name of the account holder')
    .option('--yes', 'do it; there is no way back')
    .action(async (name: string, flags: Flags & { readonly yes?: boolean }) => {
      if (flags.yes !== true) {
        throw new CommandError(ExitCode.usage, `${name} would be erased for good`, {
          hint: 'Export first, then say --yes: windfall account export NAME > FILE',
        })
      }
      await using client = await openClient(flags, terminal)
      const answer = await client.api.eraseAccount(name)
      printAnswer(terminal, { format: flags.output, answer }, () => formatAccounts([answer]))
    })
  return addOutputOption(addClientOptions(command))
}

const formatAccounts = (accounts: readonly Account[]): string =>
  formatTable(
    ['NAME', 'FULL NAME', 'EMAIL', 'SOURCE', 'ADDED', 'DISABLED'],
    accounts.map(({ name, fullName, email, source, createdAt, disabledAt }) => [
      name,
      fullName,
      email,
      source,
      formatMoment(createdAt),
      disabledAt && formatMoment(disabledAt),
    ]),
  )
