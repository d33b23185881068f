import { join } from 'node:path'
import { sql } from 'kysely'
import type { Config } from '../config/index.ts'
import { ServiceError } from '../errors.ts'
import { migrate, migrateUntil } from './migration/index.ts'
import { openPostgres } from './postgres.ts'
import type { Db, Executor } from './schema.ts'
import { openSqlite } from './sqlite.ts'
import { readTables } from './table.ts'
import { transact } from './transact.ts'

export type DatabaseLocation =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres'; readonly url: string }

/** Where the configuration says that the database is. */
export const locateDatabase = (config: Config): DatabaseLocation => {
  const { url } = config.database
  return url === undefined
    ? { kind: 'sqlite', file: sqliteFile(config) }
    : { kind: 'postgres', url: url.reveal() }
}

/** Where the database is as long as the configuration names no other. */
export const sqliteFile = ({ data }: Config): string => join(data, 'windfall.db')

/** An open database; disposing waits for what is under way and closes it. */
export interface Database extends AsyncDisposable {
  readonly db: Db
  /**
   * Where `readConsistently` reads the database while it is in use: PostgreSQL itself, or a copy of the SQLite
   * file, made as `copy`, which is removed by whoever asked for it.
   */
  snapshot(copy: string): Promise<DatabaseLocation>
}

/**
 * Opens the database and brings its schema up to date. Throws ServiceError: conflict `database_in_use` (SQLite:
 * another process holds the file), invalid `database_corrupt` (SQLite), conflict `database_newer`, unavailable
 * `database_unavailable` (PostgreSQL).
 */
export const openDatabase = async (location: DatabaseLocation): Promise<Database> => {
  const { db, snapshot } = connect(location)
  try {
    await bringUpToDate(location, db)
  } catch (error) {
    await db.destroy()
    throw error
  }
  return { db, snapshot, [Symbol.asyncDispose]: () => db.destroy() }
}

const bringUpToDate = async (location: DatabaseLocation, db: Db): Promise<void> => {
  if (location.kind === 'sqlite') return await migrate(db)
  // What a migration does to many rows takes its time, and so does waiting for another server that does it.
  const patient = openPostgres(location.url, { isPatient: true })
  try {
    await migrate(patient)
  } finally {
    await patient.destroy()
  }
}

/** Lets `work` read the database as it stands at one moment, however long that takes. */
export const readConsistently = async <T>(
  location: DatabaseLocation,
  work: (tx: Executor) => Promise<T>,
): Promise<T> => {
  const { db } = connect(location)
  try {
    return await db.transaction().execute(async (tx) => {
      if (location.kind === 'postgres') {
        await sql`set transaction isolation level repeatable read, read only`.execute(tx)
        await bePatient(tx)
      }
      return await work(tx)
    })
  } finally {
    await db.destroy()
  }
}

/**
 * Brings the tables of an empty database up to the migration `until` and lets `work` fill them, in one transaction
 * that nobody else can write beside. Throws ServiceError conflict `database_not_empty`, and what `openDatabase` throws.
 */
export const fillDatabase = async (
  location: DatabaseLocation,
  until: string,
  work: (tx: Executor) => Promise<void>,
): Promise<void> => {
  const { db } = connect(location)
  try {
    await requireEmpty(db)
    await migrateUntil(db, until)
    await transact(db, async (tx) => {
      if (location.kind === 'postgres') {
        await bePatient(tx)
        const names = (await readTables(tx)).map(({ name }) => sql.table(name))
        await sql`lock table ${sql.join(names)} in exclusive mode`.execute(tx)
      }
      // Somebody else may have begun to use the database.
      await requireEmpty(tx)
      await work(tx)
    })
  } finally {
    await db.destroy()
  }
}

// What is written to a file, or read from one, makes a transaction wait.
const bePatient = (tx: Executor) =>
  sql`set local idle_in_transaction_session_timeout = '60s'`.execute(tx)

const requireEmpty = async (db: Executor): Promise<void> => {
  for (const table of await readTables(db)) {
    const { rows } = await sql`select 1 from ${sql.table(table.name)} limit 1`.execute(db)
    if (rows.length === 0) continue
    throw new ServiceError('conflict', 'database_not_empty', 'The database holds data already.')
  }
}

const connect = (location: DatabaseLocation): Pick<Database, 'db' | 'snapshot'> => {
  switch (location.kind) {
    case 'sqlite': {
      const { db, copyTo } = openSqlite(location.file)
      const snapshot = async (file: string): Promise<DatabaseLocation> => {
        await copyTo(file)
        return { kind: 'sqlite', file }
      }
      return { db, snapshot }
    }
    case 'postgres':
      return { db: openPostgres(location.url), snapshot: async () => location }
    default:
      return location satisfies never
  }
}
