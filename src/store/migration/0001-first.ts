import { type RawBuilder, SqliteAdapter, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { auditStatements } from './0001-audit.ts'

/** The tables of the first release. */
export const first: Migration = {
  async up(db) {
    const sqlite = db.getExecutor().adapter instanceof SqliteAdapter
    const words = sqlite ? SQLITE : POSTGRES
    const order = sqlite ? [] : [sql`create index step_position on step (position, id)`]
    const all = [...statements(words), ...order, ...auditStatements(sqlite, words)]
    for (const statement of all) await statement.execute(db)
  },
}

interface Words {
  /** The type of a time in milliseconds. */
  readonly time: RawBuilder<unknown>
  readonly bytes: RawBuilder<unknown>
  /** The columns by which steps are found and put in the order of their commits, see step-order.ts. */
  readonly stepKeys: RawBuilder<unknown>
  /** What ends the definition of a table. */
  readonly end: RawBuilder<unknown>
}

// Without `strict`, SQLite stores any value in any column.
const SQLITE: Words = {
  time: sql`integer`,
  bytes: sql`blob`,
  // One writes at a time. A position is never given twice, also when the last steps were deleted.
  stepKeys: sql`position integer primary key autoincrement, id text not null unique`,
  end: sql`strict`,
}
const POSTGRES: Words = {
  time: sql`bigint`,
  bytes: sql`bytea`,
  stepKeys: sql`position bigint not null default (pg_current_xact_id()::text::bigint),
    id text not null primary key`,
  end: sql``,
}

// The states that time does not end; the query for those that it does says the same words.
const LASTING = sql.raw(
  `'invited', 'configured', 'managed', 'refused', 'failed', 'expired', 'withdrawn'`,
)

// A unique constraint is named after its table and columns: violation.ts relies on it.
const statements = ({ time, bytes, stepKeys, end }: Words): readonly RawBuilder<unknown>[] => [
  sql`create table account (
    id text not null primary key,
    name text not null,
    name_key text not null constraint account_name_key unique,
    full_name text,
    email text,
    password_hash text,
    attributes text not null,
    created_at ${time} not null,
    disabled_at ${time}
  ) ${end}`,
  sql`create index account_disabled on account (id) where disabled_at is not null`,

  sql`create table device (
    id text not null primary key,
    udid text not null,
    serial_number text,
    product text,
    build text,
    imei text,
    meid text,
    iccid text,
    attributes text not null,
    simulated integer not null,
    created_at ${time} not null,
    updated_at ${time} not null
  ) ${end}`,
  sql`create unique index device_identity on device (udid, simulated, coalesce(serial_number, ''))`,

  sql`create table enrollment (
    id text not null primary key,
    state text not null,
    code text,
    account_id text not null references account (id),
    device_id text references device (id),
    simulated integer not null,
    weak_algorithms text not null,
    remote_address text not null,
    user_agent text,
    created_at ${time} not null,
    updated_at ${time} not null,
    expires_at ${time} not null
  ) ${end}`,
  sql`create index enrollment_state_id on enrollment (state, id)`,
  sql`create index enrollment_account_id_id on enrollment (account_id, id)`,
  sql`create index enrollment_expires_at on enrollment (expires_at, id) where state not in (${LASTING})`,

  sql`create table phase2_answer (
    enrollment_id text not null primary key references enrollment (id),
    answer ${bytes} not null
  ) ${end}`,

  sql`create table step (
    ${stepKeys},
    enrollment_id text not null references enrollment (id),
    at ${time} not null,
    since_ms ${time},
    code text not null,
    outcome text not null,
    state text,
    summary text not null,
    detail text not null,
    remote_address text
  ) ${end}`,
  sql`create index step_enrollment_id_id on step (enrollment_id, id)`,

  sql`create table challenge (
    id text not null primary key,
    hash text not null constraint challenge_hash unique,
    purpose text not null,
    enrollment_id text references enrollment (id),
    device_id text references device (id),
    subject text,
    key_policy text not null,
    created_at ${time} not null,
    expires_at ${time} not null,
    spent_at ${time},
    spent_by text,
    certificate_id text
  ) ${end}`,

  sql`create table key_pair (
    id text not null primary key,
    role text not null,
    certificate ${bytes} not null,
    sealed_private_key ${bytes} not null,
    created_at ${time} not null,
    retired_at ${time}
  ) ${end}`,
  sql`create unique index key_pair_role on key_pair (role) where retired_at is null`,

  sql`create table certificate (
    id text not null primary key,
    issuer text not null,
    serial_number text not null,
    purpose text not null,
    subject text not null,
    public_key_sha256 text not null,
    sha256 text constraint certificate_sha256 unique,
    enrollment_id text references enrollment (id),
    device_id text,
    challenge_id text,
    tbs ${bytes} not null,
    signature ${bytes},
    not_before ${time} not null,
    not_after ${time} not null,
    created_at ${time} not null,
    issued_at ${time},
    revoked_at ${time},
    revoked_reason text,
    constraint certificate_issuer_serial_number unique (issuer, serial_number)
  ) ${end}`,
  sql`create index certificate_enrollment_id_id on certificate (enrollment_id, id)`,

  sql`create table operator (
    id text not null primary key,
    name text not null,
    name_key text not null constraint operator_name_key unique,
    role text not null,
    password_hash text,
    issuer text,
    subject text,
    created_at ${time} not null,
    signed_in_at ${time},
    disabled_at ${time},
    constraint operator_issuer_subject unique (issuer, subject)
  ) ${end}`,

  sql`create table session (
    id text not null primary key,
    hash text not null constraint session_hash unique,
    operator_id text not null references operator (id),
    remote_address text not null,
    user_agent text,
    created_at ${time} not null,
    seen_at ${time} not null,
    expires_at ${time} not null,
    revoked_at ${time}
  ) ${end}`,
  sql`create index session_operator_id on session (operator_id) where revoked_at is null`,

  sql`create table api_token (
    id text not null primary key,
    hash text not null constraint api_token_hash unique,
    name text not null,
    operator_id text references operator (id),
    scopes text,
    created_at ${time} not null,
    expires_at ${time},
    used_at ${time},
    revoked_at ${time}
  ) ${end}`,

  sql`create table token (
    id text not null primary key,
    kind text not null,
    hash text not null constraint token_hash unique,
    subject text not null,
    created_at ${time} not null,
    expires_at ${time} not null,
    used_at ${time},
    revoked_at ${time}
  ) ${end}`,

  sql`create table throttle (
    key text not null primary key,
    window_start ${time} not null,
    count integer not null
  ) ${end}`,

  sql`create table acme_account (
    directory_url text not null primary key,
    sealed_private_key ${bytes} not null,
    created_at ${time} not null
  ) ${end}`,

  sql`create table acme_certificate (
    id text not null primary key,
    directory_url text not null,
    host text not null,
    order_url text not null,
    sealed_private_key ${bytes} not null,
    chain text,
    created_at ${time} not null,
    issued_at ${time}
  ) ${end}`,
  sql`create unique index acme_certificate_directory_url_host on acme_certificate (directory_url, host)
    where chain is null`,

  sql`create table acme_schedule (
    directory_url text not null,
    host text not null,
    holder text not null,
    held_until ${time} not null,
    next_at ${time} not null,
    failures integer not null,
    last_success_at ${time},
    last_failure_at ${time},
    last_failure_code text,
    last_failure_detail text,
    primary key (directory_url, host)
  ) ${end}`,

  sql`create table acme_answer (
    token text not null primary key,
    key_authorization text not null,
    expires_at ${time} not null
  ) ${end}`,

  sql`create table idempotency (
    key text not null primary key,
    request_hash text not null,
    created_at ${time} not null,
    answer ${bytes}
  ) ${end}`,

  sql`create table probe (
    name text not null primary key,
    written_at ${time} not null
  ) ${end}`,
]
