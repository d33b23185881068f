import { SqliteAdapter, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Work that outlives the process: what is to be done, by when, and how it went. */
export const jobs: Migration = {
  async up(db) {
    const sqlite = db.getExecutor().adapter instanceof SqliteAdapter
    const time = sqlite ? sql`integer` : sql`bigint`
    const end = sqlite ? sql`strict` : sql``
    const statements = [
      sql`create table job (
        id text not null primary key,
        kind text not null,
        key text not null,
        subject text,
        payload text not null,
        run_at ${time} not null,
        attempts integer not null,
        revision integer not null,
        lease_holder text,
        lease_until ${time},
        last_error_code text,
        created_at ${time} not null,
        finished_at ${time},
        outcome text
      ) ${end}`,
      sql`create unique index job_kind_key on job (kind, key) where finished_at is null`,
      sql`create index job_due on job (kind, run_at, id) where finished_at is null`,
      sql`create index job_finished_at on job (finished_at) where finished_at is not null`,
      sql`create index job_subject on job (subject) where subject is not null`,
    ]
    for (const statement of statements) await statement.execute(db)
  },
}
