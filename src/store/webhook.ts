import type { StepCode, WebhookId } from '../model/index.ts'
import type { Page } from './page.ts'
import type { Executor, Schema } from './schema.ts'

/** Somebody who is told of steps. Times in milliseconds since 1970. */
export interface Webhook {
  readonly id: WebhookId
  readonly url: string
  readonly description: string | null
  /** Only of these; null: of all. */
  readonly steps: readonly StepCode[] | null
  /** Whether it is told what has happened only by its ids. */
  readonly thin: boolean
  readonly sealedSecret: Uint8Array
  /** The secret before this one, with which is signed too until `previousUntil`. */
  readonly sealedPreviousSecret: Uint8Array | null
  readonly previousUntil: number | null
  /** The id of the last step of which there are deliveries, or none are wanted. */
  readonly toldStep: string
  readonly createdAt: number
  readonly deliveredAt: number | null
  /** When the first of those deliveries failed since which none went well. */
  readonly failingSince: number | null
  readonly disabledAt: number | null
  /** Why, where windfall did it by itself. */
  readonly disabledCode: string | null
}

type NewWebhook = Pick<
  Webhook,
  'id' | 'url' | 'description' | 'steps' | 'thin' | 'sealedSecret' | 'toldStep' | 'createdAt'
>

export const insertWebhook = async (db: Executor, webhook: NewWebhook): Promise<void> => {
  await db
    .insertInto('webhook')
    .values({
      id: webhook.id,
      url: webhook.url,
      description: webhook.description,
      steps: webhook.steps && JSON.stringify(webhook.steps),
      thin: Number(webhook.thin),
      sealed_secret: webhook.sealedSecret,
      told_step: webhook.toldStep,
      created_at: webhook.createdAt,
    })
    .execute()
}

export const findWebhook = async (db: Executor, id: WebhookId): Promise<Webhook | undefined> => {
  const row = await db.selectFrom('webhook').select(COLUMNS).where('id', '=', id).executeTakeFirst()
  return row && toWebhook(row)
}

/** Oldest first. */
export const listWebhooks = async (
  db: Executor,
  { after, limit }: Page<WebhookId>,
): Promise<readonly Webhook[]> => {
  const all = db.selectFrom('webhook').select(COLUMNS)
  const query = after === undefined ? all : all.where('id', '>', after)
  const rows = await query.orderBy('id').limit(limit).execute()
  return rows.map(toWebhook)
}

/** Those that are not disabled, oldest first. */
export const listEnabledWebhooks = async (db: Executor): Promise<readonly Webhook[]> => {
  const rows = await db
    .selectFrom('webhook')
    .select(COLUMNS)
    .where('disabled_at', 'is', null)
    .orderBy('id')
    .execute()
  return rows.map(toWebhook)
}

/** Says that there are deliveries up to the step `to`; returns false where somebody else has got further. */
export const advanceWebhook = async (
  db: Executor,
  { id, toldStep }: Pick<Webhook, 'id' | 'toldStep'>,
  to: string,
): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('webhook')
    .set({ told_step: to })
    .where('id', '=', id)
    .where('told_step', '=', toldStep)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** What changes; what is absent stays. */
export type WebhookChange = Partial<
  Pick<
    Webhook,
    | 'sealedSecret'
    | 'sealedPreviousSecret'
    | 'previousUntil'
    | 'deliveredAt'
    | 'failingSince'
    | 'disabledAt'
    | 'disabledCode'
  >
>

export const changeWebhook = async (
  db: Executor,
  id: WebhookId,
  change: WebhookChange,
): Promise<void> => {
  await db
    .updateTable('webhook')
    .set({
      sealed_secret: change.sealedSecret,
      sealed_previous_secret: change.sealedPreviousSecret,
      previous_until: change.previousUntil,
      delivered_at: change.deliveredAt,
      failing_since: change.failingSince,
      disabled_at: change.disabledAt,
      disabled_code: change.disabledCode,
    })
    .where('id', '=', id)
    .execute()
}

/** Notes a failure at `at`, unless one was noted before it. */
export const noteWebhookFailure = async (
  db: Executor,
  id: WebhookId,
  at: number,
): Promise<void> => {
  await db
    .updateTable('webhook')
    .set({ failing_since: at })
    .where('id', '=', id)
    .where('failing_since', 'is', null)
    .execute()
}

/** Removes a webhook with all that was told to it. */
export const deleteWebhook = async (db: Executor, id: WebhookId): Promise<void> => {
  await db.deleteFrom('webhook_delivery').where('webhook_id', '=', id).execute()
  await db.deleteFrom('webhook').where('id', '=', id).execute()
}

const COLUMNS = [
  'id',
  'url',
  'description',
  'steps',
  'thin',
  'sealed_secret',
  'sealed_previous_secret',
  'previous_until',
  'told_step',
  'created_at',
  'delivered_at',
  'failing_since',
  'disabled_at',
  'disabled_code',
] as const satisfies readonly (keyof Schema['webhook'])[]

const toWebhook = (row: Schema['webhook']): Webhook => ({
  id: row.id,
  url: row.url,
  description: row.description,
  steps: row.steps === null ? null : JSON.parse(row.steps),
  thin: row.thin === 1,
  sealedSecret: row.sealed_secret,
  sealedPreviousSecret: row.sealed_previous_secret,
  previousUntil: row.previous_until,
  toldStep: row.told_step,
  createdAt: row.created_at,
  deliveredAt: row.delivered_at,
  failingSince: row.failing_since,
  disabledAt: row.disabled_at,
  disabledCode: row.disabled_code,
})
