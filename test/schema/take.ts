import assert from 'node:assert/strict'
import { join } from 'node:path'
import { FLOW_DEFAULTS, newId } from '../../src/model/index.ts'
import { insertSession, listMigrationsDone, transact } from '../../src/store/index.ts'
import { makeKey } from '../codec/holder.ts'
import { givenOperator } from '../rows.ts'
import { identify, obtain, offer, openScene } from '../security/scene.ts'
import { writeSnapshot } from './snapshot.ts'

// `node test/schema/take.ts` writes the snapshot of the schema that this release has: rows in every table.

await using scene = await openScene()
const { server, db } = scene
const now = server.clock.now()
await server.enroll()
const certified = await identify(scene)
await obtain(scene, { key: makeKey('rsa-2048'), challenge: certified.challenge })
await identify(scene)
await offer(scene)
await server.app.core.services.access.createLink('*')
const stranger = { remoteAddress: '192.0.2.1', userAgent: null }
const wrong = server.app.core.services.signIn.password(
  { name: 'anna', password: 'wrong' },
  stranger,
)
await assert.rejects(wrong, { code: 'sign_in_failed' })
const operator = await givenOperator(db)
await insertSession(db, {
  id: newId('session', now),
  hash: 'hash of a session',
  operatorId: operator.id,
  remoteAddress: '192.0.2.1',
  userAgent: null,
  createdAt: now,
  seenAt: now,
  expiresAt: now + 3_600_000,
})
const text = { directory_url: 'https://acme.example.com/directory', host: 'mdm.example.com' }
const key = Uint8Array.of(1, 2, 3)
await db
  .insertInto('acme_account')
  .values({ directory_url: text.directory_url, sealed_private_key: key, created_at: now })
  .execute()
await db
  .insertInto('acme_certificate')
  .values({
    ...text,
    id: newId('acmeCertificate', now),
    order_url: 'https://acme.example.com/order/1',
    sealed_private_key: key,
    created_at: now,
  })
  .execute()
await db
  .insertInto('acme_schedule')
  .values({ ...text, holder: 'node', held_until: now, next_at: now, failures: 0 })
  .execute()
await db
  .insertInto('acme_answer')
  .values({ token: 'token', key_authorization: 'token.thumbprint', expires_at: now })
  .execute()
await db
  .insertInto('directory')
  .values({
    ...{
      id: newId('directory', now),
      name: 'staff',
      settings: '{"http":{"url":"https://a.example"}}',
    },
    ...{ sealed_secret: key, position: 1, is_enabled: 0, created_at: now, updated_at: now },
  })
  .execute()
await db
  .insertInto('idempotency')
  .values({ key: 'key', request_hash: 'hash of a request', created_at: now })
  .execute()
const { audit, flows, webhooks } = server.app.core.services
const by = { by: { name: 'owner', origin: undefined } }
await flows.create('loans', { ...FLOW_DEFAULTS, requires: 'device', account: 'anna' }, by)
const devices = [{ device: 'F2LXK0ABCD', owner: 'anna' }]
await flows.importDevices('loans', { devices, isWhole: false }, by)
await server.app.core.services.invitations.create(
  'anna',
  { channel: 'link', flow: 'default', days: 7, uses: 1 },
  { name: 'owner', origin: undefined },
)
await transact(db, (tx) =>
  server.app.core.jobs.enqueue(tx, { kind: 'none', key: 'key', subject: 'subject', payload: {} }),
)
const { webhook } = await webhooks.add({ url: 'https://hooks.example.com/' }, by)
await webhooks.rotate(webhook.id, 24, by)
await webhooks.test(webhook.id, by)
await audit.retire({ before: now + 1, limit: 1 })
await audit.checkpoint()
const schema = (await listMigrationsDone(db)).at(-1)
if (schema === undefined) throw new Error('the database has no schema')
await writeSnapshot(db, { schema, takenAt: now, masterKeyFile: join(server.data, 'master.key') })
