import { firstId, type WebhookDeliveryId, type WebhookId } from '../model/index.ts'
import type { Executor, Schema } from './schema.ts'

/** One event for one webhook. It holds no word of the event: that is read when it is sent. */
export interface WebhookDelivery {
  readonly id: WebhookDeliveryId
  readonly webhookId: WebhookId
  /** The id of the step, or that of the delivery where it is a test. */
  readonly eventId: string
  readonly type: string
  readonly createdAt: number
  /** When it is tried next; null once nothing more is tried. */
  readonly nextAt: number | null
  readonly attempts: number
  readonly outcome: 'delivered' | 'failed' | null
  readonly lastAt: number | null
  /** The status of the last answer; null where there was none. */
  readonly lastStatus: number | null
  /** Why the last try failed. */
  readonly lastCode: string | null
  readonly lastMs: number | null
}

type NewDelivery = Pick<WebhookDelivery, 'id' | 'webhookId' | 'eventId' | 'type' | 'createdAt'>

/** Of one event there is one delivery to each webhook: others of it are left out. They are due at once. */
export const insertDeliveries = async (
  db: Executor,
  deliveries: readonly NewDelivery[],
): Promise<void> => {
  if (deliveries.length === 0) return
  await db
    .insertInto('webhook_delivery')
    .values(
      deliveries.map(({ id, webhookId, eventId, type, createdAt }) => ({
        id,
        webhook_id: webhookId,
        event_id: eventId,
        type,
        created_at: createdAt,
        next_at: createdAt,
        attempts: 0,
      })),
    )
    .onConflict((conflict) => conflict.columns(['webhook_id', 'event_id']).doNothing())
    .execute()
}

/** Those whose time has come, the longest overdue first. */
export const listDueDeliveries = async (
  db: Executor,
  webhookId: WebhookId,
  { now, limit }: { readonly now: number; readonly limit: number },
): Promise<readonly WebhookDelivery[]> => {
  const rows = await db
    .selectFrom('webhook_delivery')
    .select(COLUMNS)
    .where('webhook_id', '=', webhookId)
    .where('next_at', '<=', now)
    .orderBy('next_at')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(toDelivery)
}

/** When the next one is tried; undefined where none is left. */
export const findNextDelivery = async (
  db: Executor,
  webhookId: WebhookId,
): Promise<number | undefined> => {
  const row = await db
    .selectFrom('webhook_delivery')
    .select('next_at')
    .where('webhook_id', '=', webhookId)
    .where('next_at', 'is not', null)
    .orderBy('next_at')
    .limit(1)
    .executeTakeFirst()
  return row?.next_at ?? undefined
}

/** Writes down how a try went, unless there was another one meanwhile; returns whether it did. */
export const noteDelivery = async (
  db: Executor,
  { id, attempts }: Pick<WebhookDelivery, 'id' | 'attempts'>,
  end: Pick<
    WebhookDelivery,
    'nextAt' | 'outcome' | 'lastAt' | 'lastStatus' | 'lastCode' | 'lastMs'
  >,
): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('webhook_delivery')
    .set({
      attempts: attempts + 1,
      next_at: end.nextAt,
      outcome: end.outcome,
      last_at: end.lastAt,
      last_status: end.lastStatus,
      last_code: end.lastCode,
      last_ms: end.lastMs,
    })
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    .where('next_at', 'is not', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export interface DeliveryFilter {
  /** `pending`: it is still tried. */
  readonly outcome?: 'delivered' | 'failed' | 'pending' | undefined
}

/** Newest first, before the delivery `before`. */
export const listDeliveries = async (
  db: Executor,
  webhookId: WebhookId,
  {
    outcome,
    before,
    limit,
  }: DeliveryFilter & { readonly before?: WebhookDeliveryId | undefined; readonly limit: number },
): Promise<readonly WebhookDelivery[]> => {
  let query = db.selectFrom('webhook_delivery').select(COLUMNS).where('webhook_id', '=', webhookId)
  if (before !== undefined) query = query.where('id', '<', before)
  if (outcome === 'pending') query = query.where('outcome', 'is', null)
  else if (outcome !== undefined) query = query.where('outcome', '=', outcome)
  const rows = await query.orderBy('id', 'desc').limit(limit).execute()
  return rows.map(toDelivery)
}

/** Has deliveries sent again as if they were new: one, or all that have failed. Returns how many. */
export const replayDeliveries = async (
  db: Executor,
  webhookId: WebhookId,
  { id, at }: { readonly id: WebhookDeliveryId | undefined; readonly at: number },
): Promise<number> => {
  const all = db
    .updateTable('webhook_delivery')
    .set({ next_at: at, attempts: 0, outcome: null })
    .where('webhook_id', '=', webhookId)
  const query = id === undefined ? all.where('outcome', '=', 'failed') : all.where('id', '=', id)
  const { numUpdatedRows } = await query.executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Forgets those from before `before` that are tried no more; returns how many. */
export const deleteOldDeliveries = async (db: Executor, before: number): Promise<number> => {
  const { numDeletedRows } = await db
    .deleteFrom('webhook_delivery')
    .where('id', '<', firstId('webhookDelivery', before))
    .where('next_at', 'is', null)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

const COLUMNS = [
  'id',
  'webhook_id',
  'event_id',
  'type',
  'created_at',
  'next_at',
  'attempts',
  'outcome',
  'last_at',
  'last_status',
  'last_code',
  'last_ms',
] as const satisfies readonly (keyof Schema['webhook_delivery'])[]

const toDelivery = (row: Schema['webhook_delivery']): WebhookDelivery => ({
  id: row.id,
  webhookId: row.webhook_id,
  eventId: row.event_id,
  type: row.type,
  createdAt: row.created_at,
  nextAt: row.next_at,
  attempts: row.attempts,
  outcome: row.outcome,
  lastAt: row.last_at,
  lastStatus: row.last_status,
  lastCode: row.last_code,
  lastMs: row.last_ms,
})
