import { z } from 'zod'

const rowSchema = z.object({
  what: z.string(),
  /** With its unit. */
  measured: z.string(),
  mark: z.string().optional(),
  /** Absent where there is no mark. */
  reached: z.boolean().optional(),
})

const recordSchema = z.object({
  title: z.string(),
  /** Statements of the mission and of the list of attacks that the run is about, e.g. `proof R1`. */
  ids: z.array(z.string()),
  command: z.string(),
  /** Day of the run, `2026-11-21`. */
  date: z.string(),
  /** Hash of the commit that ran. */
  commit: z.string(),
  machine: z.string(),
  rows: z.array(rowSchema),
})

/** One line of a long run's table. */
export type Row = z.infer<typeof rowSchema>

/** What a long run leaves behind in `docs/proof/NAME.json`. */
export type ProofRecord = Readonly<z.infer<typeof recordSchema>>

/** A run that is too long for `npm test`: the same harness with other counts. */
export interface LongRun {
  readonly title: string
  readonly ids: readonly string[]
  /** Flags and the values they have where none is given. */
  readonly options: Readonly<Record<string, number>>
  readonly run: (options: Readonly<Record<string, number>>) => Promise<readonly Row[]>
}

export const parseRecord = (text: string): ProofRecord => recordSchema.parse(JSON.parse(text))

export const formatRecord = (record: ProofRecord): string => `${JSON.stringify(record, null, 2)}\n`

const INTRODUCTION = `# Proof

What the long runs measured: the same harnesses as in \`npm test\`, with counts that take too long for every change.
Each section names the command that repeats it. This page is written by \`npm run docs:proof\` from \`docs/proof/*.json\`.
`

/** The page that shows all records, in the order given. */
export const formatProofPage = (records: readonly ProofRecord[]): string =>
  [INTRODUCTION, ...records.map(formatSection)].join('\n')

/** One record as Markdown. */
export const formatSection = ({
  title,
  ids,
  command,
  date,
  commit,
  machine,
  rows,
}: ProofRecord): string =>
  [
    `## ${title}`,
    '',
    `\`${command}\``,
    '',
    `${[date, `commit ${commit}`, machine, ...(ids.length > 0 ? [ids.join(', ')] : [])].join(' · ')}`,
    '',
    '| what | measured | mark | reached |',
    '| --- | --- | --- | --- |',
    ...rows.map(formatRow),
    '',
  ].join('\n')

const formatRow = ({ what, measured, mark, reached }: Row): string =>
  `| ${[what, measured, mark ?? '', verdict(reached)].map(escapeCell).join(' | ')} |`

const verdict = (reached: boolean | undefined): string => {
  if (reached === undefined) return ''
  return reached ? 'yes' : '**no**'
}

const escapeCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')
