import { readFile } from 'node:fs/promises'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { Api, InvitedAccount } from '../api-client/index.ts'
import { LANGUAGES, type Language } from '../model/index.ts'
import { parsePeople } from './account-csv.ts'
import { openClient } from './client.ts'
import { addClientOptions, type ClientFlags } from './client-flags.ts'
import { CommandError, ExitCode } from './exit.ts'
import { toInputError } from './failure.ts'
import { addExamples } from './help.ts'
import { formatInvitations } from './invitation-text.ts'
import { addOutputOption, type OutputFormat, printAnswer } from './output.ts'
import { printNote, type Terminal, toOneLine } from './terminal.ts'

interface Flags extends ClientFlags {
  readonly output: OutputFormat
  readonly csv?: string
  readonly group?: string
  readonly mail?: true
  readonly sms?: true
  readonly link?: true
  readonly expires: number
  readonly uses: number
  readonly language?: Language
  readonly flow: string
}

/** `windfall invitation create`: one person, the people of a CSV file, or a group. */
export const createCommand = (terminal: Terminal): Command => {
  const command = new Command('create')
    .description('invite an account holder, those of a CSV file, or a group')
    .argument('[name]', 'the name of the account holder')
    .option('--csv <file>', 'those in the column "name" of a CSV file in UTF-8')
    .option('--group <group>', 'those with that word in the attribute groups, or ATTRIBUTE=VALUE')
    .addOption(new Option('--mail', 'send it by e-mail').conflicts(['sms', 'link']))
    .addOption(new Option('--sms', 'send it as a text message').conflicts(['mail', 'link']))
    .option('--link', 'send nothing: see windfall invitation link, qr and poster')
    .addOption(
      new Option('--expires <days>', 'how long it is good, such as 7d')
        .default(7, '7d')
        .argParser(parseDays),
    )
    .addOption(
      new Option('--uses <n>', 'how many devices may be enrolled with it')
        .default(1)
        .argParser(parseUses),
    )
    .addOption(new Option('--language <language>', 'of the message').choices(LANGUAGES))
    .option('--flow <name>', 'the enrollment flow that it leads into', 'default')
    .action((name: string | undefined, flags: Flags) => create(name, flags, terminal))
  addExamples(command, [
    ['windfall invitation create anna --mail', 'a link by e-mail, good for a week'],
    ['windfall invitation create --csv people.csv --mail --language de', 'many at once'],
    ['windfall invitation create --group department=Sales --sms', 'a group'],
  ])
  return addOutputOption(addClientOptions(command))
}

const parseDays = (text: string): number => {
  const days = Number(/^(\d{1,3})d?$/.exec(text)?.[1] ?? 0)
  if (days >= 1 && days <= 365) return days
  throw new InvalidArgumentError('1d to 365d was expected.')
}

const parseUses = (text: string): number => {
  const uses = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (uses >= 1 && uses <= 1000) return uses
  throw new InvalidArgumentError('A whole number from 1 to 1000 was expected.')
}

const create = async (
  name: string | undefined,
  flags: Flags,
  terminal: Terminal,
): Promise<void> => {
  const { csv, group, expires: days, uses, language, flow, output: format } = flags
  if ([name, csv, group].filter((who) => who !== undefined).length !== 1) {
    throw new CommandError(ExitCode.usage, 'one of a name, --csv and --group is needed')
  }
  const channel = channelOf(flags)
  const wish = { channel, days, uses, language, flow }
  const names = csv === undefined ? undefined : await readNames(csv)
  await using client = await openClient(flags, terminal)
  if (name !== undefined) {
    const answer = await client.api.createInvitation({ account: name, ...wish })
    printAnswer(terminal, { format, answer }, () => formatInvitations([answer]))
    if (channel === 'link') {
      printNote(terminal, `Its link: windfall invitation link ${answer.id}`)
    }
    return
  }
  const data = await inviteMany(client.api, group === undefined ? { names } : { group }, wish)
  const made = data.flatMap(({ invitation }) => (invitation === null ? [] : [invitation]))
  printAnswer(terminal, { format, answer: { data } }, () => formatInvitations(made))
  for (const { name: whom, fault } of data) {
    if (fault !== null) printNote(terminal, `${toOneLine(whom)}: ${fault.detail} (${fault.code})`)
  }
  if (made.length < data.length) {
    const text = `${data.length - made.length} of ${data.length} could not be invited`
    throw new CommandError(ExitCode.partial, text)
  }
}

const channelOf = ({ mail, sms, link }: Flags): 'mail' | 'sms' | 'link' => {
  if (mail) return 'mail'
  if (sms) return 'sms'
  if (link) return 'link'
  throw new CommandError(ExitCode.usage, 'one of --mail, --sms and --link is needed')
}

const readNames = async (file: string): Promise<readonly string[]> => {
  const text = await readFile(file).catch((error: unknown) => {
    throw toInputError(error)
  })
  return parsePeople(text).map(({ account }) => account.name)
}

/** People in one request. */
const AT_ONCE = 200
const PATIENCE_MS = 120_000

type Wish = Omit<Parameters<Api['createInvitations']>[0], 'accounts' | 'group'>

const inviteMany = async (
  api: Api,
  {
    names = [],
    group,
  }: { readonly names?: readonly string[] | undefined; readonly group?: string },
  wish: Wish,
): Promise<readonly InvitedAccount[]> => {
  const patience = { patience: PATIENCE_MS }
  if (group !== undefined)
    return (await api.createInvitations({ group, ...wish }, patience)).results
  const results: InvitedAccount[] = []
  for (let first = 0; first < names.length; first += AT_ONCE) {
    const accounts = names.slice(first, first + AT_ONCE)
    results.push(...(await api.createInvitations({ accounts, ...wish }, patience)).results)
  }
  return results
}
