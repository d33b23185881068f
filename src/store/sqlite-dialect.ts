import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type SqliteStatement,
} from 'kysely'
import { withoutLack } from './sqlite-error.ts'
import { refuseInsideTransaction } from './transact.ts'

const CACHED_STATEMENTS = 500

/**
 * Kysely over the one connection `database`, which the dialect closes in the end. Where the disk is full, cannot be
 * written or fails, queries throw ServiceError unavailable `database_unavailable`.
 */
export const sqliteDialect = (database: DatabaseSync): Dialect => ({
  createDriver: () => new Driver(database),
  createAdapter: () => new Adapter(),
  createQueryCompiler: () => new SqliteQueryCompiler(),
  createIntrospector: (db) => new SqliteIntrospector(db),
})

class Adapter extends SqliteAdapter {
  // Else Kysely queues for the one connection itself, before the driver can refuse a misuse.
  override get supportsMultipleConnections(): boolean {
    return true
  }

  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** Hands out the one connection to one user at a time, in the order in which they asked. */
class Driver extends SqliteDriver {
  readonly #database: DatabaseSync
  #tail: Promise<void> = Promise.resolve()
  #release = (): void => {}

  constructor(database: DatabaseSync) {
    super({ database: cacheStatements(database) })
    this.#database = database
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    refuseInsideTransaction()
    await this.#turn()
    return await super.acquireConnection()
  }

  override async releaseConnection(): Promise<void> {
    this.#release()
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(BEGIN)
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // SQLite has rolled back by itself after some errors, such as a full disk.
    if (this.#database.isTransaction) await super.rollbackTransaction(connection)
  }

  override async destroy(): Promise<void> {
    await this.#turn()
    await super.destroy()
  }

  async #turn(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const previous = this.#tail
    this.#tail = promise
    await previous
    this.#release = resolve
  }
}

// A transaction that begins as a reader cannot always become a writer; this one is a writer at once.
const BEGIN = CompiledQuery.raw('begin immediate')

/** What Kysely asks of a SQLite library. Equal queries have equal text, so each is prepared once. */
const cacheStatements = (database: DatabaseSync): SqliteDatabase => {
  const statements = new Map<string, SqliteStatement>()
  return {
    close: () => database.close(),
    prepare: (sql) => {
      const statement = statements.get(sql) ?? prepare(database, sql)
      // A map keeps the order of insertion, so the first is the one not used for longest.
      statements.delete(sql)
      statements.set(sql, statement)
      if (statements.size > CACHED_STATEMENTS) {
        const [oldest = sql] = statements.keys()
        statements.delete(oldest)
      }
      return statement
    },
  }
}

const prepare = (database: DatabaseSync, sql: string): SqliteStatement => {
  const statement = withoutLack(() => database.prepare(sql))
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => withoutLack(() => statement.all(...parameters.map(toInput))),
    run: (parameters) => withoutLack(() => statement.run(...parameters.map(toInput))),
    iterate: (parameters) => statement.iterate(...parameters.map(toInput)),
  }
}

const toInput = (value: unknown): SQLInputValue => {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    value instanceof Uint8Array
  ) {
    return value
  }
  throw new TypeError(`a ${typeof value} cannot be a parameter of a statement`)
}
