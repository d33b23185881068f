import { ServiceError } from '../../errors.ts'
import { describeStepEvent, parseId, retryDelay } from '../../model/index.ts'
import {
  changeWebhook,
  findNextDelivery,
  findStep,
  findWebhook,
  listDueDeliveries,
  noteDelivery,
  noteWebhookFailure,
  transact,
  type Webhook,
  type WebhookDelivery,
} from '../../store/index.ts'
import type { JobHandler } from '../job/index.ts'
import { recordAudit } from '../journal/index.ts'
import { enqueueDeliveries, type WebhookOptions } from './options.ts'
import { openSecrets } from './secret.ts'

/** Deliveries to one webhook that are under way at once. */
const AT_ONCE = 4
/** Milliseconds after which the others have their turn. */
const TURN = 20_000
/** Milliseconds of rest after a try that failed, whatever else is due: who does not answer one, answers none. */
const REST = 5_000
/** Milliseconds without one good delivery after which windfall gives a webhook up. */
const PATIENCE = 3 * 24 * 60 * 60_000

/** How a try went. */
type Result =
  | { readonly kind: 'delivered'; readonly status: number }
  | {
      readonly kind: 'refused'
      readonly status: number | null
      readonly code: string
      readonly retryAfterMs?: number | undefined
    }
  /** There is nothing left to be sent. */
  | { readonly kind: 'gone' }

/** Sends what is due to one webhook, oldest first; the job of the rest is asked for in the end. */
export const createDeliverer =
  (options: WebhookOptions): JobHandler =>
  async ({ key }, signal) => {
    const { db, clock } = options
    const id = parseId('webhook', key)
    const end = performance.now() + TURN
    let isFailing = false
    while (id !== undefined && !isFailing && performance.now() < end && !signal.aborted) {
      const webhook = await findWebhook(db, id)
      if (webhook === undefined || webhook.disabledAt !== null) return { kind: 'done' }
      const due = await listDueDeliveries(db, id, { now: clock.now(), limit: AT_ONCE })
      if (due.length === 0) break
      const good = await Promise.all(due.map((each) => attempt(options, webhook, each, signal)))
      isFailing = good.includes(false)
    }
    const next = id === undefined ? undefined : await findNextDelivery(db, id)
    if (id === undefined || next === undefined) return { kind: 'done' }
    const runAt = Math.max(next, clock.now() + (isFailing ? REST : 0))
    return { kind: 'done', record: (tx) => enqueueDeliveries(options, tx, { id, runAt }) }
  }

/** Tries once, and writes down how that went. False: the receiver did not take it. */
const attempt = async (
  options: WebhookOptions,
  webhook: Webhook,
  delivery: WebhookDelivery,
  signal: AbortSignal,
): Promise<boolean> => {
  const begin = performance.now()
  const result = await send(options, webhook, delivery, signal)
  // A stop is not the receiver's fault: the next server sends it again.
  if (signal.aborted && result.kind === 'refused' && result.status === null) return false
  const ms = Math.round(performance.now() - begin)
  await record(options, { webhook, delivery, result, ms })
  return result.kind !== 'refused'
}

const send = async (
  { db, masterKey, clock, client }: WebhookOptions,
  webhook: Webhook,
  delivery: WebhookDelivery,
  signal: AbortSignal,
): Promise<Result> => {
  const event = await readEvent(db, delivery)
  if (event === undefined) return { kind: 'gone' }
  const { data: _, ...thin } = event
  const at = clock.now()
  try {
    const { status, retryAfterMs } = await client.send(
      {
        url: webhook.url,
        id: delivery.eventId,
        at,
        body: JSON.stringify(webhook.thin ? thin : event),
        secrets: openSecrets(masterKey, webhook, at),
      },
      signal,
    )
    if (status >= 200 && status < 300) return { kind: 'delivered', status }
    return { kind: 'refused', status, code: 'webhook_status', retryAfterMs }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    return { kind: 'refused', status: null, code: error.code }
  }
}

/** What is said to receivers who ask to be tested. */
export const TEST_EVENT_TYPE = 'webhook.test'

interface Event {
  readonly id: string
  readonly type: string
  readonly time: string
  readonly subject: string
  readonly data: unknown
}

const readEvent = async (
  db: WebhookOptions['db'],
  { id, eventId, createdAt, webhookId }: WebhookDelivery,
): Promise<Event | undefined> => {
  if (eventId === id) {
    const time = new Date(createdAt).toISOString()
    const data = { message: 'This is a test of windfall.' }
    return { id, type: TEST_EVENT_TYPE, time, subject: webhookId, data }
  }
  const stepId = parseId('step', eventId)
  const step = stepId && (await findStep(db, stepId))
  return step && describeStepEvent(step)
}

interface Tried {
  readonly webhook: Webhook
  readonly delivery: WebhookDelivery
  readonly result: Result
  readonly ms: number
}

const record = async (
  options: WebhookOptions,
  { webhook, delivery, result, ms }: Tried,
): Promise<void> => {
  const at = options.clock.now()
  const isNoted = await transact(options.db, async (tx) => {
    const end = { ...endOf(result, delivery, at), lastAt: at, lastMs: ms }
    if (!(await noteDelivery(tx, delivery, end))) return false
    switch (result.kind) {
      case 'delivered':
        await changeWebhook(tx, webhook.id, { deliveredAt: at, failingSince: null })
        return true
      case 'refused': {
        await noteWebhookFailure(tx, webhook.id, at)
        const code = reasonToGiveUp(webhook, result, at)
        if (code === undefined) return true
        await changeWebhook(tx, webhook.id, { disabledAt: at, disabledCode: code })
        await recordAudit(tx, {
          at,
          actor: 'system',
          action: 'webhook.disable',
          outcome: 'done',
          subject: webhook.id,
          code,
          after: { disabledAt: at },
          origin: undefined,
        })
        return true
      }
      case 'gone':
        return true
      default:
        return result satisfies never
    }
  })
  if (!isNoted) return
  options.onResult?.(result.kind === 'refused' ? result.code : result.kind)
}

const endOf = (
  result: Result,
  { attempts }: WebhookDelivery,
  at: number,
): Pick<WebhookDelivery, 'nextAt' | 'outcome' | 'lastStatus' | 'lastCode'> => {
  switch (result.kind) {
    case 'delivered':
      return { nextAt: null, outcome: 'delivered', lastStatus: result.status, lastCode: null }
    case 'refused': {
      const { status, code, retryAfterMs = 0 } = result
      const delay = retryDelay(attempts + 1)
      const nextAt = delay === undefined ? null : at + Math.max(delay, retryAfterMs)
      return {
        nextAt,
        outcome: nextAt === null ? 'failed' : null,
        lastStatus: status,
        lastCode: code,
      }
    }
    case 'gone':
      return { nextAt: null, outcome: 'failed', lastStatus: null, lastCode: 'step_deleted' }
    default:
      return result satisfies never
  }
}

const GONE = 410

/** Standard Webhooks: 410 says that nobody wants to be told any more. */
const reasonToGiveUp = (
  { failingSince }: Webhook,
  { status }: Extract<Result, { kind: 'refused' }>,
  at: number,
): string | undefined => {
  if (status === GONE) return 'webhook_gone'
  return failingSince !== null && at - failingSince >= PATIENCE ? 'webhook_failing' : undefined
}
