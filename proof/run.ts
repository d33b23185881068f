import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { formatRecord, formatSection, type LongRun, type ProofRecord } from './record.ts'

// Loaded when asked for: a run of one does not pay for the others.
const RUNS: Readonly<Record<string, () => Promise<LongRun>>> = {
  corpus: async () => (await import('./corpus.ts')).corpus,
  backup: async () => (await import('./backup.ts')).backup,
  'crash-points': async () => (await import('./crash-points.ts')).crashPoints,
  differential: async () => (await import('./differential.ts')).differential,
  'fuzz-der': async () => (await import('./fuzz.ts')).fuzz('der'),
  'fuzz-cms': async () => (await import('./fuzz.ts')).fuzz('cms'),
  'fuzz-plist': async () => (await import('./fuzz.ts')).fuzz('plist'),
  'fuzz-scep': async () => (await import('./fuzz.ts')).fuzz('scep'),
  'fuzz-http': async () => (await import('./fuzz.ts')).fuzz('http'),
  histories: async () => (await import('./histories.ts')).histories,
  growth: async () => (await import('./growth.ts')).growth,
  kill: async () => (await import('./kill.ts')).kill,
  model: async () => (await import('./model.ts')).model,
  load: async () => (await import('./load.ts')).load,
  nodes: async () => (await import('./nodes.ts')).nodes,
  oracle: async () => (await import('./oracle.ts')).oracle,
  schemathesis: async () => (await import('./schemathesis.ts')).schemathesis,
  stop: async () => (await import('./stop.ts')).stop,
}

const USAGE = `usage: npm run proof -- NAME [--OPTION N …] [--dry]
  NAME    ${Object.keys(RUNS).join(', ')}
  --dry   prints the table and does not write docs/proof/NAME.json
`

const main = async ([name = '', ...rest]: readonly string[]): Promise<number> => {
  const load = Object.hasOwn(RUNS, name) ? RUNS[name] : undefined
  if (load === undefined) {
    process.stderr.write(USAGE)
    return 2
  }
  const longRun = await load()
  const { isDry, options } = parseOptions(longRun, rest)
  const rows = await longRun.run(options)
  const record: ProofRecord = {
    title: longRun.title,
    ids: [...longRun.ids],
    command: ['npm run proof --', name, ...rest.filter((flag) => flag !== '--dry')].join(' '),
    date: new Date().toISOString().slice(0, 10),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD']).toString().trim(),
    machine: describeMachine(),
    rows: [...rows],
  }
  process.stdout.write(formatSection(record))
  if (!isDry) {
    const file = new URL(`../docs/proof/${name}.json`, import.meta.url)
    writeFileSync(file, formatRecord(record))
  }
  return rows.some(({ reached }) => reached === false) ? 1 : 0
}

const parseOptions = (
  { options: defaults }: LongRun,
  args: readonly string[],
): { readonly isDry: boolean; readonly options: Record<string, number> } => {
  const flags = Object.keys(defaults).map((name) => [name, { type: 'string' }] as const)
  const { values } = parseArgs({
    args: [...args],
    options: { dry: { type: 'boolean', default: false }, ...Object.fromEntries(flags) },
  })
  const { dry: isDry, ...given } = values
  const options = { ...defaults }
  for (const [name, text] of Object.entries(given)) {
    const value = Number(text)
    if (!Number.isFinite(value)) throw new TypeError(`--${name} is not a number`)
    options[name] = value
  }
  return { isDry: isDry === true, options }
}

const describeMachine = (): string => {
  const processors = cpus()
  return `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'}, Node ${process.versions.node}`
}

process.exitCode = await main(process.argv.slice(2))
