import { newId, parseId, STEP_EVENT_TYPE } from '../../model/index.ts'
import {
  advanceWebhook,
  findNextDelivery,
  findPlace,
  insertDeliveries,
  listEnabledWebhooks,
  listSettledSteps,
  type Place,
  type PlacedStep,
  transact,
  type Webhook,
} from '../../store/index.ts'
import { enqueueDeliveries, type WebhookOptions } from './options.ts'

/** Steps that are looked at in one transaction. */
const BATCH = 500

/** Milliseconds that a delivery may be overdue before its job is asked for once more. */
const OVERDUE = 60_000

/**
 * Makes deliveries of the steps that webhooks were not told of yet, with the job that sends them, in one transaction
 * with how far that has come. A step is written once, by whoever takes it, and waits for nobody: nothing is lost when
 * the process ends in between, and no enrollment takes longer. Returns how many webhooks there are.
 */
export const announceSteps = async (options: WebhookOptions): Promise<number> => {
  const webhooks = await listEnabledWebhooks(options.db)
  for (const webhook of webhooks) await announce(options, webhook)
  return webhooks.length
}

const announce = async (options: WebhookOptions, webhook: Webhook): Promise<void> => {
  const { db } = options
  let place: Place = await placeOf(options, webhook.toldStep)
  let { toldStep } = webhook
  for (let isFull = true; isFull; ) {
    const steps = await listSettledSteps(db, place, { limit: BATCH })
    const last = steps.at(-1)
    if (last === undefined) return
    if (!(await tell(options, { webhook: { ...webhook, toldStep }, steps, last }))) return
    place = last
    toldStep = last.id
    isFull = steps.length === BATCH
  }
}

const placeOf = async ({ db }: WebhookOptions, toldStep: string): Promise<Place> => {
  const id = parseId('step', toldStep)
  return id === undefined ? { position: 0, id: '' } : await findPlace(db, id)
}

const tell = async (
  options: WebhookOptions,
  {
    webhook,
    steps,
    last,
  }: {
    readonly webhook: Webhook
    readonly steps: readonly PlacedStep[]
    readonly last: PlacedStep
  },
): Promise<boolean> => {
  const { id, steps: codes, createdAt: since } = webhook
  const now = options.clock.now()
  // Where the last step was deleted, its place is known to a minute only.
  const wanted = steps.filter(
    ({ code, at }) => (codes === null || codes.includes(code)) && at >= since,
  )
  return await transact(options.db, async (tx) => {
    if (!(await advanceWebhook(tx, webhook, last.id))) return false
    if (wanted.length === 0) return true
    const deliveries = wanted.map((step) => ({
      id: newId('webhookDelivery', now),
      webhookId: id,
      eventId: step.id,
      type: STEP_EVENT_TYPE,
      createdAt: now,
    }))
    await insertDeliveries(tx, deliveries)
    await enqueueDeliveries(options, tx, { id })
    return true
  })
}

/** Asks once more for the jobs of deliveries that are overdue: a job may have been given up. */
export const askForOverdue = async (options: WebhookOptions): Promise<void> => {
  const { db, clock } = options
  for (const { id } of await listEnabledWebhooks(db)) {
    const next = await findNextDelivery(db, id)
    if (next === undefined || next > clock.now() - OVERDUE) continue
    await transact(db, (tx) => enqueueDeliveries(options, tx, { id }))
  }
}
