import { hash } from 'node:crypto'
import type { Executor } from './schema.ts'
import { type Row, readRows, type Table } from './table.ts'

/** How many rows a table has, and a digest of them in whatever order they are. */
export interface TableSummary {
  readonly table: string
  readonly rows: number
  readonly digest: string
}

/** A row as a line of JSON, which is what its digest is of. */
export const formatRow = (row: Row): string => JSON.stringify(row)

const WORDS = 8

/** Counts rows by their lines, and adds up a digest that does not depend on their order. */
export class Tally {
  readonly #table: string
  readonly #sum = new Uint32Array(WORDS)
  #rows = 0

  constructor(table: string) {
    this.#table = table
  }

  add(lines: readonly string[]): void {
    for (const line of lines) {
      // No row is there twice, so none takes another out of the sum.
      const digest = hash('sha256', line, 'buffer')
      for (let word = 0; word < WORDS; word++) {
        this.#sum[word] = (this.#sum[word] ?? 0) ^ digest.readUInt32BE(4 * word)
      }
    }
    this.#rows += lines.length
  }

  summary(): TableSummary {
    const digest = [...this.#sum].map((word) => word.toString(16).padStart(8, '0')).join('')
    return { table: this.#table, rows: this.#rows, digest }
  }
}

/** Reads every row of the tables, of the columns that they name; of the rows, those that `counts` says. */
export const summarizeTables = async (
  db: Executor,
  tables: readonly Table[],
  counts: (table: Table, row: Row) => boolean = () => true,
): Promise<readonly TableSummary[]> => {
  const summaries: TableSummary[] = []
  for (const table of tables) {
    const tally = new Tally(table.name)
    for await (const rows of readRows(db, table)) {
      tally.add(rows.filter((row) => counts(table, row)).map(formatRow))
    }
    summaries.push(tally.summary())
  }
  return summaries
}
