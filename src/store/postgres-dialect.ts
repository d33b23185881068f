import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import { DatabaseError, type Pool, type PoolClient } from 'pg'
import type { ServiceError } from '../errors.ts'
import { refuseInsideTransaction } from './transact.ts'
import { databaseUnavailable } from './unavailable.ts'

/**
 * Kysely over the connections of `pool`, which the dialect ends. Where the database cannot be reached, is lost
 * on the way or is out of resources, queries throw ServiceError unavailable `database_unavailable`.
 */
export const postgresDialect = (pool: Pool): Dialect => ({
  createDriver: () => new PoolDriver(pool),
  createAdapter: () => new PostgresAdapter(),
  createQueryCompiler: () => new PostgresQueryCompiler(),
  createIntrospector: (db) => new PostgresIntrospector(db),
})

class PoolDriver implements Driver {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PooledConnection> {
    refuseInsideTransaction()
    try {
      return new PooledConnection(await this.#pool.connect())
    } catch (error) {
      throw unavailable(error)
    }
  }

  async beginTransaction(connection: PooledConnection): Promise<void> {
    await connection.executeQuery(BEGIN)
  }

  async commitTransaction(connection: PooledConnection): Promise<void> {
    await connection.commit()
  }

  async rollbackTransaction(connection: PooledConnection): Promise<void> {
    await connection.executeQuery(ROLLBACK)
  }

  async releaseConnection(connection: PooledConnection): Promise<void> {
    connection.release()
  }

  async destroy(): Promise<void> {
    await this.#pool.end()
  }
}

const BEGIN = CompiledQuery.raw('begin')
const COMMIT = CompiledQuery.raw('commit')
const ROLLBACK = CompiledQuery.raw('rollback')

class PooledConnection implements DatabaseConnection {
  readonly #client: PoolClient
  #lost = false

  constructor(client: PoolClient) {
    this.#client = client
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, rowCount } = await this.#query(query)
    return { rows, numAffectedRows: BigInt(rowCount ?? 0) }
  }

  async commit(): Promise<void> {
    const { command } = await this.#query(COMMIT)
    // PostgreSQL answers so when a statement of the transaction had failed.
    if (command === 'ROLLBACK') throw new Error('a failed statement has undone the transaction')
  }

  release(): void {
    this.#client.release(this.#lost)
  }

  streamQuery(): never {
    throw new Error('results are read whole')
  }

  async #query(query: CompiledQuery) {
    try {
      return await this.#client.query(query.sql, [...query.parameters])
    } catch (error) {
      if (!isLoss(error)) throw error
      this.#lost = true
      throw unavailable(error)
    }
  }
}

// Classes of SQLSTATE: connection exception, insufficient resources, operator intervention; and the limit on
// transactions in which nothing happens; and a server that became a standby, or was told to take no writes.
const LOSS = /^(08|53|57|25P03|25006)/

/** Errors that are not the server's answer come from the connection to it. */
const isLoss = (error: unknown): boolean =>
  error instanceof DatabaseError ? LOSS.test(error.code ?? '') : !(error instanceof TypeError)

const unavailable = (cause: unknown): ServiceError =>
  databaseUnavailable('The database cannot be reached.', cause)
