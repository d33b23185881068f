import { z } from 'zod'
import type { WebhookService } from '../../service/webhook/index.ts'
import { idOf, PERHAPS_TEXT, PERHAPS_TIME, STEP_CODE, TEXT, TIME } from '../field.ts'
import { momentOrNull, rfc3339 } from '../present.ts'
import { id, line, REASON, short, WHY } from './input.ts'
import { type Context, created, noContent, ok, operation } from './operation.ts'
import { byId, listQuery, pageOf, toPage } from './page.ts'

const WEBHOOK = z
  .strictObject({
    id: idOf('webhook'),
    url: TEXT,
    description: PERHAPS_TEXT,
    steps: z
      .array(STEP_CODE)
      .readonly()
      .nullable()
      .meta({ description: 'Only of these is told; null: of all.' }),
    thin: z.boolean().meta({ description: 'Whether events come without `data`.' }),
    createdAt: TIME,
    deliveredAt: PERHAPS_TIME.meta({ description: 'When an event was last taken.' }),
    failingSince: PERHAPS_TIME.meta({ description: 'Since when none was taken.' }),
    previousSecretUntil: PERHAPS_TIME.meta({ description: 'Until when the old secret signs too.' }),
    disabledAt: PERHAPS_TIME,
    disabledCode: PERHAPS_TEXT.meta({
      description: 'Why, where windfall did it: `webhook_failing`, `webhook_gone`.',
    }),
  })
  .meta({ id: 'Webhook', description: 'Somebody who is told of steps as they come.' })

const WITH_SECRET = WEBHOOK.extend({
  secret: TEXT.meta({ description: '`whsec_` and base64. Said this once.' }),
}).meta({ id: 'WebhookWithSecret' })

const DELIVERY = z
  .strictObject({
    id: idOf('webhookDelivery'),
    event: TEXT.meta({ description: 'What the receiver knows it by: its `webhook-id`.' }),
    type: TEXT,
    createdAt: TIME,
    outcome: z.enum(['pending', 'delivered', 'failed']),
    attempts: z.int(),
    nextAt: PERHAPS_TIME.meta({ description: 'When it is tried next; null: no more.' }),
    lastAt: PERHAPS_TIME,
    lastStatus: z
      .int()
      .nullable()
      .meta({ description: 'Of the last answer, where there was one.' }),
    lastCode: PERHAPS_TEXT.meta({ description: 'Why the last try failed.' }),
    lastMs: z.int().nullable().meta({ description: 'Milliseconds that the last try took.' }),
  })
  .meta({ id: 'WebhookDelivery', description: 'One event for one webhook, and how it went.' })

type Found = Awaited<ReturnType<WebhookService['get']>>

const presentWebhook = (webhook: Found): z.output<typeof WEBHOOK> => ({
  id: webhook.id,
  url: webhook.url,
  description: webhook.description,
  steps: webhook.steps,
  thin: webhook.thin,
  createdAt: rfc3339(webhook.createdAt),
  deliveredAt: momentOrNull(webhook.deliveredAt),
  failingSince: momentOrNull(webhook.failingSince),
  previousSecretUntil: momentOrNull(webhook.previousUntil),
  disabledAt: momentOrNull(webhook.disabledAt),
  disabledCode: webhook.disabledCode,
})

type Delivery = Awaited<ReturnType<WebhookService['deliveries']>>[number]

const presentDelivery = (delivery: Delivery): z.output<typeof DELIVERY> => ({
  id: delivery.id,
  event: delivery.eventId,
  type: delivery.type,
  createdAt: rfc3339(delivery.createdAt),
  outcome: delivery.outcome ?? 'pending',
  attempts: delivery.attempts,
  nextAt: momentOrNull(delivery.nextAt),
  lastAt: momentOrNull(delivery.lastAt),
  lastStatus: delivery.lastStatus,
  lastCode: delivery.lastCode,
  lastMs: delivery.lastMs,
})

const NEW_WEBHOOK = z
  .strictObject({
    url: short(2048).meta({ description: 'https, without a name, a password and a fragment.' }),
    description: line(256).optional(),
    steps: z.array(STEP_CODE).min(1).optional().meta({ description: 'Only of these is told.' }),
    thin: z.boolean().optional(),
    reason: WHY.optional(),
  })
  .meta({ id: 'NewWebhook' })

const ROTATION = z
  .strictObject({
    hours: z.int().min(0).max(720).default(24).meta({
      description: 'How long the old secret signs too.',
    }),
    reason: WHY.optional(),
  })
  .meta({ id: 'WebhookRotation' })
  .prefault({})

const REPLAY = z
  .strictObject({
    delivery: id('webhookDelivery')
      .optional()
      .meta({ description: 'This one; without it, all that have failed.' }),
    reason: WHY.optional(),
  })
  .meta({ id: 'WebhookReplay' })
  .prefault({})

const ONE = z.object({ params: z.object({ id: id('webhook') }) })
const unknown = { 404: ['webhook_unknown'] } as const

const doingOf = (reason: string | undefined, { by }: Context) => ({ by, reason })

/** Whom windfall tells of steps. */
export const webhookOperations = [
  operation(
    {
      id: 'listWebhooks',
      method: 'GET',
      path: '/webhooks',
      summary: 'List webhooks, oldest first',
      asks: listQuery(id('webhook'), {}),
      answers: ok(pageOf('WebhookPage', WEBHOOK)),
    },
    async ({ webhooks }, { query: { limit, cursor } }) => {
      const found = await webhooks.list({ after: cursor, limit: limit + 1 })
      return toPage(found, limit, { present: presentWebhook, cursorOf: byId })
    },
  ),
  operation(
    {
      id: 'addWebhook',
      method: 'POST',
      path: '/webhooks',
      summary: 'Tell somebody of every step from now on',
      description: 'As Standard Webhooks says; the payload is an event of `GET /api/v1/events`.',
      asks: z.object({ body: NEW_WEBHOOK }),
      answers: created(WITH_SECRET),
      problems: { 400: ['webhook_url'] },
    },
    async ({ webhooks }, { body: { reason, ...wanted } }, context) => {
      const { webhook, secret } = await webhooks.add(wanted, doingOf(reason, context))
      return { ...presentWebhook(webhook), secret }
    },
  ),
  operation(
    {
      id: 'getWebhook',
      method: 'GET',
      path: '/webhooks/:id',
      summary: 'Read a webhook',
      asks: ONE,
      answers: ok(WEBHOOK),
      isTagged: true,
      problems: unknown,
    },
    async ({ webhooks }, { params }) => presentWebhook(await webhooks.get(params.id)),
  ),
  operation(
    {
      id: 'removeWebhook',
      method: 'DELETE',
      path: '/webhooks/:id',
      summary: 'Forget a webhook and all that was told to it',
      asks: ONE.extend({ query: z.strictObject({ reason: WHY.optional() }) }),
      answers: noContent,
      problems: unknown,
    },
    async ({ webhooks }, { params, query }, context) =>
      await webhooks.remove(params.id, doingOf(query.reason, context)),
  ),
  operation(
    {
      id: 'rotateWebhookSecret',
      method: 'POST',
      path: '/webhooks/:id/rotate',
      summary: 'Give a webhook another secret; for a while, both sign',
      asks: ONE.extend({ body: ROTATION }),
      answers: ok(WITH_SECRET),
      problems: unknown,
    },
    async ({ webhooks }, { params, body: { hours, reason } }, context) => {
      const made = await webhooks.rotate(params.id, hours, doingOf(reason, context))
      return { ...presentWebhook(made.webhook), secret: made.secret }
    },
  ),
  operation(
    {
      id: 'disableWebhook',
      method: 'POST',
      path: '/webhooks/:id/disable',
      summary: 'Tell a webhook nothing for now',
      asks: ONE.extend({ body: REASON }),
      answers: ok(WEBHOOK),
      problems: unknown,
    },
    async ({ webhooks }, { params, body }, context) =>
      presentWebhook(await webhooks.disable(params.id, doingOf(body.reason, context))),
  ),
  operation(
    {
      id: 'enableWebhook',
      method: 'POST',
      path: '/webhooks/:id/enable',
      summary: 'Tell a webhook again, of what happened meanwhile too',
      asks: ONE.extend({ body: REASON }),
      answers: ok(WEBHOOK),
      problems: unknown,
    },
    async ({ webhooks }, { params, body }, context) =>
      presentWebhook(await webhooks.enable(params.id, doingOf(body.reason, context))),
  ),
  operation(
    {
      id: 'testWebhook',
      method: 'POST',
      path: '/webhooks/:id/test',
      summary: 'Send a webhook an event that nothing has caused',
      asks: ONE.extend({ body: REASON }),
      answers: created(
        z.strictObject({ delivery: idOf('webhookDelivery') }).meta({ id: 'WebhookTest' }),
      ),
      problems: { ...unknown, 409: ['webhook_disabled'] },
    },
    async ({ webhooks }, { params, body }, context) => ({
      delivery: await webhooks.test(params.id, doingOf(body.reason, context)),
    }),
  ),
  operation(
    {
      id: 'replayWebhook',
      method: 'POST',
      path: '/webhooks/:id/replay',
      summary: 'Send deliveries once more: one, or all that have failed',
      asks: ONE.extend({ body: REPLAY }),
      answers: ok(z.strictObject({ count: z.int() }).meta({ id: 'WebhookReplayed' })),
      problems: { 404: ['webhook_unknown', 'delivery_unknown'], 409: ['webhook_disabled'] },
    },
    async ({ webhooks }, { params, body: { delivery, reason } }, context) => ({
      count: await webhooks.replay(params.id, delivery, doingOf(reason, context)),
    }),
  ),
  operation(
    {
      id: 'listWebhookDeliveries',
      method: 'GET',
      path: '/webhooks/:id/deliveries',
      summary: 'List what a webhook was told, newest first',
      asks: listQuery(id('webhookDelivery'), {
        outcome: z.enum(['pending', 'delivered', 'failed']).optional(),
      }).extend(ONE.shape),
      answers: ok(pageOf('WebhookDeliveryPage', DELIVERY)),
      problems: unknown,
    },
    async ({ webhooks }, { params, query: { limit, cursor, outcome } }) => {
      const wanted = { outcome, before: cursor, limit: limit + 1 }
      const found = await webhooks.deliveries(params.id, wanted)
      return toPage(found, limit, { present: presentDelivery, cursorOf: byId })
    },
  ),
] as const
