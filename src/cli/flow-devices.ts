import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import { CsvError, parse } from 'csv-parse/sync'
import { z } from 'zod'
import type { NewListedDevice } from '../api-client/index.ts'
import { openClient } from './client.ts'
import { addClientOptions, type ClientFlags } from './client-flags.ts'
import { CommandError, ExitCode } from './exit.ts'
import { toInputError } from './failure.ts'
import { addExamples } from './help.ts'
import { addOutputOption, formatTable, type OutputFormat, printAnswer } from './output.ts'
import { fetchList, limitOption, noteMore } from './paging.ts'
import { printNote, type Terminal } from './terminal.ts'

/** `windfall flow devices`: which devices may enroll by a flow, and whose they are. */
export const devicesCommand = (terminal: Terminal): Command =>
  new Command('devices')
    .description('keep the list of devices of a flow')
    .addCommand(listCommand(terminal))
    .addCommand(importCommand(terminal))
    .addCommand(removeCommand(terminal))

interface Flags extends ClientFlags {
  readonly output: OutputFormat
}

const listCommand = (terminal: Terminal): Command => {
  const command = new Command('list')
    .description('list the devices that may enroll by a flow')
    .argument('<flow>', 'the name of the flow')
    .addOption(limitOption('oldest'))
    .action(async (flow: string, flags: Flags & { readonly limit: number }) => {
      await using client = await openClient(flags, terminal)
      const answer = await fetchList(flags.limit, (page) => client.api.listFlowDevices(flow, page))
      printAnswer(terminal, { format: flags.output, answer }, () =>
        formatTable(
          ['DEVICE', 'OWNER'],
          answer.data.map(({ device, owner }) => [device, owner]),
        ),
      )
      noteMore(terminal, answer)
    })
  return addOutputOption(addClientOptions(command))
}

const removeCommand = (terminal: Terminal): Command =>
  addClientOptions(
    new Command('remove')
      .description('take a device off the list of a flow')
      .argument('<flow>', 'the name of the flow')
      .argument('<device>', 'its UDID or serial number, as on the list')
      .option('--reason <text>', 'why, for the audit')
      .action(
        async (flow: string, device: string, flags: ClientFlags & { readonly reason?: string }) => {
          await using client = await openClient(flags, terminal)
          await client.api.removeFlowDevice(flow, device, { reason: flags.reason })
          printNote(terminal, `${device} was taken off the list`)
        },
      ),
  )

interface ImportFlags extends Flags {
  readonly replace?: true
  readonly dryRun?: true
  readonly reason?: string
}

const importCommand = (terminal: Terminal): Command => {
  const command = new Command('import')
    .description('put the devices of a CSV file on the list of a flow')
    .argument('<flow>', 'the name of the flow')
    .argument('<file>', 'device, or serial or udid, and owner; or the same without a first line')
    .option('--replace', 'take off the list what the file does not name')
    .option('--dry-run', 'only say what would be done')
    .option('--reason <text>', 'why, for the audit')
    .action((flow: string, file: string, flags: ImportFlags) =>
      importFile({ flow, file, flags }, terminal),
    )
  addExamples(command, [
    ['windfall flow devices import field devices.csv', 'lines such as F2LXK0ABCD,anna'],
    ['windfall flow devices import field devices.csv --replace', 'the file is the whole list'],
  ])
  return addOutputOption(addClientOptions(command))
}

/** As many as the API takes at once. */
const AT_ONCE = 2000

const importFile = async (
  {
    flow,
    file,
    flags,
  }: { readonly flow: string; readonly file: string; readonly flags: ImportFlags },
  terminal: Terminal,
): Promise<void> => {
  const { replace = false, dryRun: trial = false, reason } = flags
  const devices = parseDevices(await read(file))
  if (replace && devices.length > AT_ONCE) {
    throw new CommandError(ExitCode.invalid, `--replace takes up to ${AT_ONCE} devices`)
  }
  await using client = await openClient(flags, terminal)
  const answer = { dryRun: trial, listed: 0, removed: 0 }
  for (let first = 0; first === 0 || first < devices.length; first += AT_ONCE) {
    const some = devices.slice(first, first + AT_ONCE)
    const order = { devices: some, whole: replace, trial, reason }
    const { listed, removed } = await client.api.importFlowDevices(flow, order)
    answer.listed += listed
    answer.removed += removed
  }
  printAnswer(terminal, { format: flags.output, answer }, () =>
    formatTable(
      ['DEVICES', ''],
      [
        [String(answer.listed), trial ? 'would be on the list' : 'put on the list'],
        ...(replace && !trial ? [[String(answer.removed), 'were on it before']] : []),
      ],
    ),
  )
}

const DEVICE_COLUMNS: ReadonlySet<string> = new Set(['device', 'udid', 'serial', 'serialnumber'])
const OWNER_COLUMNS: ReadonlySet<string> = new Set(['owner', 'account', 'name'])

const ROWS = z.array(z.array(z.string()))

/**
 * The devices of a CSV file in UTF-8: UDID or serial number, and the name of the account holder it is for, if any. `#`
 * begins a comment. @throws CommandError `invalid` with the line that is wrong
 */
const parseDevices = (bytes: Uint8Array): readonly NewListedDevice[] => {
  const rows = parseRows(new TextDecoder().decode(bytes))
  const [first = []] = rows
  const names = first.map((name) => name.toLowerCase().replaceAll(/[ _-]/g, ''))
  const isHeader = names.some((name) => DEVICE_COLUMNS.has(name))
  const device = isHeader ? names.findIndex((name) => DEVICE_COLUMNS.has(name)) : 0
  const owner = isHeader ? names.findIndex((name) => OWNER_COLUMNS.has(name)) : 1
  const seen = new Set<string>()
  return rows.slice(isHeader ? 1 : 0).map((row, index) => {
    const id = row[device] ?? ''
    const place = `row ${index + (isHeader ? 2 : 1)}`
    if (!/^\S{1,64}$/.test(id)) {
      throw new CommandError(ExitCode.invalid, `${place}: a UDID or serial number was expected`)
    }
    if (seen.has(id.toLowerCase())) {
      throw new CommandError(ExitCode.invalid, `${place}: ${id} is there twice`)
    }
    seen.add(id.toLowerCase())
    return { device: id, owner: row[owner] || null }
  })
}

const parseRows = (text: string): readonly (readonly string[])[] => {
  try {
    const delimiter = /^(\s*#[^\n]*\n|\s*\n)*[^,#\n]*;/.test(text) ? ';' : ','
    const options = { delimiter, comment: '#', bom: true, trim: true } as const
    const shape = { skip_empty_lines: true, relax_column_count: true } as const
    return ROWS.parse(parse(text, { ...options, ...shape }))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new CommandError(ExitCode.invalid, error.message)
  }
}

const read = async (file: string): Promise<Uint8Array> => {
  try {
    return await readFile(file === '-' ? '/dev/stdin' : file)
  } catch (error) {
    throw toInputError(error)
  }
}
