import { SqliteAdapter, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Whom windfall tells of steps, and what it has told them. */
export const webhooks: Migration = {
  async up(db) {
    const sqlite = db.getExecutor().adapter instanceof SqliteAdapter
    const time = sqlite ? sql`integer` : sql`bigint`
    const bytes = sqlite ? sql`blob` : sql`bytea`
    const end = sqlite ? sql`strict` : sql``
    const statements = [
      sql`create table webhook (
        id text not null primary key,
        url text not null,
        description text,
        steps text,
        thin integer not null,
        sealed_secret ${bytes} not null,
        sealed_previous_secret ${bytes},
        previous_until ${time},
        told_step text not null,
        created_at ${time} not null,
        delivered_at ${time},
        failing_since ${time},
        disabled_at ${time},
        disabled_code text
      ) ${end}`,
      sql`create table webhook_delivery (
        id text not null primary key,
        webhook_id text not null references webhook (id),
        event_id text not null,
        type text not null,
        created_at ${time} not null,
        next_at ${time},
        attempts integer not null,
        outcome text,
        last_at ${time},
        last_status integer,
        last_code text,
        last_ms integer
      ) ${end}`,
      sql`create unique index webhook_delivery_event on webhook_delivery (webhook_id, event_id)`,
      sql`create index webhook_delivery_due on webhook_delivery (webhook_id, next_at, id)
        where next_at is not null`,
      sql`create index webhook_delivery_webhook_id_id on webhook_delivery (webhook_id, id)`,
    ]
    for (const statement of statements) await statement.execute(db)
  },
}
