import { SqliteAdapter, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Directories, which vouch for account holders; and since when theirs does so no more. */
export const directories: Migration = {
  async up(db) {
    const sqlite = db.getExecutor().adapter instanceof SqliteAdapter
    const time = sqlite ? sql`integer` : sql`bigint`
    const bytes = sqlite ? sql`blob` : sql`bytea`
    const end = sqlite ? sql`strict` : sql``
    const statements = [
      sql`create table directory (
        id text not null primary key,
        name text not null constraint directory_name unique,
        settings text not null,
        sealed_secret ${bytes},
        position integer not null,
        is_enabled integer not null,
        created_at ${time} not null,
        updated_at ${time} not null,
        sync_begun_at ${time},
        sync_report text
      ) ${end}`,
      sql`create index directory_position_id on directory (position, id)`,
      sql`alter table account add column gone_at ${time}`,
    ]
    for (const statement of statements) await statement.execute(db)
  },
}
