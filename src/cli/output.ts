import { type Command, Option } from 'commander'
import { z } from 'zod'
import { printLine, type Terminal, toOneLine } from './terminal.ts'

const OUTPUT_FORMATS = ['table', 'json', 'ndjson'] as const
export type OutputFormat = (typeof OUTPUT_FORMATS)[number]

export const addOutputOption = (command: Command): Command =>
  command.addOption(
    new Option('-o, --output <format>', 'how to print it').choices(OUTPUT_FORMATS).default('table'),
  )

/** Those of commands that print tables of many rows. */
const CSV_FORMATS = [...OUTPUT_FORMATS, 'csv'] as const
export type CsvOutputFormat = (typeof CSV_FORMATS)[number]

export const addCsvOutputOption = (command: Command): Command =>
  command.addOption(
    new Option('-o, --output <format>', 'how to print it').choices(CSV_FORMATS).default('table'),
  )

const LIST = z.object({ data: z.array(z.unknown()) })

/**
 * Prints an answer of the API: as it came (`json`), a line for each of its items (`ndjson`), or what `render`
 * makes of it for people.
 */
export const printAnswer = (
  terminal: Terminal,
  { format, answer }: { readonly format: OutputFormat; readonly answer: unknown },
  render: () => string,
): void => {
  for (const text of format === 'table' ? [render()] : formatJson(format, answer)) {
    printLine(terminal, text)
  }
}

const formatJson = (format: 'json' | 'ndjson', answer: unknown): readonly string[] => {
  if (format === 'json') return [JSON.stringify(answer, undefined, 2)]
  const { data: list } = LIST.safeParse(answer)
  return (list?.data ?? [answer]).map((item) => JSON.stringify(item))
}

/** Columns as wide as what stands in them. An absent value is a dash. */
export const formatTable = (
  header: readonly string[],
  rows: readonly (readonly (string | null)[])[],
): string => {
  const cells = [header, ...rows.map((row) => row.map((text) => toOneLine(text ?? '–')))]
  const widths = header.map((_, column) =>
    Math.max(...cells.map((row) => (row[column] ?? '').length)),
  )
  return cells
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
