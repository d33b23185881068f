import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WebhookDelivery, WebhookWithSecret } from '../../src/api-client/index.ts'
import { dialects } from '../dialect.ts'
import { ACCOUNT, type TestServer } from '../harness.ts'
import { callApi, getEnrollment, readJson } from '../operator.ts'
import { answering, BREAK, HANG, isSigned, startReceiver, TAKE } from './receiver.ts'
import { addWebhook, getWebhook, openStage, postTo, settle, takeStep } from './stage.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const deliveriesOf = async (server: TestServer, id: string): Promise<readonly WebhookDelivery[]> =>
  readJson<{ data: WebhookDelivery[] }>(await callApi(server, `/webhooks/${id}/deliveries`)).data

for (const dialect of dialects) {
  const on = (name: string, run: () => Promise<void>): void =>
    void test(`${name} (${dialect.name})`, { skip: dialect.skip }, run)

  on('every step is told once, signed, as the API has it', async () => {
    await using stage = await openStage(dialect)
    const { server, receiver, webhook } = stage
    assert.equal((await server.enroll()).kind, 'configured')
    await settle(server)

    const { steps, id } = await getEnrollment(server)
    assert.equal(receiver.received.length, steps.length)
    const byId = new Map(receiver.received.map((message) => [message.id, message]))
    for (const step of steps) {
      const message = byId.get(step.id) ?? assert.fail(`${step.code} was not told`)
      assert.deepEqual(JSON.parse(message.body), {
        id: step.id,
        type: 'enrollment.step',
        time: step.at,
        subject: id,
        data: { ...step, enrollment: id },
      })
      assert.ok(await isSigned(message, webhook.secret))
      assert.equal(message.signatures.length, 1)
      assert.equal(message.timestamp, String(Math.floor(server.clock.now() / SECOND)))
      assert.ok(!(await isSigned({ ...message, body: `${message.body} ` }, webhook.secret)))
      assert.ok(!(await isSigned({ ...message, id: 'stp_other' }, webhook.secret)))
    }
    await settle(server)
    assert.equal(receiver.received.length, steps.length)
    assert.notEqual((await getWebhook(server, webhook.id)).deliveredAt, null)
  })

  on(
    'what fails, hangs, redirects, breaks off or is away is told later: nothing is lost',
    async () => {
      await using stage = await openStage(dialect)
      const { server, receiver, webhook } = stage
      const elsewhere = await startReceiver()
      await using _ = elsewhere
      const ways = [
        { behave: answering(500), code: 'webhook_status', status: 500 },
        { behave: answering(302, { location: elsewhere.url }), code: 'outbound_redirect' },
        { behave: HANG, code: 'outbound_timeout' },
        { behave: BREAK, code: 'outbound_failed' },
        { behave: undefined, code: 'outbound_failed' },
      ]
      const subject = await takeStep(server)
      for (const [index, { behave, code, status = null }] of ways.entries()) {
        if (behave === undefined) await receiver.stop()
        else receiver.behave(behave)
        await settle(server)
        const [delivery] = await deliveriesOf(server, webhook.id)
        assert.deepEqual(
          [delivery?.outcome, delivery?.attempts, delivery?.lastCode, delivery?.lastStatus],
          ['pending', index + 1, code, status],
        )
        server.clock.advance(2 * HOUR)
      }
      assert.notEqual((await getWebhook(server, webhook.id)).failingSince, null)
      await receiver.start()
      receiver.behave(TAKE)
      await settle(server)

      const [delivery, ...others] = await deliveriesOf(server, webhook.id)
      assert.deepEqual([delivery?.outcome, delivery?.attempts, others.length], ['delivered', 6, 0])
      assert.equal((await getWebhook(server, webhook.id)).failingSince, null)
      // Each try is the same message: whoever read it, and could not say so, knows it by its id.
      assert.equal(new Set(receiver.received.map(({ id }) => id)).size, 1)
      assert.equal(new Set(receiver.received.map(({ body }) => body)).size, 1)
      assert.equal(JSON.parse(receiver.received[0]?.body ?? '').subject, subject)
      assert.equal(elsewhere.received.length, 0)
    },
  )

  on('a receiver that asks for time gets it, and no more than a few tries at once', async () => {
    await using stage = await openStage(dialect)
    const { server, receiver, webhook } = stage
    receiver.behave(answering(429, { 'retry-after': '3600' }))
    for (let count = 0; count < 12; count++) await takeStep(server)
    await settle(server)
    assert.ok(receiver.received.length <= 4, `${receiver.received.length} tries`)
    const tried = (await deliveriesOf(server, webhook.id)).filter(({ attempts }) => attempts > 0)
    for (const { nextAt } of tried) {
      assert.ok(Date.parse(nextAt ?? '') >= server.clock.now() + HOUR)
    }
    receiver.behave(TAKE)
    for (let turn = 0; turn < 4; turn++) {
      server.clock.advance(HOUR)
      await settle(server)
    }
    const told = new Set(receiver.received.map(({ id }) => id))
    assert.equal(told.size, 12)
    assert.ok(
      (await deliveriesOf(server, webhook.id)).every((each) => each.outcome === 'delivered'),
    )
  })

  on('who hangs keeps neither enrollments nor other receivers waiting', async () => {
    await using stage = await openStage(dialect)
    const { server, receiver } = stage
    await using quick = await startReceiver()
    await addWebhook(server, { url: quick.url })
    receiver.behave(HANG)
    const settled = takeStep(server).then(() => settle(server))
    await receiver.has(1)
    assert.equal((await server.enroll()).kind, 'configured')
    await quick.has(1)
    await settled
  })

  on('a secret that is replaced signs until its time is up', async () => {
    await using stage = await openStage(dialect)
    const { server, receiver, webhook } = stage
    const rotated = readJson<WebhookWithSecret>(
      await postTo(server, `${webhook.id}/rotate`, { hours: 2 }),
    )
    assert.notEqual(rotated.secret, webhook.secret)
    await takeStep(server)
    await settle(server)
    const [both] = receiver.received
    assert.ok(both !== undefined && both.signatures.length === 2)
    assert.ok((await isSigned(both, webhook.secret)) && (await isSigned(both, rotated.secret)))

    server.clock.advance(2 * HOUR)
    await takeStep(server)
    await settle(server)
    const one = receiver.received[1] ?? assert.fail()
    assert.ok(one.signatures.length === 1 && (await isSigned(one, rotated.secret)))
    assert.ok(!(await isSigned(one, webhook.secret)))
  })

  on('who takes nothing for three days is given up, and told everything once enabled', async () => {
    await using stage = await openStage(dialect)
    const { server, receiver, webhook } = stage
    receiver.behave(answering(503))
    await takeStep(server)
    await settle(server)
    for (let hours = 0; hours < 100; hours += 4) {
      server.clock.advance(4 * HOUR)
      await settle(server)
    }
    const given = await getWebhook(server, webhook.id)
    assert.equal(given.disabledCode, 'webhook_failing')
    assert.ok(Date.parse(given.disabledAt ?? '') - Date.parse(given.failingSince ?? '') >= 3 * DAY)
    const lines = readJson<{ data: { actor: { kind: string }; code: string | null }[] }>(
      await callApi(server, '/audit?action=webhook.disable'),
    ).data
    assert.deepEqual(
      lines.map(({ actor, code }) => [actor.kind, code]),
      [['system', 'webhook_failing']],
    )
    await takeStep(server)
    const before = receiver.received.length
    await settle(server)
    assert.equal(receiver.received.length, before)
    assert.equal((await postTo(server, `${webhook.id}/test`)).status, 409)

    receiver.behave(TAKE)
    await postTo(server, `${webhook.id}/enable`)
    server.clock.advance(DAY)
    await settle(server)
    const steps = readJson<{ data: { id: string }[] }>(await callApi(server, '/steps?limit=500'))
    const told = new Set(receiver.received.map(({ id }) => id))
    assert.deepEqual(
      steps.data.filter(({ id }) => !told.has(id)),
      [],
    )
  })

  on('who says 410 is told no more', async () => {
    await using stage = await openStage(dialect)
    const { server, receiver, webhook } = stage
    receiver.behave(answering(410))
    await takeStep(server)
    await settle(server)
    assert.equal((await getWebhook(server, webhook.id)).disabledCode, 'webhook_gone')
  })

  on('what has failed or was delivered is sent again when somebody asks', async () => {
    await using stage = await openStage(dialect)
    const { server, receiver, webhook } = stage
    await takeStep(server)
    await settle(server)
    const [delivery] = await deliveriesOf(server, webhook.id)
    const again = await postTo(server, `${webhook.id}/replay`, { delivery: delivery?.id })
    assert.deepEqual(readJson(again), { count: 1 })
    await settle(server)
    assert.equal(receiver.received.length, 2)
    assert.equal(receiver.received[0]?.id, receiver.received[1]?.id)
    assert.deepEqual(readJson(await postTo(server, `${webhook.id}/replay`)), { count: 0 })
    const unknown = { delivery: `whd_${'0'.repeat(26)}` }
    assert.equal((await postTo(server, `${webhook.id}/replay`, unknown)).status, 404)
  })

  on('a test, thin events, and events of some steps only', async () => {
    await using stage = await openStage(dialect, { thin: true, steps: ['phase3_answered'] })
    const { server, receiver, webhook } = stage
    assert.equal((await server.enroll()).kind, 'configured')
    const tested = readJson<{ delivery: string }>(await postTo(server, `${webhook.id}/test`))
    await settle(server)

    const { id, steps } = await getEnrollment(server)
    const step = steps.find(({ code }) => code === 'phase3_answered') ?? assert.fail()
    const messages = new Map(receiver.received.map((each) => [each.id, JSON.parse(each.body)]))
    assert.deepEqual([...messages.keys()].sort(), [step.id, tested.delivery].sort())
    assert.deepEqual(messages.get(step.id), {
      id: step.id,
      type: 'enrollment.step',
      time: step.at,
      subject: id,
    })
    assert.equal(messages.get(tested.delivery)?.type, 'webhook.test')
  })

  on('nobody is told what was erased meanwhile', async () => {
    await using stage = await openStage(dialect)
    const { server, receiver } = stage
    receiver.behave(answering(500))
    await takeStep(server)
    await settle(server)
    const before = receiver.received.length
    await server.app.core.services.accounts.erase(ACCOUNT.name, {
      by: { name: 'owner', origin: undefined },
    })
    receiver.behave(TAKE)
    for (let turn = 0; turn < 3; turn++) {
      server.clock.advance(HOUR)
      await settle(server)
    }
    const later = receiver.received.slice(before)
    assert.ok(later.length >= 2)
    for (const { body } of later) assert.doesNotMatch(body, /anna|192\.0\.2\.7/)
  })

  on('several servers tell a step once', async () => {
    await using stage = await openStage(dialect)
    const { server, receiver, webhook } = stage
    for (let count = 0; count < 20; count++) await takeStep(server)
    const { webhooks } = server.app.core.services
    await Promise.all(Array.from({ length: 8 }, () => webhooks.announce()))
    await settle(server)
    assert.equal(receiver.received.length, 20)
    assert.equal((await deliveriesOf(server, webhook.id)).length, 20)
  })
}
