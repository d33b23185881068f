import { migrate } from './migration/index.ts'
import { openPostgres } from './postgres.ts'
import type { Db } from './schema.ts'
import { openSqlite } from './sqlite.ts'

export type DatabaseLocation =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres'; readonly url: string }

/** An open database; disposing waits for what is under way and closes it. */
export interface Database extends AsyncDisposable {
  readonly db: Db
}

/**
 * Opens the database and brings its schema up to date. Throws ServiceError: conflict `database_in_use` (SQLite:
 * another process holds the file), conflict `database_newer`, unavailable `database_unavailable` (PostgreSQL).
 */
export const openDatabase = async (location: DatabaseLocation): Promise<Database> => {
  const db = connect(location)
  try {
    await migrate(db)
  } catch (error) {
    await db.destroy()
    throw error
  }
  return { db, [Symbol.asyncDispose]: () => db.destroy() }
}

const connect = (location: DatabaseLocation): Db => {
  switch (location.kind) {
    case 'sqlite':
      return openSqlite(location.file)
    case 'postgres':
      return openPostgres(location.url)
    default:
      return location satisfies never
  }
}
