import { resolve } from 'node:path'
import { Command } from 'commander'
import { loadConfig } from '../config/index.ts'
import { openClient } from './client.ts'
import { formatMoment } from './format.ts'
import { addExamples } from './help.ts'
import { readSecret } from './input.ts'
import { addOutputOption, formatTable, type OutputFormat, printAnswer } from './output.ts'
import { printLine, printNote, type Terminal } from './terminal.ts'

interface Flags {
  readonly data?: string
  readonly config?: string
  readonly passphraseFile: string
}

const addFlags = (command: Command): Command =>
  command
    .requiredOption('--passphrase-file <file>', 'the file of the passphrase; - for standard input')
    .option('--data <dir>', 'the data directory of the server on this machine')
    .option('--config <file>', 'the configuration file of the server')

/** `windfall backup`: everything that makes another windfall of an empty machine, in one sealed file. */
export const backupCommand = (terminal: Terminal): Command => {
  const command = new Command('backup')
    .description('write database and keys into one encrypted file; the server goes on serving')
    .requiredOption('--out <file>', 'the file to write; there must be none of that name')
    .action((flags: BackupFlags) => backUp(flags, terminal))
  addExamples(command, [
    [
      'windfall backup --out /backup/monday.windfall --passphrase-file /root/backup.passphrase',
      'every night, from cron',
    ],
  ])
  return addOutputOption(addFlags(command))
}

interface BackupFlags extends Flags {
  readonly out: string
  readonly output: OutputFormat
}

/** As long as a backup of a large database may take. */
const PATIENCE_MS = 6 * 3_600_000

const backUp = async (flags: BackupFlags, terminal: Terminal): Promise<void> => {
  const passphrase = await readSecret(flags.passphraseFile, terminal)
  // The file lies on this machine, so the server does too.
  const here = { ...terminal, env: { ...terminal.env, WINDFALL_URL: undefined } }
  await using client = await openClient(flags, here)
  const order = { file: resolve(flags.out), passphrase }
  const answer = await client.api.createBackup(order, { patience: PATIENCE_MS })
  printAnswer(terminal, { format: flags.output, answer }, () => {
    const { file, takenAt, tables } = answer
    const rows = tables.map(({ table, rows }) => [table, String(rows)])
    return `${file}, as of ${formatMoment(takenAt)} UTC\n${formatTable(['TABLE', 'ROWS'], rows)}`
  })
}

/** `windfall restore`: the other way round. */
export const restoreCommand = (terminal: Terminal): Command => {
  const command = new Command('restore')
    .description('make an installation of a backup, where there is none')
    .argument('<file>', 'the backup')
    .action((file: string, flags: Flags) => restore(file, flags, terminal))
  addExamples(command, [
    [
      'windfall restore monday.windfall --passphrase-file backup.passphrase --data windfall-data',
      'on a new machine',
    ],
  ])
  return addFlags(command)
}

const restore = async (file: string, flags: Flags, terminal: Terminal): Promise<void> => {
  const passphrase = await readSecret(flags.passphraseFile, terminal)
  const { data, config: configFile } = flags
  const config = loadConfig({ flags: { data, config: configFile }, env: terminal.env })
  const { restoreApp } = await import('../app.ts')
  const { takenAt, ended } = await restoreApp(config, { from: file, passphrase })
  const { enrollments, challenges, certificates, tokens } = ended
  const at = formatMoment(new Date(takenAt).toISOString())
  printLine(terminal, `restored as of ${at} UTC into ${resolve(config.data)}`)
  printNote(
    terminal,
    `Ended, because the server may have gone on with them since: ${enrollments} open enrollments, ` +
      `${challenges} challenges, ${certificates} unsigned certificates, ${tokens} links and sessions.\n` +
      'Certificates issued since are unknown here: see docs/backup.md.',
  )
}
