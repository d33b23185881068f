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
    .addCommand(linkCommand(terminal))
    .addCommand(unlinkCommand(terminal))
    .addCommand(disableCommand(terminal))
    .addCommand(setUpLinkCommand(terminal))

interface Flags extends ClientFlags {
  readonly output: OutputFormat
}

interface PasswordFlags extends Flags {
  readonly passwordStdin?: boolean
}

interface IssuerFlags extends Flags {
  readonly issuer?: string
}

interface NewFlags extends PasswordFlags, IssuerFlags {
  readonly role: string
  readonly subject?: string
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
    .addOption(subjectOption())
    .addOption(issuerOption())
    .action(async (name: string, flags: NewFlags) => {
      const { subject, role } = flags
      // Somebody with an identity needs no password; one on standard input they get nevertheless.
      const asks = subject === undefined || flags.passwordStdin === true
      const password = asks ? await readPassword(terminal, flags) : undefined
      const identity = subject === undefined ? undefined : identityOf(subject, flags)
      await using client = await openClient(flags, terminal, { creates: true })
      const answer = await client.post('/operators', { name, role, password, identity })
      print(terminal, flags, answer)
    })
  addExamples(command, [
    ['windfall operator add olga --role owner', 'asks for the password'],
    [
      'windfall operator add hugo --role helpdesk --password-stdin < hugo.password',
      'a password from a file',
    ],
    [
      'windfall operator add ada --role auditor --subject 248289761001',
      'signs in with the OpenID provider, as whom it calls so',
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

const subjectOption = (): Option =>
  new Option('--subject <subject>', 'what the OpenID provider calls the operator (`sub`)')

const issuerOption = (): Option =>
  new Option('--issuer <url>', 'the OpenID provider, where it is not the configured one')

const identityOf = (subject: string, { issuer }: IssuerFlags) => ({
  subject,
  ...(issuer !== undefined && { issuer }),
})

const linkCommand = (terminal: Terminal): Command => {
  const command = new Command('link')
    .description('let an operator sign in with the OpenID provider; ends their sessions')
    .argument('<name>', NAME)
    .argument(
      '<subject>',
      'what the provider calls them (`sub`); the audit has it of who was refused',
    )
    .addOption(issuerOption())
    .action(async (name: string, subject: string, flags: IssuerFlags) => {
      await using client = await openClient(flags, terminal)
      const path = `${pathOf(name)}/identity`
      print(terminal, flags, await client.post(path, identityOf(subject, flags)))
    })
  return addOutputOption(addClientOptions(command))
}

const unlinkCommand = (terminal: Terminal): Command => {
  const command = new Command('unlink')
    .description('let an operator no longer sign in with the OpenID provider; ends their sessions')
    .argument('<name>', NAME)
    .action(async (name: string, flags: Flags) => {
      await using client = await openClient(flags, terminal)
      print(terminal, flags, await client.delete(`${pathOf(name)}/identity`))
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
    ['NAME', 'ROLE', 'IDENTITY', 'ADDED', 'SIGNED IN', 'DISABLED'],
    answers
      .map((answer) => OPERATOR.parse(answer))
      .map(({ name, role, identity, createdAt, signedInAt, disabledAt }) => [
        name,
        role,
        identity?.subject ?? null,
        formatMoment(createdAt),
        signedInAt && formatMoment(signedInAt),
        disabledAt && formatMoment(disabledAt),
      ]),
  )
