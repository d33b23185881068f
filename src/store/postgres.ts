import { Kysely } from 'kysely'
import { Pool, TypeOverrides, types } from 'pg'
import { postgresDialect } from './postgres-dialect.ts'
import type { Db, Schema } from './schema.ts'

/**
 * Connects to the database at `url`, `postgres://user@host/database` or, for a Unix socket,
 * `postgres://user@/database?host=/directory`. Connections are made when they are first needed. `isPatient`: a
 * statement may take as long as it takes.
 */
export const openPostgres = (url: string, { isPatient = false } = {}): Db => {
  const pool = new Pool({
    connectionString: url,
    types: parsers(),
    // Milliseconds. The server's own limit comes first; ours covers a server that does not answer any more.
    connectionTimeoutMillis: 5_000,
    ...(isPatient ? {} : { statement_timeout: 10_000, query_timeout: 12_000 }),
    // A node that stands still in a transaction would keep its locks from every other node.
    idle_in_transaction_session_timeout: 5_000,
    onConnect: async (client) => {
      // The query that was under way, or the next one, rejects with the same error.
      client.on('error', () => {})
      await client.query(DURABLE)
    },
  })
  // The pool has dropped the idle connection that broke, and makes another when one is needed.
  pool.on('error', () => {})
  return new Kysely<Schema>({ dialect: postgresDialect(pool) })
}

/** An answer leaves after the commit, so a commit has to mean durable; stronger settings are kept. */
const DURABLE = `select set_config('synchronous_commit', 'on', false)
  where current_setting('synchronous_commit') = 'off'`

/** Integers and bytes as SQLite gives them. */
const parsers = (): TypeOverrides => {
  const overrides = new TypeOverrides()
  // Times and counts are far below 2^53.
  overrides.setTypeParser(types.builtins.INT8, Number)
  overrides.setTypeParser(types.builtins.BYTEA, (text) => {
    return new Uint8Array(Buffer.from(text.slice('\\x'.length), 'hex'))
  })
  return overrides
}
