import { Command, Option } from 'commander'
import type { Api } from '../api-client/index.ts'
import { openClient } from './client.ts'
import { addClientOptions, type ClientFlags } from './client-flags.ts'
import { CommandError, ExitCode } from './exit.ts'
import { addExamples } from './help.ts'
import {
  formatFault,
  KINDS,
  type Kind,
  type ManifestFault,
  type ManifestObject,
  type Outcome,
  readManifest,
} from './manifest/index.ts'
import { addOutputOption, formatTable, type OutputFormat, printAnswer } from './output.ts'
import { printNote, type Terminal, toOneLine } from './terminal.ts'

interface Flags extends ClientFlags {
  readonly output: OutputFormat
  readonly file: readonly string[]
  readonly dryRun?: true
  readonly exitCode?: true
  readonly prune?: readonly Kind[]
  readonly reason?: string
}

/** `windfall apply`: makes the server what files say. */
export const applyCommand = (terminal: Terminal): Command => {
  const command = new Command('apply')
    .description('make the server what YAML files say; what they do not name stays')
    .requiredOption('-f, --file <path>', 'a file, a folder, or - ; repeatable', collect)
    .option('--dry-run', 'only print the plan')
    .option('--exit-code', `with --dry-run, ${ExitCode.planHasChanges} where the plan has changes`)
    .addOption(
      new Option('--prune <kind>', 'remove those of this kind that no file names; repeatable')
        .choices(KINDS.map(({ plural }) => plural))
        .argParser((text, before: readonly Kind[] = []) => [
          ...before,
          ...KINDS.filter(({ plural }) => plural === text),
        ]),
    )
    .option('--reason <text>', 'why, for the audit')
    .action((flags: Flags) => apply(flags, terminal))
  addExamples(command, [
    ['windfall apply -f windfall/ --dry-run', 'what would change'],
    ['windfall apply -f windfall/ --prune flows', 'the files are all the flows there are'],
  ])
  return addOutputOption(addClientOptions(command))
}

const collect = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  text,
]

/** What is done with one object, or would be. */
interface Action {
  readonly kind: string
  readonly name: string
  readonly action: 'create' | 'change' | 'delete' | 'nothing'
  readonly changed: readonly string[]
}

const ACTIONS = { created: 'create', changed: 'change', same: 'nothing' } as const

const apply = async (flags: Flags, terminal: Terminal): Promise<void> => {
  const { dryRun = false, reason, output, prune = [] } = flags
  const { objects, faults } = await readManifest(flags.file, terminal)
  refuseFaulty(faults, terminal)
  await using client = await openClient(flags, terminal, { creates: false })
  const { api } = client
  const plan = await makePlan(api, objects)
  refuseFaulty(plan.faults, terminal)
  const removals = await planRemovals(api, objects, prune)
  if (!dryRun) {
    for (const object of objects) await object.apply(api, { trial: false, reason })
    for (const { kind, name } of removals) await kind.remove(api, name, reason)
  }
  const actions = [
    ...plan.actions,
    ...removals.map(({ kind, name }): Action => toAction(kind.name, name, 'delete')),
  ]
  const answer = { dryRun, data: actions }
  printAnswer(terminal, { format: output, answer }, () =>
    formatTable(
      ['KIND', 'NAME', dryRun ? 'PLAN' : 'DONE', 'CHANGES'],
      actions.map(({ kind, name, action, changed }) => [
        kind,
        name,
        action,
        changed.join(' ') || null,
      ]),
    ),
  )
  const changes = actions.filter(({ action }) => action !== 'nothing').length
  if (dryRun && flags.exitCode && changes > 0) {
    throw new CommandError(ExitCode.planHasChanges, `the plan has ${changes} changes`)
  }
}

const toAction = (
  kind: string,
  name: string,
  action: Action['action'],
  changed: Outcome['changed'] = [],
): Action => ({ kind, name, action, changed })

/** What applying would do, by the server's own word: the same request, as a trial. */
const makePlan = async (
  api: Api,
  objects: readonly ManifestObject[],
): Promise<{ readonly actions: readonly Action[]; readonly faults: readonly ManifestFault[] }> => {
  const actions: Action[] = []
  const faults: ManifestFault[] = []
  for (const object of objects) {
    const { kind, name, file, line } = object
    try {
      const { outcome, changed } = await object.apply(api, { trial: true })
      actions.push(toAction(kind, name, ACTIONS[outcome], changed))
    } catch (error) {
      if (!(error instanceof CommandError) || error.exitCode !== ExitCode.invalid) throw error
      faults.push({ file, line, path: `${kind} ${name}`, message: error.message })
    }
  }
  return { actions, faults }
}

interface Removal {
  readonly kind: Kind
  readonly name: string
}

const planRemovals = async (
  api: Api,
  objects: readonly ManifestObject[],
  kinds: readonly Kind[],
): Promise<readonly Removal[]> => {
  const removals: Removal[] = []
  // What refers to others goes before them.
  for (const kind of KINDS.toReversed().filter((each) => kinds.includes(each))) {
    const named = new Set(
      objects.filter((object) => object.kind === kind.name).map(({ name }) => name),
    )
    const names = await kind.list(api)
    removals.push(...names.filter((name) => !named.has(name)).map((name) => ({ kind, name })))
  }
  return removals
}

/** @throws CommandError `invalid` where there are any, after all were named */
const refuseFaulty = (faults: readonly ManifestFault[], terminal: Terminal): void => {
  if (faults.length === 0) return
  for (const fault of faults) printNote(terminal, toOneLine(formatFault(fault)))
  const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`
  throw new CommandError(ExitCode.invalid, `${count} in the files; nothing was changed`)
}
