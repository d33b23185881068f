import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { moveApp } from '../../src/app.ts'
import { type Config, loadConfig } from '../../src/config/index.ts'
import { type DatabaseLocation, type Db, openDatabase, readTables } from '../../src/store/index.ts'
import { createTestDatabase } from '../postgres.ts'

/** A data directory with a SQLite database to be, and an empty PostgreSQL database. */
export interface Installation extends AsyncDisposable {
  readonly data: string
  readonly file: string
  readonly sqlite: DatabaseLocation
  readonly postgres: Extract<DatabaseLocation, { readonly kind: 'postgres' }>
  /** As the server has it after the move. */
  readonly config: Config
}

export const openInstallation = async (): Promise<Installation> => {
  await using stack = new AsyncDisposableStack()
  const directory = stack.use(await mkdtempDisposable(join(tmpdir(), 'windfall-move-')))
  const { url } = stack.use(await createTestDatabase())
  const data = join(directory.path, 'data')
  const file = join(data, 'windfall.db')
  const owned = stack.move()
  return {
    ...{ data, file },
    sqlite: { kind: 'sqlite', file },
    postgres: { kind: 'postgres', url },
    config: loadConfig({ env: { WINDFALL_DATA: data, WINDFALL_DATABASE__URL: url } }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

export const move = ({ config }: Installation, signal = new AbortController().signal) =>
  moveApp(config, { signal, onProgress: () => {} })

/** Every row of every table, in an order of its own; whatever the product may think of them. */
export const readEverything = async (
  location: DatabaseLocation,
): Promise<ReadonlyMap<string, readonly string[]>> => {
  await using database = await openDatabase(location)
  const { db } = database
  const names = (await readTables(db)).map(({ name }) => name)
  const tables = await Promise.all(
    names.map(async (name) => [name, await rowsOf(db, name)] as const),
  )
  return new Map(tables)
}

const rowsOf = async (db: Db, table: string): Promise<readonly string[]> => {
  const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)}`.execute(db)
  return rows.map(formatValues).toSorted()
}

const formatValues = (row: Record<string, unknown>): string =>
  JSON.stringify(
    Object.entries(row)
      // Where a step stands in the order of commits, each database says itself.
      .filter(([name]) => name !== 'position')
      .map(([name, value]) => [name, value instanceof Uint8Array ? [...value] : value] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
