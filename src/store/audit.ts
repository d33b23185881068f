import { PostgresAdapter, Transaction } from 'kysely'
import {
  type AuditEntry,
  type AuditLine,
  encodeAuditEntry,
  hashAuditLink,
  toAsciiJson,
} from '../model/index.ts'
import { appendTogether } from './audit-queue.ts'
import { doLast } from './last.ts'
import { prepare } from './prepared.ts'
import type { Executor, Schema } from './schema.ts'
import { transact } from './transact.ts'

/** The end of the chain. */
export type AuditHead = Pick<AuditLine, 'seq' | 'hash'>

/** Appends a line at the end of the transaction, or by itself: then together with others that wait. */
export const insertAudit = async (db: Executor, entry: AuditEntry): Promise<void> => {
  if (db instanceof Transaction) doLast(db, () => append(db, [entry]))
  else await appendTogether(db, entry, (all) => transact(db, (tx) => append(tx, all)))
}

const append = async (tx: Transaction<Schema>, entries: readonly AuditEntry[]): Promise<void> => {
  const { rows: heads } = await lockAuditHead(tx, {})
  let [head] = heads
  if (head === undefined) throw new Error('the audit has lost its head')
  const rows: Schema['audit'][] = []
  for (const entry of entries.map(toStorable)) {
    const seq: number = head.seq + 1
    const link = { seq, previousHash: head.hash, content: encodeAuditEntry(entry) }
    const hash = hashAuditLink(link)
    rows.push(toRow({ ...entry, ...link, hash }))
    head = { seq, hash }
  }
  // Where the database is far away, the way there costs most.
  if (rows.length > 1 && isPostgres(tx)) await tx.insertInto('audit').values(rows).execute()
  else for (const row of rows) await insert(tx, row)
}

const isPostgres = (db: Executor): boolean => db.getExecutor().adapter instanceof PostgresAdapter

const selectHead = (db: Executor) =>
  db.selectFrom('audit_head').select(['seq', 'hash']).where('id', '=', 1)

/** Held by whoever changes the chain, until the end of the transaction. SQLite has one writer. */
export const lockAuditHead = prepare((db) =>
  isPostgres(db) ? selectHead(db).forUpdate() : selectHead(db),
)

const insert = prepare((db, row: Schema['audit']) =>
  db.insertInto('audit').values({
    seq: row.seq,
    at: row.at,
    actor_kind: row.actor_kind,
    actor_id: row.actor_id,
    action: row.action,
    subject: row.subject,
    outcome: row.outcome,
    code: row.code,
    reason: row.reason,
    before: row.before,
    after: row.after,
    detail: row.detail,
    remote_address: row.remote_address,
    request_id: row.request_id,
    previous_hash: row.previous_hash,
    hash: row.hash,
  }),
)

/** What a database gives back as it was given: no NUL, no half of a character. */
const toStorable = (entry: AuditEntry): AuditEntry => ({
  ...entry,
  actor: { kind: entry.actor.kind, id: storable(entry.actor.id) },
  subject: storable(entry.subject),
  reason: storable(entry.reason),
})

const storable = (text: string | null): string | null =>
  text === null ? null : text.toWellFormed().replaceAll('\0', '\ufffd')

export const findAuditHead = async (db: Executor): Promise<AuditHead | undefined> => {
  const head = await selectHead(db).executeTakeFirst()
  return head && { seq: head.seq, hash: head.hash }
}

const toRow = (line: AuditLine): Schema['audit'] => ({
  seq: line.seq,
  at: line.at,
  actor_kind: line.actor.kind,
  actor_id: line.actor.id,
  action: line.action,
  subject: line.subject,
  outcome: line.outcome,
  code: line.code,
  reason: line.reason,
  before: toAsciiJson(line.before),
  after: toAsciiJson(line.after),
  detail: toAsciiJson(line.detail),
  remote_address: line.remoteAddress,
  request_id: line.requestId,
  previous_hash: line.previousHash,
  hash: line.hash,
})
