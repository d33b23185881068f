import { Command, Option } from 'commander'
import type { MoveProgress } from '../app.ts'
import { type Config, loadConfig } from '../config/index.ts'
import { CommandError, ExitCode } from './exit.ts'
import { addExamples } from './help.ts'
import { readSecret } from './input.ts'
import { addOutputOption, formatTable, type OutputFormat, printAnswer } from './output.ts'
import { printNote, type Terminal } from './terminal.ts'

interface Flags {
  readonly to?: string
  readonly toFile?: string
  readonly data?: string
  readonly config?: string
  readonly output: OutputFormat
}

/** `windfall migrate`: from SQLite to PostgreSQL, with everything. */
export const migrateCommand = (terminal: Terminal): Command => {
  const command = new Command('migrate')
    .description('move the SQLite database of a stopped server to an empty PostgreSQL database')
    .option('--to <url>', 'where to, without a password: others can read arguments')
    .addOption(
      new Option('--to-file <file>', 'the file of that URL; - for standard input').conflicts('to'),
    )
    .option('--data <dir>', 'the data directory of the server on this machine')
    .option('--config <file>', 'the configuration file of the server')
    .action((flags: Flags) => migrate(flags, terminal))
  addExamples(command, [
    [
      'windfall migrate --to-file /root/database.url --data windfall-data',
      'with the server stopped',
    ],
    ['windfall migrate', 'to the database of WINDFALL_DATABASE__URL or its _FILE'],
  ])
  return addOutputOption(command)
}

const migrate = async (flags: Flags, terminal: Terminal): Promise<void> => {
  const config = await readTarget(flags, terminal)
  const { moveApp } = await import('../app.ts')
  const answer = await moveApp(config, {
    signal: terminal.signal,
    onProgress: (progress) => printNote(terminal, formatProgress(progress)),
  })
  printAnswer(terminal, { format: flags.output, answer }, () => {
    const rows = answer.tables.map(({ table, rows }) => [table, String(rows)])
    return `moved to ${answer.to}\n${formatTable(['TABLE', 'ROWS'], rows)}`
  })
  printNote(
    terminal,
    `${answer.from} is as it was, and marked: no server starts on it any more. Start the server with\n` +
      'WINDFALL_DATABASE__URL or WINDFALL_DATABASE__URL_FILE, then remove the file: see docs/operations.md',
  )
}

/** The configuration as the server will have it: the database is the one to move to. */
const readTarget = async (
  { to, toFile, data, config: file }: Flags,
  terminal: Terminal,
): Promise<Config> => {
  const url = to ?? (toFile === undefined ? undefined : await readSecret(toFile, terminal))
  const target =
    url === undefined ? {} : { WINDFALL_DATABASE__URL: url, WINDFALL_DATABASE__URL_FILE: undefined }
  const config = loadConfig({
    flags: { data, config: file },
    env: { ...terminal.env, ...target },
  })
  if (config.database.url !== undefined) return config
  throw new CommandError(ExitCode.usage, 'the database to move to is missing', {
    hint: 'Name it: --to postgres://USER@HOST/DATABASE, or --to-file FILE where it has a password',
  })
}

const formatProgress = ({ step, table, rows }: MoveProgress): string =>
  `${step} ${table}: ${rows.toLocaleString('en')}`
