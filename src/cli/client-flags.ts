import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { type Command, Option } from 'commander'
import { type Config, loadConfig, socketPath } from '../config/index.ts'
import { formatCertificatePem, parseCertificates } from '../protocol/x509/index.ts'

import type { ExchangeTarget } from './exchange.ts'
import { CommandError, ExitCode } from './exit.ts'
import { toInputError } from './failure.ts'
import type { Terminal } from './terminal.ts'

/** Which windfall a command is for. */
export interface ClientFlags {
  readonly data?: string
  readonly config?: string
  readonly url?: string
  readonly tokenFile?: string
  readonly cacert?: string
}

export const addClientOptions = (command: Command): Command =>
  command
    .option('--data <dir>', 'the data directory of the server on this machine')
    .option('--config <file>', 'the configuration file of the server')
    .addOption(
      new Option('--url <url>', 'a server elsewhere (WINDFALL_URL)').conflicts(['data', 'config']),
    )
    .option('--token-file <file>', 'the file of its API token (WINDFALL_TOKEN_FILE)')
    .option('--cacert <file>', "trust these roots, PEM or DER, instead of the machine's")

/** A server that answers, or the data that no server holds. */
export type ClientTarget =
  | {
      readonly kind: 'server'
      readonly to: ExchangeTarget
      readonly headers: Readonly<Record<string, string>>
    }
  | { readonly kind: 'data'; readonly config: Config }

export const readClientTarget = async (
  flags: ClientFlags,
  { env, signal }: Terminal,
): Promise<ClientTarget> => {
  const { data, config: configFile } = flags
  // What is said here counts more than what the environment says.
  const isHere = data !== undefined || configFile !== undefined
  const url = flags.url ?? (isHere ? undefined : env['WINDFALL_URL'] || undefined)
  if (url !== undefined) {
    const tokenFile = flags.tokenFile ?? (env['WINDFALL_TOKEN_FILE'] || undefined)
    return await readRemoteTarget(url, tokenFile, flags.cacert)
  }
  const config = loadConfig({ flags: { data, config: configFile }, env })
  const path = socketPath(config.data)
  return (await isAnswering(path, signal))
    ? { kind: 'server', to: { kind: 'socket', path }, headers: {} }
    : { kind: 'data', config }
}

const readRemoteTarget = async (
  url: string,
  tokenFile: string | undefined,
  cacert: string | undefined,
): Promise<ClientTarget> => {
  const parsed = URL.parse(url)
  if (parsed?.protocol !== 'https:') {
    // Over plain HTTP anybody on the way reads the token.
    throw new CommandError(ExitCode.invalid, 'the URL of the server must begin with https://')
  }
  if (tokenFile === undefined) {
    throw new CommandError(ExitCode.usage, 'a server elsewhere needs --token-file', {
      hint: 'Its first token lies in its data directory, in api-token.',
    })
  }
  try {
    const token = (await readFile(tokenFile, 'utf8')).trim()
    const roots =
      cacert === undefined
        ? undefined
        : parseCertificates(await readFile(cacert))
            .map(formatCertificatePem)
            .join('')
    return {
      kind: 'server',
      to: { kind: 'https', origin: parsed.origin, roots },
      headers: { authorization: `Bearer ${token}` },
    }
  } catch (error) {
    throw toInputError(error)
  }
}

/** Whether a server listens; a socket file may also be left over from one that was killed. */
const isAnswering = async (path: string, signal: AbortSignal): Promise<boolean> => {
  const socket = connect(path)
  try {
    await once(socket, 'connect', { signal })
    return true
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return false
    throw error
  } finally {
    socket.destroy()
  }
}
