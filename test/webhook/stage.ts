import type { NewWebhook, Webhook, WebhookWithSecret } from '../../src/api-client/index.ts'
import { parseId } from '../../src/model/index.ts'
import { listEnabledWebhooks, listStepsAfter } from '../../src/store/index.ts'
import type { Dialect } from '../dialect.ts'
import { startTestServer, type TestServer } from '../harness.ts'
import { callApi, readJson } from '../operator.ts'
import { type Receiver, startReceiver } from './receiver.ts'

/** A server, and somebody who is told by it. */
export interface Stage extends AsyncDisposable {
  readonly server: TestServer
  readonly receiver: Receiver
  readonly webhook: WebhookWithSecret
}

export const openStage = async (
  dialect: Dialect,
  wanted: Partial<NewWebhook> = {},
): Promise<Stage> => {
  await using stack = new AsyncDisposableStack()
  const place = stack.use(await dialect.create())
  const receiver = stack.use(await startReceiver())
  const { location } = place
  const server = stack.use(await startTestServer({ location, env: receiver.env }))
  const webhook = await addWebhook(server, { url: receiver.url, ...wanted })
  const owned = stack.move()
  return { server, receiver, webhook, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

export const addWebhook = async (
  server: TestServer,
  wanted: NewWebhook,
): Promise<WebhookWithSecret> =>
  readJson<WebhookWithSecret>(
    await callApi(server, '/webhooks', { method: 'POST', body: JSON.stringify(wanted) }),
  )

/** Asks the API about a webhook, and has it do something. */
export const getWebhook = async (server: TestServer, id: string): Promise<Webhook> =>
  readJson<Webhook>(await callApi(server, `/webhooks/${id}`))

export const postTo = async (server: TestServer, path: string, body: object = {}) =>
  await callApi(server, `/webhooks/${path}`, { method: 'POST', body: JSON.stringify(body) })

/** Has everything told and sent that is due now. */
export const settle = async ({ app }: TestServer): Promise<void> => {
  const { db } = app.core.database
  // PostgreSQL shows a step to whoever reads them in order once nothing can come before it any more.
  for (let isTold = false; !isTold; ) {
    await app.core.services.webhooks.announce()
    const webhooks = await listEnabledWebhooks(db)
    const untold = webhooks.map(({ toldStep }) =>
      listStepsAfter(db, { limit: 1, after: parseId('step', toldStep) }),
    )
    isTold = (await Promise.all(untold)).every((steps) => steps.length === 0)
  }
  await app.runner.drain()
}

/** An enrollment that begins: one step. */
export const takeStep = async ({ app }: TestServer): Promise<string> => {
  const { accounts, enrollment } = app.core.services
  const [anna] = await accounts.list({ limit: 1, name: 'anna' })
  if (anna === undefined) throw new Error('anna is gone')
  return await enrollment.begin(anna, { remoteAddress: '192.0.2.7', userAgent: null })
}
