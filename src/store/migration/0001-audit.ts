import { type RawBuilder, sql } from 'kysely'

/**
 * The chain of the audit (docs/audit.md). The database itself refuses a line that does not follow the last one, and
 * every change of a line or a checkpoint. They can be removed from the beginning only, up to the line that `audit_start`
 * names; an audit to which nothing was written yet may begin behind any line, where rows come from another database.
 */
export const auditStatements = (
  sqlite: boolean,
  { time, end }: { readonly time: RawBuilder<unknown>; readonly end: RawBuilder<unknown> },
): readonly RawBuilder<unknown>[] => [
  sql`create table audit (
    seq ${time} not null primary key,
    at ${time} not null,
    actor_kind text not null,
    actor_id text,
    action text not null,
    subject text,
    outcome text not null,
    code text,
    reason text,
    before text not null,
    after text not null,
    detail text not null,
    remote_address text,
    request_id text,
    previous_hash text not null,
    hash text not null
  ) ${end}`,
  sql`create index audit_at_seq on audit (at, seq)`,
  sql`create index audit_action_at_seq on audit (action, at, seq)`,
  sql`create index audit_actor_kind_at_seq on audit (actor_kind, at, seq)`,
  sql`create index audit_actor_id_at_seq on audit (actor_id, at, seq) where actor_id is not null`,
  sql`create index audit_subject_at_seq on audit (subject, at, seq) where subject is not null`,

  sql`create table audit_head (
    id integer not null primary key,
    seq ${time} not null,
    hash text not null
  ) ${end}`,
  sql`insert into audit_head (id, seq, hash) values (1, 0, ${sql.lit('0'.repeat(64))})`,

  sql`create table audit_checkpoint (
    seq ${time} not null primary key,
    at ${time} not null,
    hash text not null,
    mac text not null
  ) ${end}`,

  sql`create table audit_start (
    seq ${time} not null primary key,
    at ${time} not null,
    hash text not null,
    mac text not null
  ) ${end}`,

  ...(sqlite ? SQLITE_TRIGGERS : POSTGRES_TRIGGERS),
]

const TABLES = ['audit', 'audit_checkpoint', 'audit_start'] as const

/** Whether the row may go: of the beginning that is in force, the last one, only what is before it. */
const isBeforeStart = (table: (typeof TABLES)[number]): RawBuilder<unknown> =>
  sql.raw(`old.seq ${table === 'audit_start' ? '<' : '<='} (select max(seq) from audit_start)`)

const SQLITE_TRIGGERS: readonly RawBuilder<unknown>[] = [
  sql`create trigger audit_follows before insert on audit begin
    select raise(abort, 'a line of the audit follows the last one') where not exists (
      select 1 from audit_head where id = 1 and seq = new.seq - 1 and hash = new.previous_hash);
    update audit_head set seq = new.seq, hash = new.hash where id = 1;
  end`,
  sql`create trigger audit_start_is_a_line before insert on audit_start begin
    select raise(abort, 'the audit begins behind one of its lines') where not (
      exists (select 1 from audit where seq = new.seq and hash = new.hash)
      or (select seq from audit_head where id = 1) = 0);
    update audit_head set seq = new.seq, hash = new.hash where id = 1 and seq = 0;
  end`,
  ...TABLES.flatMap((table) => [
    sql`create trigger ${sql.ref(`${table}_no_update`)} before update on ${sql.table(table)}
      begin select raise(abort, 'the audit is append-only'); end`,
    sql`create trigger ${sql.ref(`${table}_no_delete`)} before delete on ${sql.table(table)}
      begin
        select raise(abort, 'the audit is append-only') where (${isBeforeStart(table)}) is not true;
      end`,
  ]),
]

const POSTGRES_TRIGGERS: readonly RawBuilder<unknown>[] = [
  sql`create function audit_follows() returns trigger language plpgsql as $$
    begin
      update audit_head set seq = new.seq, hash = new.hash
        where id = 1 and seq = new.seq - 1 and hash = new.previous_hash;
      if not found then
        raise exception 'a line of the audit follows the last one';
      end if;
      return new;
    end $$`,
  sql`create trigger audit_follows before insert on audit
    for each row execute function audit_follows()`,
  sql`create function audit_append_only() returns trigger language plpgsql as $$
    begin
      raise exception 'the audit is append-only';
    end $$`,
  sql`create function audit_start_is_a_line() returns trigger language plpgsql as $$
    begin
      update audit_head set seq = new.seq, hash = new.hash where id = 1 and seq = 0;
      if not found and not exists (select 1 from audit where seq = new.seq and hash = new.hash) then
        raise exception 'the audit begins behind one of its lines';
      end if;
      return new;
    end $$`,
  sql`create trigger audit_start_is_a_line before insert on audit_start
    for each row execute function audit_start_is_a_line()`,
  ...TABLES.flatMap((table) => [
    sql`create trigger ${sql.ref(`${table}_append_only`)}
      before update or truncate on ${sql.table(table)}
      for each statement execute function audit_append_only()`,
    sql`create function ${sql.ref(`${table}_no_delete`)}() returns trigger language plpgsql as $$
      begin
        if (${isBeforeStart(table)}) is not true then
          raise exception 'the audit is append-only';
        end if;
        return old;
      end $$`,
    sql`create trigger ${sql.ref(`${table}_no_delete`)} before delete on ${sql.table(table)}
      for each row execute function ${sql.ref(`${table}_no_delete`)}()`,
  ]),
]
