import { SqliteAdapter, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { MIGRATIONS } from '../../src/store/migration/index.ts'

/** How many statements the migration has. */
export const STATEMENTS = 5

/** A schema of a release to be; `reached` is called behind each statement with its number, from 1 on. */
export const withSecond = (
  reached: (statement: number) => Promise<void> = async () => {},
): Readonly<Record<string, Migration>> => ({
  ...MIGRATIONS,
  '0003-orchard-expand': {
    async up(db) {
      const end = db.getExecutor().adapter instanceof SqliteAdapter ? sql`strict` : sql``
      const statements = [
        sql`create table orchard (id text not null primary key, trees integer not null) ${end}`,
        sql`alter table device add column nickname text`,
        sql`alter table enrollment add column priority integer not null default 1`,
        // A second run would meet the rows of the first.
        sql`insert into orchard (id, trees) select id, 1 from step`,
        sql`create index orchard_trees on orchard (trees)`,
      ]
      for (const [index, statement] of statements.entries()) {
        await statement.execute(db)
        await reached(index + 1)
      }
    },
  },
})
