import { ServiceError } from '../../errors.ts'
import { newId, type StepCode, type WebhookDeliveryId, type WebhookId } from '../../model/index.ts'
import {
  cancelJobs,
  changeWebhook,
  deleteWebhook,
  type Executor,
  findLastPlace,
  findWebhook,
  insertDeliveries,
  insertWebhook,
  replayDeliveries,
  transact,
  type Webhook,
} from '../../store/index.ts'
import { type Actor, recordAudit } from '../journal/index.ts'
import { TEST_EVENT_TYPE } from './deliver.ts'
import { enqueueDeliveries, type WebhookOptions } from './options.ts'
import { makeWebhookSecret, sealAsPrevious } from './secret.ts'

export interface NewWebhook {
  readonly url: string
  readonly description?: string | undefined
  readonly steps?: readonly StepCode[] | undefined
  readonly thin?: boolean | undefined
}

/** Who changes a webhook, and why. */
export interface WebhookDoing {
  readonly by: Actor
  readonly reason?: string | undefined
}

/** A webhook with its secret, which is said this once. */
export interface WebhookWithSecret {
  readonly webhook: Webhook
  readonly secret: string
}

const HOUR = 60 * 60_000

/** @throws ServiceError not_found `webhook_unknown` */
export const getWebhook = async (db: Executor, id: WebhookId): Promise<Webhook> => {
  const webhook = await findWebhook(db, id)
  if (webhook !== undefined) return webhook
  throw new ServiceError('not_found', 'webhook_unknown', 'there is no such webhook')
}

/** Tells somebody of every step from now on. @throws ServiceError invalid `webhook_url` */
export const addWebhook = async (
  { db, masterKey, clock }: WebhookOptions,
  { url, description, steps, thin }: NewWebhook,
  doing: WebhookDoing,
): Promise<WebhookWithSecret> => {
  const { host } = requireUrl(url)
  const at = clock.now()
  const id = newId('webhook', at)
  const { text, sealed } = makeWebhookSecret(masterKey, id)
  return await transact(db, async (tx) => {
    await insertWebhook(tx, {
      id,
      url,
      description: description ?? null,
      steps: steps ?? null,
      thin: thin ?? false,
      sealedSecret: sealed,
      toldStep: (await findLastPlace(tx)).id,
      createdAt: at,
    })
    // A path may hold a secret.
    const after = { host, steps: steps ?? null, thin: thin ?? false }
    await note(tx, { at, id, action: 'webhook.add', doing, after })
    return { webhook: await getWebhook(tx, id), secret: text }
  })
}

const requireUrl = (text: string): URL => {
  const url = URL.parse(text)
  if (url?.protocol === 'https:' && !url.username && !url.password && url.hash === '') return url
  const detail = 'a webhook has an https URL without a name, a password and a fragment'
  throw new ServiceError('invalid', 'webhook_url', detail)
}

/** Gives a webhook another secret; for `hours`, the old one signs too. @throws ServiceError as `getWebhook` */
export const rotateSecret = async (
  { db, masterKey, clock }: WebhookOptions,
  { id, hours }: { readonly id: WebhookId; readonly hours: number },
  doing: WebhookDoing,
): Promise<WebhookWithSecret> => {
  const at = clock.now()
  return await transact(db, async (tx) => {
    const webhook = await getWebhook(tx, id)
    const { text, sealed } = makeWebhookSecret(masterKey, id)
    const previousUntil = at + hours * HOUR
    await changeWebhook(tx, id, {
      sealedSecret: sealed,
      sealedPreviousSecret: sealAsPrevious(masterKey, webhook),
      previousUntil,
    })
    await note(tx, { at, id, action: 'webhook.rotate', doing, after: { previousUntil } })
    return { webhook: await getWebhook(tx, id), secret: text }
  })
}

/** Tells somebody no more for now, or again of all since then. @throws ServiceError as `getWebhook` */
export const setWebhookDisabled = async (
  options: WebhookOptions,
  { id, isDisabled }: { readonly id: WebhookId; readonly isDisabled: boolean },
  doing: WebhookDoing,
): Promise<Webhook> => {
  const { db, clock } = options
  const at = clock.now()
  return await transact(db, async (tx) => {
    const { disabledAt: before } = await getWebhook(tx, id)
    const disabledAt = isDisabled ? (before ?? at) : null
    const fresh = isDisabled ? {} : { failingSince: null }
    await changeWebhook(tx, id, { disabledAt, disabledCode: null, ...fresh })
    if (!isDisabled) await enqueueDeliveries(options, tx, { id })
    const action = isDisabled ? 'webhook.disable' : 'webhook.enable'
    await note(tx, { at, id, action, doing, before: { disabledAt: before }, after: { disabledAt } })
    return await getWebhook(tx, id)
  })
}

/** Forgets a webhook and all that was told to it. @throws ServiceError as `getWebhook` */
export const removeWebhook = async (
  { db, clock }: WebhookOptions,
  id: WebhookId,
  doing: WebhookDoing,
): Promise<void> => {
  const at = clock.now()
  await transact(db, async (tx) => {
    await getWebhook(tx, id)
    await cancelJobs(tx, [id], at)
    await deleteWebhook(tx, id)
    await note(tx, { at, id, action: 'webhook.remove', doing })
  })
}

/** Sends an event that nothing has caused. Returns the id of its delivery. @throws ServiceError as `getWebhook` */
export const testWebhook = async (
  options: WebhookOptions,
  webhookId: WebhookId,
  doing: WebhookDoing,
): Promise<WebhookDeliveryId> => {
  const at = options.clock.now()
  const id = newId('webhookDelivery', at)
  await transact(options.db, async (tx) => {
    requireEnabled(await getWebhook(tx, webhookId))
    const event = { id, webhookId, eventId: id, type: TEST_EVENT_TYPE, createdAt: at }
    await insertDeliveries(tx, [event])
    await enqueueDeliveries(options, tx, { id: webhookId })
    await note(tx, { at, id: webhookId, action: 'webhook.test', doing })
  })
  return id
}

/**
 * Sends deliveries once more: one, or all that have failed. Returns how many.
 * @throws ServiceError as `getWebhook`; not_found `delivery_unknown`; conflict `webhook_disabled`
 */
export const replay = async (
  options: WebhookOptions,
  wanted: { readonly id: WebhookId; readonly delivery: WebhookDeliveryId | undefined },
  doing: WebhookDoing,
): Promise<number> => {
  const { id, delivery } = wanted
  const at = options.clock.now()
  return await transact(options.db, async (tx) => {
    requireEnabled(await getWebhook(tx, id))
    const count = await replayDeliveries(tx, id, { id: delivery, at })
    if (count === 0 && delivery !== undefined) {
      throw new ServiceError('not_found', 'delivery_unknown', 'there is no such delivery')
    }
    await enqueueDeliveries(options, tx, { id })
    await note(tx, { at, id, action: 'webhook.replay', doing, after: { count } })
    return count
  })
}

const requireEnabled = ({ disabledAt }: Webhook): void => {
  if (disabledAt === null) return
  throw new ServiceError('conflict', 'webhook_disabled', 'the webhook is disabled')
}

type Note = Omit<Parameters<typeof recordAudit>[1], 'actor' | 'outcome' | 'subject' | 'origin'> & {
  readonly id: WebhookId
  readonly doing: WebhookDoing
}

const note = async (tx: Executor, { id, doing: { by, reason }, ...line }: Note): Promise<void> => {
  const who = { actor: by.name, origin: by.origin, reason }
  await recordAudit(tx, { ...line, ...who, outcome: 'done', subject: id })
}
