import { z } from 'zod'
import { ServiceError } from '../../errors.ts'
import type { Row, Table, TableSummary } from '../../store/index.ts'

// What a backup holds: lines of JSON (docs/backup.md). An array is a row of the table above it.

const headSchema = z.object({
  /** Milliseconds since 1970. */
  takenAt: z.number(),
  database: z.enum(['sqlite', 'postgres']),
  /** Those that the database has seen. */
  migrations: z.array(z.string()).min(1),
  /** The content is base64. */
  files: z.array(z.object({ name: z.string(), content: z.string() })),
})

const tableSchema = z.object({
  table: z.string(),
  columns: z.array(
    z.object({ name: z.string(), kind: z.enum(['text', 'integer', 'bytes']) }).readonly(),
  ),
})

const summarySchema = z.object({
  table: z.string(),
  rows: z.number(),
  /** Of the rows, in whatever order they are. */
  digest: z.string(),
})

const manifestSchema = z.object({ manifest: z.array(summarySchema) })

const lineSchema = z.union([tableSchema, manifestSchema, headSchema])

export type Head = Readonly<z.output<typeof headSchema>>

/** One thing in a backup. Lines are rows of the table that came last, so many at once. */
export type Item =
  | ({ readonly kind: 'head' } & Head)
  | { readonly kind: 'table'; readonly table: Table }
  | { readonly kind: 'rows'; readonly lines: readonly string[] }
  | { readonly kind: 'manifest'; readonly tables: readonly TableSummary[] }

/** Writes an item as lines. */
export const formatItem = (item: Item): string => {
  switch (item.kind) {
    case 'head': {
      const { kind: _, ...head } = item
      return formatLine(head)
    }
    case 'table':
      return formatLine({ table: item.table.name, columns: item.table.columns })
    case 'rows':
      return item.lines.map((line) => `${line}\n`).join('')
    case 'manifest':
      return formatLine({ manifest: item.tables })
    default:
      return item satisfies never
  }
}

const formatLine = (value: unknown): string => `${JSON.stringify(value)}\n`

/** @throws ServiceError invalid `backup_malformed` */
export const parseRow = (line: string, { columns }: Table): Row => {
  const row = parseJson(line)
  if (isRow(row) && row.length === columns.length) return row
  throw malformed()
}

/** Reads back what `formatItem` wrote. @throws ServiceError invalid `backup_malformed` */
export async function* parseItems(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Item> {
  for await (const all of linesOf(bytes)) {
    let lines: string[] = []
    for (const line of all) {
      if (line.startsWith('[')) {
        lines.push(line)
        continue
      }
      if (lines.length > 0) yield { kind: 'rows', lines }
      lines = []
      yield parseItem(parseJson(line))
    }
    if (lines.length > 0) yield { kind: 'rows', lines }
  }
}

/** The lines that are whole, as they come. */
async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let rest = ''
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield lines
  }
  if (rest !== '') throw malformed()
}

const parseJson = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw malformed({ cause })
  }
}

const isRow = (value: unknown): value is Row =>
  Array.isArray(value) &&
  value.every((each) => each === null || typeof each === 'string' || Number.isSafeInteger(each))

const parseItem = (value: unknown): Item => {
  const { data, error } = lineSchema.safeParse(value)
  if (data === undefined) throw malformed({ cause: error })
  if ('manifest' in data) return { kind: 'manifest', tables: data.manifest }
  if ('table' in data) return { kind: 'table', table: { name: data.table, columns: data.columns } }
  return { kind: 'head', ...data }
}

export const malformed = (options?: ErrorOptions): ServiceError =>
  new ServiceError(
    'invalid',
    'backup_malformed',
    'the backup does not hold what it should',
    options,
  )
