import { writeFile } from 'node:fs/promises'
import { Command, Option } from 'commander'
import { enroll, FAULTS, type Fault, playFault, type Verdict } from '../sim/index.ts'
import { CommandError, ExitCode } from './exit.ts'
import { addExamples } from './help.ts'
import { addOutputOption, type OutputFormat } from './output.ts'
import { findFailure, run } from './sim-enroll.ts'
import { describeVerdict, formatVerdict, parseFault } from './sim-fault.ts'
import { addKitOptions, type KitFlags, openKit } from './sim-kit.ts'
import { addDeviceOptions } from './sim-options.ts'
import { printLine, printNote, type Terminal } from './terminal.ts'

interface ConformFlags extends KitFlags {
  readonly only?: readonly Fault[]
  readonly report?: string
  readonly output: OutputFormat
}

/** `windfall sim conform`: every fault, and a report. */
export const conformCommand = (terminal: Terminal): Command => {
  const command = addDeviceOptions(new Command('conform'))
    .description('play every fault against a server, and report what it does')
    .addOption(
      new Option('--only <name...>', 'play these faults alone').argParser(
        (name, before: readonly Fault[] = []) => [...before, parseFault(name)],
      ),
    )
    .option('--report <file>', 'write the report there as well, as JSON')
    .action((flags: ConformFlags) => examine(flags, terminal))
  addExamples(command, [
    [
      'windfall sim conform --url https://localhost:8443 --cacert windfall-data/root.der --account anna --password-stdin',
      'every fault that one account can play',
    ],
  ])
  return addOutputOption(addKitOptions(command))
}

/** @throws CommandError unless an honest device ends configured, and the server passes every fault that was played */
const examine = async (flags: ConformFlags, terminal: Terminal): Promise<void> => {
  const { kit, options } = await openKit(flags, terminal)
  // To a server that refuses everything every wrong message would seem well refused.
  const failure = findFailure(await enroll(options))
  if (failure !== undefined) throw failure
  const { only: faults = FAULTS, output, report } = flags
  const results: Result[] = []
  for (const fault of faults) {
    const result = { fault, verdict: await playFault(kit, fault) }
    results.push(result)
    printResult(terminal, output, result)
  }
  const summary = summarize(flags, results)
  printLine(terminal, formatSummary(output, summary))
  if (report !== undefined) {
    await run(() => writeFile(report, `${JSON.stringify(summary, undefined, 2)}\n`))
    printNote(terminal, `The report is in ${report}.`)
  }
  const { failed } = summary.counts
  if (failed > 0) {
    const message = `The server does not conform: ${failed} of ${faults.length} faults.`
    throw new CommandError(ExitCode.failed, message)
  }
}

interface Result {
  readonly fault: Fault
  readonly verdict: Verdict
}

const summarize = ({ url }: ConformFlags, results: readonly Result[]) => {
  const count = (kind: Verdict['kind']): number =>
    results.filter(({ verdict }) => verdict.kind === kind).length
  return {
    url,
    at: new Date().toISOString(),
    counts: {
      passed: count('passed'),
      failed: count('failed'),
      notApplicable: count('not-applicable'),
    },
    faults: results.map(({ fault, verdict }) => describeVerdict(fault, verdict)),
  }
}

const printResult = (
  terminal: Terminal,
  output: OutputFormat,
  { fault, verdict }: Result,
): void => {
  if (output === 'table') printLine(terminal, formatVerdict(fault, verdict))
  if (output === 'ndjson') printLine(terminal, JSON.stringify(describeVerdict(fault, verdict)))
}

const formatSummary = (output: OutputFormat, summary: ReturnType<typeof summarize>): string => {
  const { passed, failed, notApplicable } = summary.counts
  switch (output) {
    case 'table':
      return `\n${passed} passed, ${failed} failed, ${notApplicable} not applicable`
    case 'ndjson':
      return JSON.stringify(summary.counts)
    case 'json':
      return JSON.stringify(summary, undefined, 2)
  }
  return output satisfies never
}
