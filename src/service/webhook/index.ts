import type { WebhookDeliveryId, WebhookId } from '../../model/index.ts'
import {
  type DeliveryFilter,
  listDeliveries,
  listWebhooks,
  type Page,
  type Webhook,
  type WebhookDelivery,
} from '../../store/index.ts'
import type { JobHandler } from '../job/index.ts'
import { announceSteps, askForOverdue } from './announce.ts'
import { createDeliverer } from './deliver.ts'
import {
  addWebhook,
  getWebhook,
  type NewWebhook,
  removeWebhook,
  replay,
  rotateSecret,
  setWebhookDisabled,
  testWebhook,
  type WebhookDoing,
  type WebhookWithSecret,
} from './manage.ts'
import type { WebhookOptions } from './options.ts'

export { WEBHOOK_JOB } from './options.ts'

/** Whom windfall tells of steps, as Standard Webhooks says. Refusals are those of `manage.ts`. */
export interface WebhookService {
  /** Oldest first. */
  list(page: Page<WebhookId>): Promise<readonly Webhook[]>
  get(id: WebhookId): Promise<Webhook>
  add(wanted: NewWebhook, doing: WebhookDoing): Promise<WebhookWithSecret>
  rotate(id: WebhookId, hours: number, doing: WebhookDoing): Promise<WebhookWithSecret>
  disable(id: WebhookId, doing: WebhookDoing): Promise<Webhook>
  enable(id: WebhookId, doing: WebhookDoing): Promise<Webhook>
  remove(id: WebhookId, doing: WebhookDoing): Promise<void>
  test(id: WebhookId, doing: WebhookDoing): Promise<WebhookDeliveryId>
  /** Newest first. */
  deliveries(id: WebhookId, wanted: DeliveryPage): Promise<readonly WebhookDelivery[]>
  /** One, or all that have failed. */
  replay(
    id: WebhookId,
    delivery: WebhookDeliveryId | undefined,
    doing: WebhookDoing,
  ): Promise<number>
  /** Makes deliveries of steps that were not told yet; returns how many webhooks there are. */
  announce(): Promise<number>
  /** Asks once more for what is overdue. */
  sweep(): Promise<void>
  /** Does the jobs that send deliveries. */
  readonly deliver: JobHandler
}

export type DeliveryPage = DeliveryFilter & {
  readonly before?: WebhookDeliveryId | undefined
  readonly limit: number
}

export const createWebhookService = (options: WebhookOptions): WebhookService => ({
  list: (page) => listWebhooks(options.db, page),
  get: (id) => getWebhook(options.db, id),
  add: (wanted, doing) => addWebhook(options, wanted, doing),
  rotate: (id, hours, doing) => rotateSecret(options, { id, hours }, doing),
  disable: (id, doing) => setWebhookDisabled(options, { id, isDisabled: true }, doing),
  enable: (id, doing) => setWebhookDisabled(options, { id, isDisabled: false }, doing),
  remove: (id, doing) => removeWebhook(options, id, doing),
  test: (id, doing) => testWebhook(options, id, doing),
  async deliveries(id, wanted) {
    await getWebhook(options.db, id)
    return await listDeliveries(options.db, id, wanted)
  },
  replay: (id, delivery, doing) => replay(options, { id, delivery }, doing),
  announce: () => announceSteps(options),
  sweep: () => askForOverdue(options),
  deliver: createDeliverer(options),
})
