import { Command } from 'commander'
import { openClient } from './client.ts'
import { addClientOptions, type ClientFlags } from './client-flags.ts'
import { formatMoment } from './format.ts'
import { addExamples } from './help.ts'
import { addOutputOption, formatTable, type OutputFormat, printAnswer } from './output.ts'
import { fetchList, limitOption, noteMore } from './paging.ts'
import type { Terminal } from './terminal.ts'

/** `windfall update …`: which devices hold the current final profile, and which an earlier one. */
export const updateCommand = (terminal: Terminal): Command => {
  const command = new Command('update')
    .description('see which devices have the current final profile')
    .addCommand(statusCommand(terminal))
    .addCommand(listCommand(terminal))
  addExamples(command, [
    ['windfall update status', 'how many devices hold which version'],
    ['windfall update list', 'those that hold an earlier one'],
  ])
  return command
}

interface Flags extends ClientFlags {
  readonly output: OutputFormat
}

/** Enough of a version to tell it from another. */
const SHOWN = 12

const shorten = (version: string | null): string | null => version?.slice(0, SHOWN) ?? null

const statusCommand = (terminal: Terminal): Command => {
  const command = new Command('status')
    .description('count the devices that hold each version of the final profile')
    .action(async (flags: Flags) => {
      await using client = await openClient(flags, terminal)
      const answer = await client.api.getHeldVersions()
      printAnswer(terminal, { format: flags.output, answer }, () =>
        formatTable(
          ['FLOW', 'VERSION', 'DEVICES', ''],
          answer.data.map(({ flow, version, devices, isCurrent }) => [
            flow,
            shorten(version),
            String(devices),
            isCurrent ? 'current' : 'earlier',
          ]),
        ),
      )
    })
  return addOutputOption(addClientOptions(command))
}

interface ListFlags extends Flags {
  readonly limit: number
}

const listCommand = (terminal: Terminal): Command => {
  const command = new Command('list')
    .description('list the devices that hold an earlier version')
    .addOption(limitOption())
    .action(async (flags: ListFlags) => {
      await using client = await openClient(flags, terminal)
      const answer = await fetchList(flags.limit, client.api.listOutdatedDevices)
      printAnswer(terminal, { format: flags.output, answer }, () =>
        formatTable(
          [
            'ENROLLMENT',
            'FLOW',
            'ACCOUNT',
            'E-MAIL',
            'PRODUCT',
            'SERIAL',
            'VERSION',
            'SINCE (UTC)',
          ],
          answer.data.map(({ id, flow, account, device, version, updatedAt }) => [
            id,
            flow,
            account.name,
            account.email,
            device.product,
            device.serialNumber,
            shorten(version),
            formatMoment(updatedAt),
          ]),
        ),
      )
      noteMore(terminal, answer)
    })
  return addOutputOption(addClientOptions(command))
}
