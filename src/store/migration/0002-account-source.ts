import { SqliteAdapter, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * Where an account holder comes from, and how they are known there; in `groups` a JSON array of texts. Of own account
 * holders all of it is null, and no two nulls are the same to a unique index.
 */
export const accountSource: Migration = {
  async up(db) {
    const time = db.getExecutor().adapter instanceof SqliteAdapter ? sql`integer` : sql`bigint`
    const statements = [
      sql`alter table account add column source text`,
      sql`alter table account add column external_id text`,
      sql`alter table account add column groups text`,
      sql`alter table account add column checked_at ${time}`,
      sql`create unique index account_source_external_id on account (source, external_id)`,
    ]
    for (const statement of statements) await statement.execute(db)
  },
}
