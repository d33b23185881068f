import { Command, InvalidArgumentError, Option } from 'commander'
import { FAULTS, type Fault, playFault, type Verdict } from '../sim/index.ts'
import { CommandError, ExitCode } from './exit.ts'
import { addOutputOption, formatTable, type OutputFormat, printAnswer } from './output.ts'
import { EXIT_CODES } from './sim-enroll.ts'
import { type KitFlags, openKit } from './sim-kit.ts'
import { createReport } from './sim-report.ts'
import { type Terminal, toOneLine } from './terminal.ts'

/** `windfall sim faults`: what can go wrong, and what a correct server does then. */
export const faultsCommand = (terminal: Terminal): Command =>
  addOutputOption(
    new Command('faults')
      .description('list the faults that can be played, and what a correct server does')
      .action(({ output: format }: { readonly output: OutputFormat }) => {
        const data = FAULTS.map(({ name, title, expects, source }) => ({
          name,
          title,
          expects,
          source,
        }))
        printAnswer(terminal, { format, answer: { data } }, () =>
          formatTable(
            ['NAME', 'FAULT', 'A CORRECT SERVER'],
            data.map(({ name, title, expects }) => [name, title, expects]),
          ),
        )
      }),
  )

/** `--fault` of `sim enroll`. */
export const faultOption = (): Option =>
  new Option('--fault <name>', 'do something wrong and check the answer: see `sim faults`')
    .argParser(parseFault)
    .conflicts(['out', 'persona'])

/** @throws InvalidArgumentError */
export const parseFault = (text: string): Fault => {
  const fault = FAULTS.find(({ name }) => name === text)
  if (fault !== undefined) return fault
  throw new InvalidArgumentError('`windfall sim faults` lists them.')
}

export interface FaultFlags extends KitFlags {
  readonly fault: Fault
  readonly output: OutputFormat
}

/** @throws CommandError unless the server did what a correct one does */
export const playOneFault = async (flags: FaultFlags, terminal: Terminal): Promise<void> => {
  const { fault, output } = flags
  const report = createReport(output, terminal)
  const { kit } = await openKit(flags, terminal, report.onStep)
  const verdict = await playFault(kit, fault)
  report.end(describeVerdict(fault, verdict), formatVerdict(fault, verdict))
  const failure = findFailure(fault, verdict)
  if (failure !== undefined) throw failure
}

/** A verdict in values that can be written as JSON. */
export const describeVerdict = ({ name, title, expects }: Fault, verdict: Verdict) => {
  const { kind, ...detail } = verdict
  return { fault: name, title, expects, verdict: kind, ...detail }
}

const MARKS = { passed: '✓', failed: '✗', 'not-applicable': '–' } as const
const NAME_WIDTH = Math.max(...FAULTS.map(({ name }) => name.length))

/** A verdict on one line. */
export const formatVerdict = ({ name, title }: Fault, verdict: Verdict): string =>
  `${MARKS[verdict.kind]} ${name.padEnd(NAME_WIDTH)}  ${toOneLine(remarkOn(title, verdict))}`

const remarkOn = (title: string, verdict: Verdict): string => {
  switch (verdict.kind) {
    case 'passed':
      return title
    case 'failed':
      return `${verdict.message} (${verdict.code})`
    case 'not-applicable':
      return `not played: ${verdict.message}`
  }
  return verdict satisfies never
}

const findFailure = ({ expects }: Fault, verdict: Verdict): CommandError | undefined => {
  switch (verdict.kind) {
    case 'passed':
      return undefined
    case 'not-applicable':
      return new CommandError(ExitCode.failed, `The fault was not played: ${verdict.message}.`)
    case 'failed': {
      const { message, code, reason, step } = verdict
      // Nothing was played where the device did not even get in.
      const exitCode = step === 'sign_in' ? EXIT_CODES[reason] : ExitCode.failed
      const hint = `A correct server: ${expects}`
      return new CommandError(exitCode, `The server failed: ${message} (${code}).`, { hint })
    }
  }
  return verdict satisfies never
}
