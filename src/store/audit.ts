import type { AuditId, JsonObject } from '../model/index.ts'
import type { Executor, Schema } from './schema.ts'

/** Who did what, or was refused it. Audit events are never changed. */
export interface AuditEvent {
  readonly id: AuditId
  readonly at: number
  readonly actor: string
  readonly action: string
  readonly outcome: string
  readonly code: string | null
  /** What it was done to. */
  readonly subject: string | null
  readonly remoteAddress: string | null
  readonly detail: JsonObject
}

export const insertAudit = async (db: Executor, event: AuditEvent): Promise<void> => {
  await db
    .insertInto('audit')
    .values({
      id: event.id,
      at: event.at,
      actor: event.actor,
      action: event.action,
      outcome: event.outcome,
      code: event.code,
      subject: event.subject,
      remote_address: event.remoteAddress,
      detail: JSON.stringify(event.detail),
    })
    .execute()
}

/** Newest first, those before the event `before`. */
export const listAudit = async (
  db: Executor,
  { limit, before }: { readonly limit: number; readonly before?: AuditId | undefined },
): Promise<readonly AuditEvent[]> => {
  const all = db.selectFrom('audit').select(COLUMNS)
  const query = before === undefined ? all : all.where('id', '<', before)
  const rows = await query.orderBy('id', 'desc').limit(limit).execute()
  return rows.map(toAuditEvent)
}

const COLUMNS = [
  'id',
  'at',
  'actor',
  'action',
  'outcome',
  'code',
  'subject',
  'remote_address',
  'detail',
] as const satisfies readonly (keyof Schema['audit'])[]

const toAuditEvent = (row: Schema['audit']): AuditEvent => ({
  id: row.id,
  at: row.at,
  actor: row.actor,
  action: row.action,
  outcome: row.outcome,
  code: row.code,
  subject: row.subject,
  remoteAddress: row.remote_address,
  detail: JSON.parse(row.detail),
})
