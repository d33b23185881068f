import { Command } from 'commander'
import type { ImportedAccount } from '../api-client/index.ts'
import { nameKey } from '../model/index.ts'
import { type Person, parsePeople } from './account-csv.ts'
import { openClient } from './client.ts'
import { addClientOptions, type ClientFlags } from './client-flags.ts'
import { CommandError, ExitCode } from './exit.ts'
import { addExamples } from './help.ts'
import { readInput } from './input.ts'
import { addOutputOption, formatTable, type OutputFormat, printAnswer } from './output.ts'
import { printNote, type Terminal, toOneLine } from './terminal.ts'

interface Flags extends ClientFlags {
  readonly output: OutputFormat
  readonly change?: true
  readonly dryRun?: true
  readonly skipFaulty?: true
}

/** `windfall account import`: the people of a CSV file. */
export const importCommand = (terminal: Terminal): Command => {
  const command = new Command('import')
    .description('add the people of a CSV file; nothing is done while a line of it is wrong')
    .argument('<file>', 'CSV in UTF-8; its first line names the columns')
    .option('--change', 'also change those who are there to what the file says')
    .option('--dry-run', 'only say what would be done')
    .option('--skip-faulty', 'leave out the lines that are wrong')
    .action((file: string, flags: Flags) => importFile(file, flags, terminal))
  addExamples(command, [
    ['windfall account import people.csv --dry-run', 'columns: name, full name, email, password'],
    ['windfall account import people.csv --change', 'each other column is {{account.COLUMN}}'],
  ])
  return addOutputOption(addClientOptions(command))
}

/** Why a line cannot be taken over. */
interface Fault {
  readonly line: number
  readonly name: string
  readonly code: string
  readonly detail: string
}

type Outcome = ImportedAccount['outcome']

const OUTCOMES = ['added', 'changed', 'same', 'kept', 'refused'] as const satisfies Outcome[]

interface Plan {
  readonly good: readonly Person[]
  readonly faults: readonly Fault[]
  readonly counts: Readonly<Record<Outcome, number>>
}

const importFile = async (file: string, flags: Flags, terminal: Terminal): Promise<void> => {
  const people = parsePeople(await readInput(file, terminal))
  const { dryRun = false, skipFaulty = false } = flags
  await using client = await openClient(flags, terminal, { creates: !dryRun })
  const existing = flags.change ? 'change' : 'keep'
  const sender =
    (trial: boolean): Send =>
    async (some) => {
      const order = { accounts: some.map(({ account }) => account), existing, trial } as const
      return (await client.api.importAccounts(order, { patience: PATIENCE_MS })).results
    }
  const { doubles, rest } = withoutDoubles(people)
  const plan = await run(rest, sender(true))
  const wrong = inOrder([...doubles, ...plan.faults])
  if (wrong.length > 0 && !skipFaulty) {
    noteFaults(terminal, wrong)
    const text = `${wrong.length} of ${people.length} people cannot be taken over`
    throw new CommandError(ExitCode.invalid, `${text}; nothing was changed`, {
      hint: 'Mend these lines, or leave them out with --skip-faulty.',
    })
  }
  const done = dryRun ? plan : await run(plan.good, sender(false))
  const faults = dryRun ? wrong : inOrder([...wrong, ...done.faults])
  const counts = { ...done.counts, refused: faults.length }
  const answer = { dryRun, ...counts, faults }
  const words = WORDS[dryRun ? 'trial' : 'done']
  printAnswer(terminal, { format: flags.output, answer }, () =>
    formatTable(
      ['PEOPLE', ''],
      OUTCOMES.filter((outcome) => counts[outcome] > 0).map((outcome) => [
        String(counts[outcome]),
        words[outcome],
      ]),
    ),
  )
  noteFaults(terminal, faults)
}

const WORDS: Readonly<Record<'trial' | 'done', Readonly<Record<Outcome, string>>>> = {
  trial: {
    ...{ added: 'would be added', changed: 'would be changed', same: 'are the same' },
    ...{ kept: 'would be left as they are', refused: 'would be left out' },
  },
  done: {
    ...{ added: 'added', changed: 'changed', same: 'were the same' },
    ...{ kept: 'left as they are', refused: 'left out' },
  },
}

type Send = (people: readonly Person[]) => Promise<readonly ImportedAccount[]>

/** People in one request: a password takes its time. */
const AT_ONCE = 50
const PATIENCE_MS = 120_000

const run = async (people: readonly Person[], send: Send): Promise<Plan> => {
  const good: Person[] = []
  const faults: Fault[] = []
  const counts = { added: 0, changed: 0, same: 0, kept: 0, refused: 0 }
  for (let first = 0; first < people.length; first += AT_ONCE) {
    const { results, malformed } = await sendSome(people.slice(first, first + AT_ONCE), send)
    faults.push(...malformed)
    for (const [person, { name, outcome, fault }] of results) {
      counts[outcome]++
      if (fault === null) good.push(person)
      else faults.push({ line: person.line, name, ...fault })
    }
  }
  return { good, faults, counts }
}

const inOrder = (faults: readonly Fault[]): readonly Fault[] =>
  faults.toSorted((one, other) => one.line - other.line)

/** The API knows only those of one request. */
const withoutDoubles = (people: readonly Person[]) => {
  const lines = new Map<string, number>()
  const doubles: Fault[] = []
  const rest = people.filter(({ line, account: { name } }) => {
    const key = nameKey(name)
    const before = lines.get(key)
    if (before === undefined) lines.set(key, line)
    else doubles.push({ line, name, code: 'account_twice', detail: `also on line ${before}` })
    return before === undefined
  })
  return { doubles, rest }
}

interface Sent {
  readonly results: readonly (readonly [Person, ImportedAccount])[]
  readonly malformed: readonly Fault[]
}

/** Where the API does not even read a request because of some of them, it is asked again without those. */
const sendSome = async (people: readonly Person[], send: Send): Promise<Sent> => {
  if (people.length === 0) return { results: [], malformed: [] }
  try {
    const answers = await send(people)
    const results = people.flatMap((person, index) => {
      const answer = answers[index]
      return answer === undefined ? [] : [[person, answer] as const]
    })
    return { results, malformed: [] }
  } catch (error) {
    const malformed = malformedIn(error, people)
    if (malformed.length === 0) throw error
    const lines = new Set(malformed.map(({ line }) => line))
    const rest = await sendSome(
      people.filter(({ line }) => !lines.has(line)),
      send,
    )
    return { results: rest.results, malformed: [...malformed, ...rest.malformed] }
  }
}

/** `accounts.3.email: more than 320 characters; …` */
const PLACE = /accounts\.(\d+)\.([^;]+?)(?=;| \(input\)$)/g

const malformedIn = (error: unknown, people: readonly Person[]): readonly Fault[] => {
  if (!(error instanceof CommandError) || error.code !== 'input') return []
  const { code, message } = error
  return [...message.matchAll(PLACE)].flatMap(([, index = '', said = '']) => {
    const person = people[Number(index)]
    if (person === undefined) return []
    return [{ line: person.line, name: person.account.name, code, detail: said }]
  })
}

const MOST_SHOWN = 20

const noteFaults = (terminal: Terminal, faults: readonly Fault[]): void => {
  for (const { line, name, code, detail } of faults.slice(0, MOST_SHOWN)) {
    printNote(terminal, toOneLine(`line ${line}, ${name || 'no name'}: ${detail} (${code})`))
  }
  const more = faults.length - MOST_SHOWN
  if (more > 0) printNote(terminal, `and ${more} more; -o json names them all`)
}
