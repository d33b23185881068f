import { Command } from 'commander'
import type { DirectorySynced, DirectoryTrial } from '../api-client/index.ts'
import { openClient } from './client.ts'
import { addClientOptions, type ClientFlags } from './client-flags.ts'
import { CommandError, ExitCode } from './exit.ts'
import { addOutputOption, formatTable, type OutputFormat, printAnswer } from './output.ts'
import { printNote, type Terminal } from './terminal.ts'

interface Flags extends ClientFlags {
  readonly output: OutputFormat
}

export const testCommand = (terminal: Terminal): Command => {
  const command = new Command('test')
    .description('look somebody up without a password, and tell each step; 0 if all is well')
    .argument('<name>', 'the directory')
    .option('--person <name>', 'whom; else the first whom the directory has')
    .action(async (name: string, flags: Flags & { readonly person?: string }) => {
      await using client = await openClient(flags, terminal)
      const { person } = flags
      const answer = await client.api.testDirectory(name, person === undefined ? {} : { person })
      printAnswer(terminal, { format: flags.output, answer }, () => formatTrial(answer))
      if (answer.steps.every(({ ok }) => ok)) return
      throw new CommandError(ExitCode.failed, `${name} is not as it should be`)
    })
  return addOutputOption(addClientOptions(command))
}

const formatTrial = ({ steps, person }: DirectoryTrial): string => {
  const table = formatTable(
    ['STEP', 'RESULT', 'SEEN'],
    steps.map(({ name, ok, seen }) => [name, ok ? 'ok' : 'failed', seen]),
  )
  if (person === null) return table
  const { attributes, groups, ...rest } = person
  const known = { ...rest, ...attributes, groups: groups.join('; ') || null }
  return `${table}\n\n${formatTable(['WHAT', 'VALUE'], Object.entries(known))}`
}

export const syncCommand = (terminal: Terminal): Command => {
  const command = new Command('sync')
    .description('look everybody in a directory up: add, change and disable account holders')
    .argument('<name>', 'the directory')
    .option('--dry-run', 'do nothing, and tell what would be done')
    .option('--force', 'disable those who are gone, however many they are')
    .option('--reason <text>', 'why, for the audit')
    .action(async (name: string, flags: SyncFlags) => {
      await using client = await openClient(flags, terminal)
      const { dryRun: trial = false, force = false, reason } = flags
      const answer = await client.api.syncDirectory(name, { trial, force, reason })
      printAnswer(terminal, { format: flags.output, answer }, () => formatSynced(answer))
      for (const { name: called, code } of answer.refused) {
        printNote(terminal, `${called} could not be taken over (${code})`)
      }
      if (trial) printNote(terminal, 'Nothing was done.')
      if (answer.withheld === 0) return
      throw new CommandError(ExitCode.failed, `${answer.withheld} are gone: nobody was disabled`, {
        hint: 'If that is right, say --force',
      })
    })
  return addOutputOption(addClientOptions(command))
}

interface SyncFlags extends Flags {
  readonly dryRun?: boolean
  readonly force?: boolean
  readonly reason?: string
}

const formatSynced = (answer: DirectorySynced): string => {
  const { people, added, changed, enabled, disabled, withheld } = answer
  return formatTable(
    ['PEOPLE', 'ADDED', 'CHANGED', 'ENABLED', 'DISABLED', 'WITHHELD'],
    [[people, added, changed, enabled, disabled, withheld].map(String)],
  )
}
