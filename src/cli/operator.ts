import { Command, Option } from 'commander'
import { ROLES } from '../model/index.ts'
import { LINK, listOf, OPERATOR } from './answer.ts'
import { openClient } from './client.ts'
import { addClientOptions, type ClientFlags } from './client-flags.ts'
import { formatMoment } from './format.ts'
import { addExamples } from './help.ts'
import { addOutputOption, formatTable, type OutputFormat, printAnswer } from './output.ts'
import { readPassword } from './password.ts'
import { printNote, type Terminal } from './terminal.ts'

/** `windfall operator …`: who runs windfall, and in which role. */
export const operatorCommand = (terminal: Terminal): Command =>
  new Command('operator')
    .description('keep the operators, who run windfall')
    .addCommand(addCommand(terminal))
    .addCommand(listCommand(terminal))
    .addCommand(setRoleCommand(terminal))
    .addCommand(setPasswordCommand(terminal))
    .addCommand(disableCommand(terminal))
    .addCommand(setUpLinkCommand(terminal))

interface Flags extends ClientFlags {
  readonly output: OutputFormat
}

interface PasswordFlags extends Flags {
  readonly passwordStdin?: boolean
}

const NAME = 'the name of the operator'
const PASSWORD = 'read the password from standard input; else it is asked for'

const addCommand = (terminal: Terminal): Command => {
  const command = new Command('add')
    .description('add an operator')
    .argument('<name>', 'the name to sign in with')
    .addOption(
      new Option('--role <role>', 'what the operator may do').choices(ROLES).makeOptionMandatory(),
    )
    .option('--password-stdin', PASSWORD)
    .action(async (name: string, flags: PasswordFlags & { readonly role: string }) => {
      const password = await readPassword(terminal, flags)
      await using client = await openClient(flags, terminal, { creates: true })
      const answer = await client.post('/operators', { name, password, role: flags.role })
      print(terminal, flags, answer)
    })
  addExamples(command, [
    ['windfall operator add olga --role owner', 'asks for the password'],
    [
      'windfall operator add hugo --role helpdesk --password-stdin < hugo.password',
      'a password from a file',
    ],
  ])
  return addOutputOption(addClientOptions(command))
}

const listCommand = (terminal: Terminal): Command => {
  const command = new Command('list')
    .description('list the operators')
    .action(async (flags: Flags) => {
      await using client = await openClient(flags, terminal)
      const answer = await client.get('/operators')
      const { data } = listOf(OPERATOR).parse(answer)
      printAnswer(terminal, { format: flags.output, answer }, () => formatOperators(data))
    })
  return addOutputOption(addClientOptions(command))
}

const setRoleCommand = (terminal: Terminal): Command => {
  const command = new Command('set-role')
    .description('give an operator another role; ends their sessions')
    .argument('<name>', NAME)
    .argument('<role>', ROLES.join(', '))
    .action(async (name: string, role: string, flags: Flags) => {
      await using client = await openClient(flags, terminal)
      print(terminal, flags, await client.post(`${pathOf(name)}/role`, { role }))
    })
  return addOutputOption(addClientOptions(command))
}

const setPasswordCommand = (terminal: Terminal): Command => {
  const command = new Command('set-password')
    .description('give an operator another password; ends their sessions')
    .argument('<name>', NAME)
    .option('--password-stdin', PASSWORD)
    .action(async (name: string, flags: PasswordFlags) => {
      const password = await readPassword(terminal, flags)
      await using client = await openClient(flags, terminal)
      print(terminal, flags, await client.post(`${pathOf(name)}/password`, { password }))
    })
  return addOutputOption(addClientOptions(command))
}

const disableCommand = (terminal: Terminal): Command => {
  const command = new Command('disable')
    .description('end the sessions and API tokens of an operator, for good')
    .argument('<name>', NAME)
    .action(async (name: string, flags: Flags) => {
      await using client = await openClient(flags, terminal)
      print(terminal, flags, await client.delete(pathOf(name)))
    })
  return addOutputOption(addClientOptions(command))
}

const setUpLinkCommand = (terminal: Terminal): Command => {
  const command = new Command('setup-link')
    .description('print a link that makes the first owner; it works once, for 15 minutes')
    .action(async (flags: Flags) => {
      await using client = await openClient(flags, terminal)
      const answer = await client.post('/set-up-links')
      printAnswer(terminal, { format: flags.output, answer }, () => LINK.parse(answer).url)
      if (!client.isServer) {
        printNote(terminal, 'No server runs here: the link works once one does.')
      }
    })
  return addOutputOption(addClientOptions(command))
}

const pathOf = (name: string): string => `/operators/${encodeURIComponent(name)}`

const print = (terminal: Terminal, { output: format }: Flags, answer: unknown): void =>
  printAnswer(terminal, { format, answer }, () => formatOperators([answer]))

const formatOperators = (answers: readonly unknown[]): string =>
  formatTable(
    ['NAME', 'ROLE', 'ADDED', 'SIGNED IN', 'DISABLED'],
    answers
      .map((answer) => OPERATOR.parse(answer))
      .map(({ name, role, createdAt, signedInAt, disabledAt }) => [
        name,
        role,
        formatMoment(createdAt),
        signedInAt && formatMoment(signedInAt),
        disabledAt && formatMoment(disabledAt),
      ]),
  )
