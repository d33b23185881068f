import { readFile } from 'node:fs/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import type { NewDirectorySettings } from '../api-client/index.ts'
import { DIRECTORY_SETTINGS } from '../model/index.ts'
import type { ClientFlags } from './client-flags.ts'
import { CommandError, ExitCode } from './exit.ts'
import { toInputError } from './failure.ts'
import { readSecret } from './input.ts'
import type { OutputFormat } from './output.ts'
import type { Terminal } from './terminal.ts'

/** What the commands about directories can be told. */
export interface DirectoryFlags extends ClientFlags {
  readonly output: OutputFormat
  readonly file?: string
  readonly server?: readonly string[]
  readonly base?: string
  readonly bindDn?: string
  readonly activeDirectory?: true
  readonly filter?: string
  readonly requiredGroup?: string
  readonly caFile?: string
  readonly plain?: true
  readonly http?: string
  readonly secretFile?: string
  readonly secretStdin?: true
  readonly position?: number
  readonly disabled?: true
  readonly enable?: true
  readonly disable?: true
  readonly reason?: string
}

export const addSettingsOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--file <file>', 'all settings, YAML or JSON: docs/directories.md').conflicts([
        ...['server', 'base', 'bindDn', 'activeDirectory', 'filter', 'requiredGroup'],
        ...['caFile', 'plain', 'http'],
      ]),
    )
    .option('--server <url...>', 'ldaps://HOST, or ldap://HOST for StartTLS; several in order')
    .option('--base <dn>', 'the DN below which people are')
    .option('--bind-dn <dn>', 'as whom windfall searches')
    .option('--active-directory', 'the names that Active Directory has for things')
    .option('--filter <filter>', 'who counts as a person, RFC 4515')
    .option('--required-group <dn>', 'the group that everybody has to be in')
    .option('--ca-file <file>', 'roots that the servers chain to, PEM')
    .option('--plain', 'passwords over ldap:// without TLS, for everybody to read')
    .addOption(new Option('--http <url>', "a server of the organisation's own").conflicts('server'))
    .option('--secret-file <file>', 'the password of the bind DN, or the key for signatures')
    .addOption(
      new Option('--secret-stdin', 'the same, from standard input').conflicts('secretFile'),
    )
    .option('--position <n>', 'where in the order it is asked', parsePosition)
    .option('--reason <text>', 'why, for the audit')

const parsePosition = (text: string): number => {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('A whole number was expected.')
}

/** What Active Directory calls things. */
const ACTIVE_DIRECTORY = {
  filter: '(&(objectCategory=person)(objectClass=user))',
  names: ['sAMAccountName', 'userPrincipalName'],
  id: 'objectGUID',
  fullName: 'displayName',
} as const

/** How the directory is asked; undefined: that is not said. @throws CommandError */
export const readSettings = async (
  flags: DirectoryFlags,
): Promise<NewDirectorySettings | undefined> => {
  if (flags.file !== undefined) return check(await readText(flags.file).then(parseText))
  if (flags.http !== undefined) return { http: { url: flags.http } }
  const { server: servers, base, bindDn, filter, requiredGroup, caFile, plain } = flags
  if (servers === undefined && base === undefined) return undefined
  return check({
    ldap: {
      ...(flags.activeDirectory && ACTIVE_DIRECTORY),
      ...{ servers, base, bindDn, plain },
      ...(filter !== undefined && { filter }),
      ...(caFile !== undefined && { ca: await readText(caFile) }),
      ...(requiredGroup !== undefined && { groups: { required: requiredGroup } }),
    },
  })
}

const parseText = (text: string): unknown => {
  try {
    return parseYaml(text)
  } catch (cause) {
    throw new CommandError(ExitCode.invalid, 'the file is neither YAML nor JSON', { cause })
  }
}

// JSON has nothing that is undefined.
const check = (given: unknown): NewDirectorySettings => {
  const { data, error } = DIRECTORY_SETTINGS.safeParse(JSON.parse(JSON.stringify(given ?? null)))
  if (data !== undefined) return data
  throw new CommandError(ExitCode.invalid, `the settings are wrong:\n${z.prettifyError(error)}`)
}

const readText = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw toInputError(error)
  }
}

/** The secret that was given; undefined: none was. @throws CommandError */
export const readGivenSecret = async (
  { secretFile, secretStdin }: DirectoryFlags,
  terminal: Terminal,
): Promise<string | undefined> => {
  const file = secretStdin === true ? '-' : secretFile
  return file === undefined ? undefined : await readSecret(file, terminal)
}
