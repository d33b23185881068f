import { SqliteAdapter, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Invitations, and with which of them an enrollment was begun. */
export const invitations: Migration = {
  async up(db) {
    const sqlite = db.getExecutor().adapter instanceof SqliteAdapter
    const time = sqlite ? sql`integer` : sql`bigint`
    const end = sqlite ? sql`strict` : sql``
    const statements = [
      sql`create table invitation (
        id text not null primary key,
        account_id text not null references account (id),
        flow text not null,
        batch text,
        hash text not null constraint invitation_hash unique,
        channel text not null,
        language text not null,
        uses_allowed integer not null,
        uses integer not null,
        created_at ${time} not null,
        expires_at ${time} not null,
        revoked_at ${time},
        delivery text not null,
        delivery_code text,
        sent_at ${time},
        opened_at ${time},
        started_at ${time},
        done_at ${time}
      ) ${end}`,
      sql`create index invitation_account_id_id on invitation (account_id, id)`,
      sql`create index invitation_batch_id on invitation (batch, id) where batch is not null`,
      sql`alter table enrollment add column invitation_id text references invitation (id)`,
      sql`create index enrollment_invitation_id on enrollment (invitation_id, id)
        where invitation_id is not null`,
    ]
    for (const statement of statements) await statement.execute(db)
  },
}
