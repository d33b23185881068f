import { Command } from 'commander'
import type { Flow } from '../api-client/index.ts'
import { openClient } from './client.ts'
import { addClientOptions, type ClientFlags } from './client-flags.ts'
import { devicesCommand } from './flow-devices.ts'
import { addFlowOptions, type FlowFlags, readFlowFlags } from './flow-options.ts'
import { formatMoment } from './format.ts'
import { addExamples } from './help.ts'
import { addOutputOption, formatTable, type OutputFormat, printAnswer } from './output.ts'
import { fetchList, limitOption, noteMore } from './paging.ts'
import { printNote, type Terminal } from './terminal.ts'

export const flowCommand = (terminal: Terminal): Command =>
  new Command('flow')
    .description('keep enrollment flows: who may enroll what, and how')
    .addCommand(listCommand(terminal))
    .addCommand(showCommand(terminal))
    .addCommand(createCommand(terminal))
    .addCommand(changeCommand(terminal))
    .addCommand(removeCommand(terminal))
    .addCommand(devicesCommand(terminal))

interface Flags extends ClientFlags {
  readonly output: OutputFormat
}

const listCommand = (terminal: Terminal): Command => {
  const command = new Command('list')
    .description('list the flows beside the one that the configuration describes')
    .addOption(limitOption('oldest'))
    .action(async (flags: Flags & { readonly limit: number }) => {
      await using client = await openClient(flags, terminal)
      const answer = await fetchList(flags.limit, (page) => client.api.listFlows(page))
      printAnswer(terminal, { format: flags.output, answer }, () =>
        formatTable(
          ['NAME', 'REQUIRES', 'METHODS', 'INVITATION', 'ENABLED', 'CHANGED (UTC)', 'ADDRESS'],
          answer.data.map((flow) => [
            flow.name,
            flow.requires,
            flow.requires === 'device' ? null : flow.methods.join(' '),
            flow.invitation,
            flow.enabled ? 'yes' : 'no',
            formatMoment(flow.changedAt),
            flow.url,
          ]),
        ),
      )
      noteMore(terminal, answer)
    })
  return addOutputOption(addClientOptions(command))
}

const showCommand = (terminal: Terminal): Command => {
  const command = new Command('show')
    .description('show what a flow chooses')
    .argument('<name>', 'the name of the flow')
    .action(async (name: string, flags: Flags) => {
      await using client = await openClient(flags, terminal)
      print(terminal, flags.output, await client.api.getFlow(name))
    })
  return addOutputOption(addClientOptions(command))
}

const createCommand = (terminal: Terminal): Command => {
  const command = new Command('create')
    .description('make a flow; what is not said is as usual')
    .argument('<name>', 'its name, which is part of its address')
    .action(async (name: string, flags: Flags & FlowFlags) => {
      const choices = await readFlowFlags(flags)
      await using client = await openClient(flags, terminal)
      print(terminal, flags.output, await client.api.createFlow({ ...choices, name }))
      noteEmptyList(terminal, name, flags)
    })
  addExamples(command, [
    ['windfall flow create field --requires both', 'listed people on their own listed devices'],
    ['windfall flow create kiosk --requires device --account kiosk', 'nobody signs in'],
    ['windfall flow create old --legacy --certificate-days 30', 'for devices of long ago'],
  ])
  return addOutputOption(addClientOptions(addFlowOptions(command)))
}

const noteEmptyList = (terminal: Terminal, name: string, { requires }: FlowFlags): void => {
  if (requires !== 'both' && requires !== 'device') return
  printNote(terminal, `No device is on its list: windfall flow devices import ${name} FILE`)
}

const changeCommand = (terminal: Terminal): Command => {
  const command = new Command('change')
    .description('change what a flow chooses, at once; what is not said stays')
    .argument('<name>', 'the name of the flow')
    .action(async (name: string, flags: Flags & FlowFlags) => {
      const choices = await readFlowFlags(flags)
      await using client = await openClient(flags, terminal)
      print(terminal, flags.output, await client.api.changeFlow(name, '*', choices))
    })
  return addOutputOption(addClientOptions(addFlowOptions(command)))
}

const removeCommand = (terminal: Terminal): Command => {
  const command = new Command('remove')
    .description('take a flow away; devices that began by it go on')
    .argument('<name>', 'the name of the flow')
    .option('--reason <text>', 'why, for the audit')
    .action(async (name: string, flags: Flags & { readonly reason?: string }) => {
      await using client = await openClient(flags, terminal)
      print(terminal, flags.output, await client.api.removeFlow(name, { reason: flags.reason }))
    })
  return addOutputOption(addClientOptions(command))
}

const print = (terminal: Terminal, format: OutputFormat, answer: Flow): void =>
  printAnswer(terminal, { format, answer }, () => formatFlow(answer))

const formatFlow = (flow: Flow): string => {
  const { accounts, minimumVersions, texts, template, certificateDays } = flow
  const selection = [
    ...accounts.groups.map((group) => `group ${group}`),
    ...Object.entries(accounts.attributes).map(([name, value]) => `${name}=${value}`),
  ]
  const minimum = Object.entries(minimumVersions).map(([system, version]) => `${system} ${version}`)
  return formatTable(
    ['FLOW', flow.name],
    [
      ['address', flow.url],
      ['enabled', flow.enabled ? 'yes' : 'no'],
      ['requires', flow.requires],
      ['methods', flow.requires === 'device' ? null : flow.methods.join(' ')],
      ['directories', flow.directories.join(' ') || 'all'],
      ['account holders', selection.join(', ') || 'everybody'],
      ['in the name of', flow.account],
      ['invitation', flow.invitation],
      ['minimum', minimum.join(', ') || null],
      ['certificates', certificateDays === null ? "as the server's" : `${certificateDays} days`],
      ['legacy', flow.allowLegacy ? 'accepted' : 'refused'],
      [
        'final profile',
        template === null ? "the server's" : `its own, ${template.length} characters`,
      ],
      ['texts', Object.keys(texts).join(' ') || null],
      ['changed', formatMoment(flow.changedAt)],
    ],
  )
}
