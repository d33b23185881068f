import { Command } from 'commander'
import type { Explanation } from '../api-client/index.ts'
import { explainCode, findExplanation, parseId } from '../model/index.ts'
import { openClient } from './client.ts'
import { addClientOptions, type ClientFlags } from './client-flags.ts'
import { CommandError, ExitCode } from './exit.ts'
import { addExamples } from './help.ts'
import { addOutputOption, type OutputFormat, printAnswer } from './output.ts'
import { createPaint, type Paint, type Terminal, toOneLine } from './terminal.ts'

interface Flags extends ClientFlags {
  readonly output: OutputFormat
}

/** `windfall enrollment explain`: what a reason code means, or why an enrollment does not go on. */
export const explainCommand = (terminal: Terminal): Command => {
  const command = new Command('explain')
    .description('say what a reason code means, or why an enrollment does not go on')
    .argument('<id or code>', 'an enrollment, or a reason code, which needs no server')
    .action(async (subject: string, flags: Flags) => {
      const answer =
        parseId('enrollment', subject) === undefined
          ? requireExplanation(subject)
          : await explainEnrollment(subject, flags, terminal)
      const paint = createPaint(terminal.stdout)
      printAnswer(terminal, { format: flags.output, answer }, () =>
        answer === null
          ? 'Nothing is wrong with it: it has ended well, or the device may be at work.'
          : formatExplanation(answer, paint),
      )
    })
  addExamples(command, [
    ['windfall enrollment explain os_too_old', 'what a code means'],
    ['windfall enrollment explain enr_01k6n4x2b0v3m8t5q7r9w1y2z4', 'why nothing comes any more'],
  ])
  return addOutputOption(addClientOptions(command))
}

const requireExplanation = (code: string): Explanation => {
  if (findExplanation(code) !== undefined) return explainCode(code)
  throw new CommandError(ExitCode.notFound, 'there is no such reason code (explanation_unknown)', {
    hint: 'See the reasons of enrollments: windfall enrollment list',
  })
}

const explainEnrollment = async (
  id: string,
  flags: Flags,
  terminal: Terminal,
): Promise<Explanation | null> => {
  await using client = await openClient(flags, terminal)
  return problemOf(await client.api.getEnrollment(id))
}

interface Judged {
  readonly code: string | null
  readonly state: string
  readonly explanation: Explanation | null
  readonly diagnosis: { readonly explanation: Explanation } | null
  readonly steps: readonly { readonly explanation: Explanation | null }[]
}

/** What ended an enrollment, keeps it from going on, or what its silence means; null where nothing is wrong. */
export const problemOf = ({
  code,
  state,
  explanation,
  diagnosis,
  steps,
}: Judged): Explanation | null => {
  // That time ran out says less than what was waited for.
  if (code === 'timed_out' && diagnosis !== null) return diagnosis.explanation
  if (explanation !== null) return explanation
  if (state === 'configured' || state === 'managed') return null
  return steps.at(-1)?.explanation ?? diagnosis?.explanation ?? null
}

const OWNERS: ReadonlyMap<string, string> = new Map([
  ['account_holder', 'the account holder'],
  ['help_desk', 'the help desk'],
  ['administrator', 'an administrator'],
])

export const formatExplanation = (
  { code, meaning, advice, owner }: Explanation,
  paint: Paint,
): string =>
  [
    `${paint('bold', toOneLine(code))}  ${meaning}`,
    `  ${paint('gray', 'what to do'.padEnd(15))} ${advice}`,
    `  ${paint('gray', 'who can'.padEnd(15))} ${OWNERS.get(owner) ?? toOneLine(owner)}`,
  ].join('\n')
