import { SqliteAdapter, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * Enrollment flows and the devices on their lists. What a flow chooses is one JSON object; it is never read by the
 * database. The enrollments of the flow that the configuration describes have none.
 */
export const flows: Migration = {
  async up(db) {
    const sqlite = db.getExecutor().adapter instanceof SqliteAdapter
    const time = sqlite ? sql`integer` : sql`bigint`
    const end = sqlite ? sql`strict` : sql``
    const statements = [
      sql`create table flow (
        id text not null primary key,
        name text not null,
        name_key text not null constraint flow_name_key unique,
        spec text not null,
        account_id text references account (id),
        revision ${time} not null,
        created_at ${time} not null,
        changed_at ${time} not null,
        removed_at ${time}
      ) ${end}`,
      sql`create table flow_device (
        flow_id text not null references flow (id),
        device_key text not null,
        device text not null,
        owner text,
        owner_key text,
        primary key (flow_id, device_key)
      ) ${end}`,
      sql`create index flow_device_owner_key on flow_device (owner_key) where owner_key is not null`,
      sql`alter table enrollment add column flow_id text references flow (id)`,
      sql`create index enrollment_flow_id on enrollment (flow_id, id) where flow_id is not null`,
    ]
    for (const statement of statements) await statement.execute(db)
  },
}
