import type { WebhookDeliveryId, WebhookId } from '../model/index.ts'

/** The tables of whom windfall tells of steps. */
export interface WebhookTables {
  readonly webhook: WebhookTable
  readonly webhook_delivery: WebhookDeliveryTable
}

/** `told_step`: the id of the last step of which there are deliveries, or none are wanted. */
interface WebhookTable {
  id: WebhookId
  url: string
  description: string | null
  steps: string | null
  thin: number
  sealed_secret: Uint8Array
  sealed_previous_secret: Uint8Array | null
  previous_until: number | null
  told_step: string
  created_at: number
  delivered_at: number | null
  failing_since: number | null
  disabled_at: number | null
  disabled_code: string | null
}

/** `next_at` is null once nothing more is tried. */
interface WebhookDeliveryTable {
  id: WebhookDeliveryId
  webhook_id: WebhookId
  event_id: string
  type: string
  created_at: number
  next_at: number | null
  attempts: number
  outcome: 'delivered' | 'failed' | null
  last_at: number | null
  last_status: number | null
  last_code: string | null
  last_ms: number | null
}
