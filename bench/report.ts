import { styleText } from 'node:util'
import { z } from 'zod'

const rowSchema = z.object({
  id: z.string(),
  what: z.string(),
  /** For people, with its unit. */
  measured: z.string(),
  /** What the target is about. */
  value: z.number(),
  target: z.union([z.object({ least: z.number() }), z.object({ most: z.number() })]),
})

const reportSchema = z.object({
  node: z.string(),
  operations: z.object({ rsaSign: z.number(), rsaDecrypt: z.number(), p256Sign: z.number() }),
  rows: z.array(rowSchema),
})

/** One line of the table. */
export type Row = Readonly<z.infer<typeof rowSchema>>
export type Report = Readonly<z.infer<typeof reportSchema>>

/** Reads what `--json` wrote. */
export const parseReport = (text: string): Report => reportSchema.parse(JSON.parse(text))

export const isReached = ({ value, target }: Row): boolean =>
  'least' in target ? value >= target.least : value <= target.most

/** What private-key operations alone would take, as a share of what everything took. */
export const shareRow = (
  row: Pick<Row, 'id' | 'what'> & {
    readonly cpuMs: number
    readonly share: number
    readonly least: number
  },
): Row => {
  const { id, what, cpuMs, share, least } = row
  return { id, what, measured: `${cpuMs.toFixed(2)} ms`, value: share, target: { least } }
}

/** The table, and beside each value that of another report, if one is given. */
export const formatReport = (report: Report, other?: Report): string => {
  const { rsaSign, rsaDecrypt, p256Sign } = report.operations
  const costs = [
    `RSA-2048 sign ${ms(rsaSign)}, decrypt ${ms(rsaDecrypt)}`,
    `P-256 sign ${ms(p256Sign)}`,
  ]
  const headings = ['', 'measured', 'value', 'target', 'reached', ...(other ? ['before'] : [])]
  const rows = report.rows.map((row) => [
    row.what,
    row.measured,
    format(row.value),
    formatTarget(row),
    isReached(row) ? 'yes' : styleText('red', 'no'),
    ...(other ? [beside(row, other)] : []),
  ])
  return [
    `Node ${report.node}; one operation, CPU: ${costs.join('; ')}`,
    '',
    ...formatTable([headings, ...rows]),
  ].join('\n')
}

const ms = (value: number): string => `${value.toFixed(3)} ms`

export const format = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(0))

export const formatTarget = ({ target }: Row): string =>
  'least' in target ? `≥ ${target.least}` : `≤ ${target.most}`

const beside = ({ id }: Row, { rows }: Report): string => {
  const same = rows.find((row) => row.id === id)
  return same === undefined ? '–' : `${same.measured}, ${format(same.value)}`
}

const formatTable = (cells: readonly (readonly string[])[]): readonly string[] => {
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => (row[column] ?? '').length)),
  )
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
