import { Command, InvalidArgumentError } from 'commander'
import type { Directory, DirectoryChange } from '../api-client/index.ts'
import { openClient } from './client.ts'
import { addClientOptions } from './client-flags.ts'
import {
  addSettingsOptions,
  type DirectoryFlags,
  readGivenSecret,
  readSettings,
} from './directory-settings.ts'
import { syncCommand, testCommand } from './directory-use.ts'
import { CommandError, ExitCode } from './exit.ts'
import { formatMoment } from './format.ts'
import { addExamples } from './help.ts'
import { addOutputOption, formatTable, printAnswer } from './output.ts'
import { printNote, type Terminal } from './terminal.ts'

/** `windfall directory …`: who vouches for account holders, beside windfall's own list. */
export const directoryCommand = (terminal: Terminal): Command =>
  new Command('directory')
    .description('keep the directories, by which people sign in to enroll')
    .addCommand(addCommand(terminal))
    .addCommand(listCommand(terminal))
    .addCommand(showCommand(terminal))
    .addCommand(changeCommand(terminal))
    .addCommand(removeCommand(terminal))
    .addCommand(testCommand(terminal))
    .addCommand(syncCommand(terminal))

const addCommand = (terminal: Terminal): Command => {
  const command = addSettingsOptions(
    new Command('add')
      .description('add a directory')
      .argument('<name>', 'what it is called: small letters, digits and hyphens'),
  )
    .option('--disabled', 'nobody signs in by it yet')
    .action(async (name: string, flags: DirectoryFlags) => {
      const settings = await readSettings(flags)
      if (settings === undefined) {
        throw new CommandError(ExitCode.usage, 'how the directory is asked is missing', {
          hint: 'Say --server and --base, --http, or --file',
        })
      }
      const secret = await readGivenSecret(flags, terminal)
      await using client = await openClient(flags, terminal, { creates: true })
      const { position, reason } = flags
      const enabled = flags.disabled === true ? false : undefined
      const wanted = { name, settings, secret, position, enabled, reason }
      const answer = await client.api.addDirectory(wanted)
      printAnswer(terminal, { format: flags.output, answer }, () => formatDirectories([answer]))
      printNote(terminal, `Try it: windfall directory test ${name}`)
    })
  addExamples(command, [
    [
      'windfall directory add staff --server ldaps://ldap.example.com --base ou=people,dc=example,dc=com --bind-dn cn=windfall,dc=example,dc=com --secret-file bind.password',
      'OpenLDAP and others like it',
    ],
    ['windfall directory add corp --file corp.yaml --secret-stdin < bind.password', 'all settings'],
  ])
  return addOutputOption(addClientOptions(command))
}

const listCommand = (terminal: Terminal): Command => {
  const command = new Command('list')
    .description('list the directories, in the order in which they are asked')
    .action(async (flags: DirectoryFlags) => {
      await using client = await openClient(flags, terminal)
      const answer = await client.api.listDirectories({ limit: 500 })
      printAnswer(terminal, { format: flags.output, answer }, () => formatDirectories(answer.data))
    })
  return addOutputOption(addClientOptions(command))
}

const showCommand = (terminal: Terminal): Command =>
  addClientOptions(
    new Command('show')
      .description('print a directory with its settings, as JSON; never its secret')
      .argument('<name>', 'the directory')
      .action(async (name: string, flags: DirectoryFlags) => {
        await using client = await openClient(flags, terminal)
        const answer = await client.api.getDirectory(name)
        printAnswer(terminal, { format: 'json', answer }, () => '')
      }),
  )

const changeCommand = (terminal: Terminal): Command => {
  const command = addSettingsOptions(
    new Command('change')
      .description('change a directory; settings are given as a whole')
      .argument('<name>', 'the directory'),
  )
    .option('--enable', 'people sign in by it')
    .option('--disable', 'nobody signs in by it')
    .action(async (name: string, flags: DirectoryFlags) => {
      if (flags.enable === true && flags.disable === true) {
        throw new InvalidArgumentError('--enable and --disable say the opposite.')
      }
      const settings = await readSettings(flags)
      const secret = await readGivenSecret(flags, terminal)
      const enabled = flags.enable ?? (flags.disable === true ? false : undefined)
      const { position, reason } = flags
      const to: DirectoryChange = { settings, secret, enabled, position, reason }
      await using client = await openClient(flags, terminal)
      const answer = await client.api.changeDirectory(name, to)
      printAnswer(terminal, { format: flags.output, answer }, () => formatDirectories([answer]))
    })
  return addOutputOption(addClientOptions(command))
}

const removeCommand = (terminal: Terminal): Command =>
  addClientOptions(
    new Command('remove')
      .description('remove a directory; its account holders stay, and sign in no more')
      .argument('<name>', 'the directory')
      .action(async (name: string, flags: DirectoryFlags) => {
        await using client = await openClient(flags, terminal)
        await client.api.removeDirectory(name)
        printNote(terminal, `${name} is removed`)
      }),
  )

const formatDirectories = (directories: readonly Directory[]): string =>
  formatTable(
    ['NAME', 'KIND', 'WHERE', 'STATE', 'LAST SUCCESS', 'LAST ERROR', 'PEOPLE', 'LOOKED UP'],
    directories.map(({ name, settings: { ldap, http }, enabled, connection, lastSync }) => [
      name,
      ldap === undefined ? 'http' : 'ldap',
      ldap?.servers.join(' ') ?? http?.url ?? null,
      enabled ? connection.state : 'disabled',
      connection.lastSuccess && formatMoment(connection.lastSuccess),
      connection.lastError?.code ?? null,
      lastSync?.people === null || lastSync === null ? null : String(lastSync.people),
      lastSync && (lastSync.code ?? formatMoment(lastSync.at)),
    ]),
  )
