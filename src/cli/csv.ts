import { type CsvColumns, formatCsvHeader, formatCsvRecords } from '../protocol/csv/index.ts'
import type { Terminal } from './terminal.ts'

/** Prints a CSV file, part after part as they come. */
export const printCsv = async <T>(
  { stdout }: Terminal,
  columns: CsvColumns<T>,
  parts: AsyncIterable<readonly T[]> | Iterable<readonly T[]>,
): Promise<void> => {
  stdout.write(formatCsvHeader(columns))
  for await (const part of parts) stdout.write(formatCsvRecords(columns, part))
}
