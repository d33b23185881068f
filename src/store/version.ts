import { sql } from 'kysely'
import type { DatabaseLocation } from './database.ts'
import type { Db } from './schema.ts'

/** What the database says that it is, such as `SQLite 3.51.3`. */
export const findDatabaseVersion = async (
  db: Db,
  kind: DatabaseLocation['kind'],
): Promise<string> => {
  const isSqlite = kind === 'sqlite'
  const query = isSqlite
    ? sql<{ version: string }>`select sqlite_version() as version`
    : sql<{ version: string }>`select current_setting('server_version') as version`
  const { rows } = await query.execute(db)
  return `${isSqlite ? 'SQLite' : 'PostgreSQL'} ${rows[0]?.version ?? 'of unknown version'}`
}
