import { type RawBuilder, SqliteAdapter, sql } from 'kysely'
import type { Executor, Schema } from './schema.ts'

/**
 * Every table whose rows are worth keeping; one that refers to another stands behind it. The head of the audit is what
 * its lines make it.
 */
const TABLES = Object.keys({
  account: 0,
  directory: 0,
  device: 0,
  flow: 0,
  flow_device: 0,
  invitation: 0,
  enrollment: 0,
  phase2_answer: 0,
  step: 0,
  challenge: 0,
  key_pair: 0,
  certificate: 0,
  audit_start: 0,
  audit: 0,
  audit_checkpoint: 0,
  operator: 0,
  session: 0,
  api_token: 0,
  token: 0,
  throttle: 0,
  idempotency: 0,
  job: 0,
  webhook: 0,
  webhook_delivery: 0,
  acme_account: 0,
  acme_certificate: 0,
  acme_schedule: 0,
  acme_answer: 0,
} satisfies Record<Exclude<keyof Schema, 'audit_head' | 'probe'>, 0>)

interface Column {
  readonly name: string
  /** How its values look in both databases, whatever either calls the type. */
  readonly kind: 'text' | 'integer' | 'bytes'
}

/** Tables whose rows are read in one order, and the column that says which: the audit takes no other. */
const ORDERS: ReadonlyMap<string, string> = new Map([
  ['audit', 'seq'],
  ['step', 'position'],
])

/** What each database gives by itself, and means nothing in another. */
const GIVEN: ReadonlySet<string> = new Set(['step.position'])

/** A table as the database has it; columns in the order of their names, which is the same in both databases. */
export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
}

/** A row in the order of the columns, as JSON has it: bytes are base64. */
export type Row = readonly (string | number | null)[]

/** The tables of the schema, those that others refer to first. Empty where the database has none. */
export const readTables = async (db: Executor): Promise<readonly Table[]> => {
  const found = await readColumns(db)
  return TABLES.flatMap((name) => {
    const columns = found.filter(
      ({ table, column }) => table === name && !GIVEN.has(`${table}.${column}`),
    )
    if (columns.length === 0) return []
    return [{ name, columns: columns.map(({ column, type }) => toColumn(column, type)) }]
  })
}

interface ColumnRow {
  readonly table: string
  readonly column: string
  readonly type: string
}

const readColumns = async (db: Executor): Promise<readonly ColumnRow[]> => {
  const query = isSqlite(db)
    ? sql<ColumnRow>`select m.name as "table", c.name as "column", lower(c.type) as "type"
        from sqlite_schema m join pragma_table_info(m.name) c where m.type = 'table'
        order by m.name, c.name`
    : sql<ColumnRow>`select table_name as "table", column_name as "column", data_type as "type"
        from information_schema.columns where table_schema = current_schema()
        order by table_name, column_name collate "C"`
  return (await query.execute(db)).rows
}

const isSqlite = (db: Executor): boolean => db.getExecutor().adapter instanceof SqliteAdapter

const toColumn = (name: string, type: string): Column => {
  const kind = KINDS.get(type)
  if (kind === undefined) throw new Error(`columns of the type ${type} are not known`)
  return { name, kind }
}

const KINDS: ReadonlyMap<string, Column['kind']> = new Map([
  ['text', 'text'],
  ['integer', 'integer'],
  ['bigint', 'integer'],
  ['blob', 'bytes'],
  ['bytea', 'bytes'],
])

const BATCH = 500

/** All rows of a table, so many at once, in any order. Rows that are written meanwhile may be missing. */
export const readRows = (db: Executor, table: Table): AsyncGenerator<readonly Row[]> =>
  isSqlite(db) ? pagesOf(db, table) : fetchesOf(db, table)

interface Values {
  readonly [column: string]: unknown
}

async function* pagesOf(db: Executor, table: Table): AsyncGenerator<readonly Row[]> {
  for (let last = -1; ; ) {
    const { rows } = await sql<Values & { readonly rowid: number }>`
      select rowid as rowid, ${columnsOf(table)} from ${sql.table(table.name)}
      where rowid > ${last} order by rowid limit ${BATCH}`.execute(db)
    yield rows.map((row) => toRow(table, row))
    const { rowid } = rows.at(-1) ?? {}
    if (rowid === undefined || rows.length < BATCH) return
    last = rowid
  }
}

async function* fetchesOf(db: Executor, table: Table): AsyncGenerator<readonly Row[]> {
  await sql`declare every_row no scroll cursor for
    select ${columnsOf(table)} from ${sql.table(table.name)} ${orderOf(table)}`.execute(db)
  for (;;) {
    const { rows } = await sql<Values>`fetch ${sql.lit(BATCH)} from every_row`.execute(db)
    yield rows.map((row) => toRow(table, row))
    if (rows.length < BATCH) break
  }
  await sql`close every_row`.execute(db)
}

const orderOf = ({ name }: Table): Fragment => {
  const column = ORDERS.get(name)
  return column === undefined ? sql`` : sql`order by ${sql.ref(column)}`
}

const columnsOf = ({ columns }: Table): Fragment =>
  sql.join(columns.map(({ name }) => sql.ref(name)))

const toRow = ({ columns }: Table, row: Values): Row =>
  columns.map(({ name }) => {
    const value = row[name]
    if (value === null || typeof value === 'string' || typeof value === 'number') return value
    if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
    throw new TypeError(`${name} holds a ${typeof value}`)
  })

/** Inserts rows in one statement, with one parameter however many there are. */
export const writeRows = async (
  db: Executor,
  table: Table,
  rows: readonly Row[],
): Promise<void> => {
  const { all, ...kinds } = isSqlite(db) ? SQLITE : POSTGRES
  const json = JSON.stringify(rows.map((row) => row.map((value, at) => toSql(table, value, at))))
  const values = table.columns.map(({ kind }, at) => kinds[kind](sql`value ->> ${sql.lit(at)}`))
  await sql`insert into ${sql.table(table.name)} (${columnsOf(table)})
    select ${sql.join(values)} from ${all(json)}`.execute(db)
}

// Both databases read bytes as hexadecimal.
const toSql = ({ columns }: Table, value: Row[number], at: number): Row[number] =>
  columns[at]?.kind === 'bytes' && typeof value === 'string'
    ? Buffer.from(value, 'base64').toString('hex')
    : value

type Fragment = RawBuilder<unknown>

/** How a database reads the elements of a JSON array, and the values in them. */
type Words = { readonly [K in Column['kind']]: (value: Fragment) => Fragment } & {
  readonly all: (json: string) => Fragment
}

const SQLITE: Words = {
  all: (json) => sql`json_each(${json})`,
  text: (value) => value,
  integer: (value) => value,
  bytes: (value) => sql`unhex(${value})`,
}

const POSTGRES: Words = {
  all: (json) => sql`json_array_elements(${json}::json) as each(value)`,
  text: (value) => value,
  integer: (value) => sql`(${value})::bigint`,
  bytes: (value) => sql`decode(${value}, 'hex')`,
}
