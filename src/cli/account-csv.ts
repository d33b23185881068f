import { CsvError, parse } from 'csv-parse/sync'
import { z } from 'zod'
import type { ListedAccount } from '../api-client/index.ts'
import { CommandError, ExitCode } from './exit.ts'

/** Somebody in a file, and the line on which they stand. */
export interface Person {
  readonly line: number
  readonly account: ListedAccount
}

/** What a column is for: a field of the account, or an attribute of this name. */
type Column = 'name' | 'fullName' | 'email' | 'password' | { readonly attribute: string }

const FIELDS: Readonly<Record<string, Column>> = {
  name: 'name',
  fullname: 'fullName',
  email: 'email',
  password: 'password',
}

/**
 * The people of a CSV file (RFC 4180) in UTF-8, whose first line names its columns: `name`, `full name`, `email`,
 * `password`, in any case; each other column is an attribute. Between the cells are commas, semicolons or tabs.
 * @throws CommandError `invalid` with the line that is wrong
 */
export const parsePeople = (bytes: Uint8Array): readonly Person[] => {
  const rows = parseRows(decode(bytes))
  const [header, ...rest] = rows
  if (header === undefined) throw refused('the file is empty')
  const columns = readHeader(header.record)
  return rest.map(({ record, line }) => ({ line, account: toAccount(columns, record) }))
}

const decode = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw refused('the file is not UTF-8', { hint: 'In Excel, save it as "CSV UTF-8".', cause })
  }
}

interface Row {
  readonly line: number
  readonly record: readonly string[]
}

/** What the library gives where it is asked for lines too. */
const ROWS = z.array(z.object({ record: z.array(z.string()), info: z.object({ lines: z.int() }) }))

const parseRows = (text: string): readonly Row[] => {
  try {
    const rows: unknown = parse(text, {
      delimiter: delimiterOf(text),
      info: true,
      trim: true,
      skip_empty_lines: true,
    })
    // The line on which it ends; a cell may have several.
    return ROWS.parse(rows).map(({ record, info }) => ({
      record,
      line: info.lines - extraLines(record),
    }))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw refused(`line ${String(error['lines'])}: ${error.message.replace(/ on line \d+.*$/, '')}`)
  }
}

const extraLines = (record: readonly string[]): number =>
  record.reduce((sum, cell) => sum + (cell.match(/\n/g)?.length ?? 0), 0)

/** What stands most often in the first line. */
const delimiterOf = (text: string): string => {
  const [first = ''] = text.trimStart().split(/\r?\n/, 1)
  const count = (delimiter: string): number => first.split(delimiter).length
  return [',', ';', '\t'].reduce((best, other) => (count(other) > count(best) ? other : best))
}

const readHeader = (names: readonly string[]): readonly Column[] => {
  const columns = names.map(
    (name): Column => FIELDS[name.toLowerCase().replaceAll(/[ _-]/g, '')] ?? { attribute: name },
  )
  const keys = columns.map((column) => (typeof column === 'string' ? column : column.attribute))
  const twice = keys.find((key, index) => keys.indexOf(key) !== index)
  if (twice !== undefined) throw refused(`line 1: the column ${twice} is there twice`)
  if (!columns.includes('name')) {
    throw refused('line 1: there is no column "name"', {
      hint: 'The first line names the columns, such as: name,full name,email,department',
    })
  }
  return columns
}

/** An empty cell says that there is nothing. */
const toAccount = (columns: readonly Column[], record: readonly string[]): ListedAccount => {
  const account: { -readonly [K in keyof ListedAccount]: ListedAccount[K] } = { name: '' }
  const attributes: Record<string, string | null> = {}
  columns.forEach((column, index) => {
    const cell = record[index] ?? ''
    if (typeof column !== 'string') attributes[column.attribute] = cell || null
    else if (column === 'name') account.name = cell
    else if (column === 'password') account.password = cell || undefined
    else account[column] = cell || null
  })
  return { ...account, attributes }
}

const refused = (message: string, options: ConstructorParameters<typeof CommandError>[2] = {}) =>
  new CommandError(ExitCode.invalid, message, options)
