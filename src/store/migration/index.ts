import { type Kysely, sql } from 'kysely'
import { DEFAULT_MIGRATION_TABLE, type Migration, Migrator } from 'kysely/migration'
import { ServiceError } from '../../errors.ts'
import { first } from './0001-first.ts'
import { people } from './0002-people-expand.ts'

/**
 * By name, in the order in which they run. A released migration is never changed. The end of its name says whether
 * the release before can go on with the database (docs/architecture.md): `-expand`, or `-contract`.
 */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first': first,
  '0002-people-expand': people,
}

/**
 * Brings the schema of `db` up to date, or up to the migration `until`, in one transaction: all of it, or nothing.
 * What later releases have added to the database is no reason not to use it. Throws ServiceError conflict
 * `database_newer` when they have changed more.
 */
export const migrate = async <S>(
  db: Kysely<S>,
  migrations = MIGRATIONS,
  until?: string,
): Promise<void> => {
  if (await isExpanded(db, migrations)) return
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
  })
  const { error } =
    until === undefined ? await migrator.migrateToLatest() : await migrator.migrateTo(until)
  if (error === undefined) return
  // A server of a later release may have been at it at the same time.
  if (!(await isExpanded(db, migrations))) throw error
}

/** Whether later releases have added to the schema of this one. @throws ServiceError conflict `database_newer` */
const isExpanded = async <S>(
  db: Kysely<S>,
  migrations: Readonly<Record<string, Migration>>,
): Promise<boolean> => {
  const done = await listMigrationsDone(db)
  const later = done.filter((name) => !Object.hasOwn(migrations, name))
  const isWhole = Object.keys(migrations).every((name) => done.includes(name))
  const stranger = later.find((name) => !isWhole || !name.endsWith('-expand'))
  if (stranger === undefined) return later.length > 0
  const detail = `The database was changed by a later release (${stranger}).`
  throw new ServiceError('conflict', 'database_newer', detail)
}

/** Brings the schema of a database up to the migration `until` and no further. */
export const migrateUntil = <S>(db: Kysely<S>, until: string): Promise<void> =>
  migrate(db, MIGRATIONS, until)

/** Whether this release knows the migration. */
export const isMigration = (name: string): boolean => Object.hasOwn(MIGRATIONS, name)

/** The names of those that `db` has seen, in their order. */
export const listMigrationsDone = async <S>(db: Kysely<S>): Promise<readonly string[]> => {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some((table) => table.name === DEFAULT_MIGRATION_TABLE)) return []
  const done = await sql<{
    name: string
  }>`select name from ${sql.table(DEFAULT_MIGRATION_TABLE)} order by name`.execute(db)
  return done.rows.map((row) => row.name)
}
