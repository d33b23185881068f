import { Argument, Command, Option } from 'commander'
import type { Operator, Role } from '../api-client/index.ts'
import { ROLES } from '../model/index.ts'
import { openClient } from './client.ts'
import { addClientOptions, type ClientFlags } from './client-flags.ts'
import { formatMoment } from './format.ts'
import { addExamples } from './help.ts'
import { addOutputOption, formatTable, type OutputFormat, printAnswer } from './output.ts'
import { fetchList, limitOption, noteMore } from './paging.ts'
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

interface ListFlags extends Flags {
  readonly role?: Role
  readonly limit: number
}

interface PasswordFlags extends Flags {
  readonly passwordStdin?: boolean
}

interface IssuerFlags extends Flags {
  readonly issuer?: string
}

interface NewFlags extends PasswordFlags, IssuerFlags {
  readonly role: Role
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
      const answer = await client.api.addOperator({ name, role, password, identity })
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
    .addOption(new Option('--role <role>', 'only those in this role').choices(ROLES))
    .addOption(limitOption('oldest'))
    .action(async (flags: ListFlags) => {
      await using client = await openClient(flags, terminal)
      const { limit, role } = flags
      const answer = await fetchList(limit, (page) => client.api.listOperators({ ...page, role }))
      printAnswer(terminal, { format: flags.output, answer }, () => formatOperators(answer.data))
      noteMore(terminal, answer)
    })
  return addOutputOption(addClientOptions(command))
}

const setRoleCommand = (terminal: Terminal): Command => {
  const command = new Command('set-role')
    .description('give an operator another role; ends their sessions')
    .argument('<name>', NAME)
    .addArgument(new Argument('<role>', 'what the operator may do').choices(ROLES))
    .action(async (name: string, role: Role, flags: Flags) => {
      await using client = await openClient(flags, terminal)
      print(terminal, flags, await client.api.setOperatorRole(name, { role }))
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
      print(terminal, flags, await client.api.setOperatorPassword(name, { password }))
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
      const identity = identityOf(subject, flags)
      print(terminal, flags, await client.api.linkOperator(name, identity))
    })
  return addOutputOption(addClientOptions(command))
}

const unlinkCommand = (terminal: Terminal): Command => {
  const command = new Command('unlink')
    .description('let an operator no longer sign in with the OpenID provider; ends their sessions')
    .argument('<name>', NAME)
    .action(async (name: string, flags: Flags) => {
      await using client = await openClient(flags, terminal)
      print(terminal, flags, await client.api.unlinkOperator(name))
    })
  return addOutputOption(addClientOptions(command))
}

const disableCommand = (terminal: Terminal): Command => {
  const command = new Command('disable')
    .description('end the sessions and API tokens of an operator, for good')
    .argument('<name>', NAME)
    .action(async (name: string, flags: Flags) => {
      await using client = await openClient(flags, terminal)
      print(terminal, flags, await client.api.disableOperator(name))
    })
  return addOutputOption(addClientOptions(command))
}

const setUpLinkCommand = (terminal: Terminal): Command => {
  const command = new Command('setup-link')
    .description('print a link that makes the first owner; it works once, for 15 minutes')
    .action(async (flags: Flags) => {
      await using client = await openClient(flags, terminal)
      const answer = await client.api.createSetUpLink()
      printAnswer(terminal, { format: flags.output, answer }, () => answer.url)
      if (!client.isServer) {
        printNote(terminal, 'No server runs here: the link works once one does.')
      }
    })
  return addOutputOption(addClientOptions(command))
}

const print = (terminal: Terminal, { output: format }: Flags, answer: Operator): void =>
  printAnswer(terminal, { format, answer }, () => formatOperators([answer]))

const formatOperators = (operators: readonly Operator[]): string =>
  formatTable(
    ['NAME', 'ROLE', 'IDENTITY', 'ADDED', 'SIGNED IN', 'DISABLED'],
    operators.map(({ name, role, identity, createdAt, signedInAt, disabledAt }) => [
      name,
      role,
      identity?.subject ?? null,
      formatMoment(createdAt),
      signedInAt && formatMoment(signedInAt),
      disabledAt && formatMoment(disabledAt),
    ]),
  )
