import assert from 'node:assert/strict'
import { testOnDialects } from '../../../test/dialect.ts'
import { NOW } from '../../../test/rows.ts'
import { firstId, newId } from '../../model/index.ts'
import {
  claimJob,
  claimRequest,
  countAttempt,
  findJob,
  findRequest,
  findTokenByHash,
  finishJob,
  insertDeliveries,
  insertJob,
  insertToken,
  insertWebhook,
  listDeliveries,
  noteDelivery,
  readAttempts,
} from '../../store/index.ts'
import { createForget } from './index.ts'

const DAY = 24 * 60 * 60_000
const WINDOW = 15 * 60_000

testOnDialects('deletes what has expired, and nothing that counts', async (db) => {
  const clock = { now: () => NOW }
  const ended = async (key: string, at: number) => {
    const job = { kind: 'mail', key, subject: null, payload: {}, runAt: at, createdAt: at }
    const id = await insertJob(db, { ...job, id: newId('job', at) })
    await claimJob(db, { kind: 'mail', holder: key, now: at, until: at })
    const end = { revision: 1, outcome: 'done', code: null } as const
    await finishJob(db, { ...end, id, holder: key, at })
    return id
  }
  await ended('old', NOW - 31 * DAY)
  const recent = await ended('new', NOW - 29 * DAY)
  for (const [key, at] of [
    ['old', NOW - 8 * DAY],
    ['new', NOW - WINDOW / 2],
  ] as const) {
    await countAttempt(db, key, at, WINDOW)
    await claimRequest(db, { key, requestHash: 'x', createdAt: at }, 0)
    await insertToken(db, {
      ...{ id: newId('token', at), kind: 'link', hash: key, subject: '*' },
      ...{ createdAt: at, expiresAt: at + WINDOW },
    })
  }

  const webhookId = newId('webhook', NOW)
  await insertWebhook(db, {
    ...{ id: webhookId, url: 'https://hooks.example.com/', description: null, steps: null },
    ...{ thin: false, sealedSecret: Uint8Array.of(1), toldStep: '', createdAt: NOW },
  })
  const deliveries = [32, 31, 29].map((days) => {
    const [createdAt, type] = [NOW - days * DAY, 'webhook.test']
    const id = firstId('webhookDelivery', createdAt)
    return { id, webhookId, eventId: id, type, createdAt }
  })
  await insertDeliveries(db, deliveries)
  const told = { outcome: 'delivered', nextAt: null, lastStatus: 204, lastCode: null } as const
  for (const delivery of deliveries.slice(1)) {
    const end = { ...told, lastAt: delivery.createdAt, lastMs: 1 }
    await noteDelivery(db, { id: delivery.id, attempts: 0 }, end)
  }

  const forget = createForget({ db, clock })
  assert.deepEqual(await forget(), { attempts: 1, deliveries: 1, jobs: 1, requests: 1, tokens: 1 })
  assert.deepEqual(await forget(), { attempts: 0, deliveries: 0, jobs: 0, requests: 0, tokens: 0 })

  assert.equal((await listDeliveries(db, webhookId, { limit: 9 })).length, 2)
  assert.ok(await findJob(db, recent))
  assert.equal((await readAttempts(db, 'new', NOW, WINDOW)).count, 1)
  assert.ok(await findRequest(db, 'new'))
  assert.ok(await findTokenByHash(db, 'new'))
})
