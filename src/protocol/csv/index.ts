/** What a field of a CSV file may hold. */
export type CsvValue = string | number | boolean | null

/** What spreadsheets take for the beginning of a formula, in both widths, or skip to find one. */
const FORMULA = /^[\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/

/**
 * One record as RFC 4180 has it, with its line end. Text that a spreadsheet would run as a formula gets an apostrophe
 * before it: names and what devices say of themselves are chosen by others.
 */
export const formatCsvRecord = (values: readonly CsvValue[]): string =>
  `${values.map(formatField).join(',')}\r\n`

const formatField = (value: CsvValue): string => {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const safe = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** The columns of a file, in their order, each with where its value comes from. */
export type CsvColumns<T> = Readonly<Record<string, (item: T) => CsvValue>>

/** The first record: the names of the columns. */
export const formatCsvHeader = <T>(columns: CsvColumns<T>): string =>
  formatCsvRecord(Object.keys(columns))

/** The records of these items, one after another. */
export const formatCsvRecords = <T>(columns: CsvColumns<T>, items: readonly T[]): string => {
  const readers = Object.values(columns)
  return items.map((item) => formatCsvRecord(readers.map((read) => read(item)))).join('')
}
