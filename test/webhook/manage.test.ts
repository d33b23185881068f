import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Webhook, WebhookDelivery, WebhookWithSecret } from '../../src/api-client/index.ts'
import { runHere } from '../cli/here.ts'
import { dialects } from '../dialect.ts'
import { startTestServer } from '../harness.ts'
import { callApi, readJson } from '../operator.ts'
import { request } from '../request.ts'
import { addOperator, signIn, withSession } from '../signed-in.ts'
import { isSigned, startReceiver } from './receiver.ts'
import { addWebhook, getWebhook, openStage, postTo, settle, takeStep } from './stage.ts'

const [sqlite] = dialects

const codeOf = (answer: { readonly body: Buffer }): unknown =>
  JSON.parse(answer.body.toString()).code

test('nothing is sent to private addresses unless they are allowed [security W11]', async () => {
  await using receiver = await startReceiver()
  const { WINDFALL_OUTBOUND__ALLOW: _, ...env } = receiver.env
  await using server = await startTestServer({ env })
  const port = new URL(receiver.url).port
  const urls = ['localhost', '127.0.0.1', '[::1]', '169.254.169.254', '10.0.0.1'].map(
    (host) => `https://${host}:${port}/`,
  )
  for (const url of urls) await addWebhook(server, { url })
  await takeStep(server)
  await settle(server)

  assert.equal(receiver.received.length, 0)
  const { data } = readJson<{ data: Webhook[] }>(await callApi(server, '/webhooks'))
  assert.equal(data.length, urls.length)
  for (const { id } of data) {
    const { data: deliveries } = readJson<{ data: WebhookDelivery[] }>(
      await callApi(server, `/webhooks/${id}/deliveries`),
    )
    assert.deepEqual(
      deliveries.map(({ lastCode }) => lastCode),
      ['outbound_address'],
    )
  }
})

test('a webhook has an https URL that names nobody', async () => {
  await using server = await startTestServer()
  for (const url of [
    'http://hooks.example.com/',
    'https://me:secret@hooks.example.com/',
    'https://hooks.example.com/#part',
    'hooks.example.com',
    'file:///etc/passwd',
    '',
  ]) {
    const answer = await callApi(server, '/webhooks', {
      method: 'POST',
      body: JSON.stringify({ url }),
    })
    assert.deepEqual([answer.status, codeOf(answer)], [400, 'webhook_url'], url)
  }
  assert.equal((await callApi(server, `/webhooks/whk_${'0'.repeat(26)}`)).status, 404)
})

test('a secret is said once, and stands nowhere in the clear', async () => {
  await using server = await startTestServer()
  const { id, secret } = await addWebhook(server, { url: 'https://hooks.example.com/' })
  const rotated = readJson<WebhookWithSecret>(await postTo(server, `${id}/rotate`))
  const answers = [
    await callApi(server, '/webhooks'),
    await callApi(server, `/webhooks/${id}`),
    await callApi(server, '/audit'),
  ].map(({ body }) => body.toString())
  const files = (await readdir(server.data)).filter((name) => name.startsWith('windfall.db'))
  const contents = await Promise.all(files.map((name) => readFile(join(server.data, name))))
  for (const each of [secret, rotated.secret]) {
    const base64 = each.slice('whsec_'.length)
    const bytes = Buffer.from(base64, 'base64')
    assert.equal(bytes.length, 32)
    for (const text of [...answers, server.log()]) assert.ok(!text.includes(base64))
    for (const content of contents) {
      assert.ok(!content.includes(bytes) && !content.includes(base64))
    }
  }
  assert.ok(contents.length > 0)
})

test('changes need their permission, and are in the audit with who made them and why', async () => {
  await using server = await startTestServer()
  const url = 'https://hooks.example.com/secret-path'
  const { id } = await addWebhook(server, { url, reason: 'the ticket system' })
  await postTo(server, `${id}/disable`, { reason: 'maintenance' })
  await postTo(server, `${id}/enable`)
  await postTo(server, `${id}/rotate`)
  await postTo(server, `${id}/test`)
  await callApi(server, `/webhooks/${id}?reason=moved`, { method: 'DELETE' })
  assert.equal((await callApi(server, `/webhooks/${id}`)).status, 404)

  interface Line {
    readonly action: string
    readonly reason: string | null
    readonly actor: { readonly kind: string }
  }
  const { body } = await callApi(server, `/audit?subject=${id}`)
  const { data }: { data: Line[] } = JSON.parse(body.toString())
  assert.deepEqual(
    data.map(({ action, reason }) => [action, reason]),
    [
      ['webhook.remove', 'moved'],
      ['webhook.test', null],
      ['webhook.rotate', null],
      ['webhook.enable', null],
      ['webhook.disable', 'maintenance'],
      ['webhook.add', 'the ticket system'],
    ],
  )
  assert.ok(!body.includes('secret-path'))

  for (const [role, read, write] of [
    ['administrator', 200, 201],
    ['auditor', 200, 403],
    ['helpdesk', 403, 403],
  ] as const) {
    const headers = withSession(await signIn(server, await addOperator(server, role)))
    const listed = await request(server, '/api/v1/webhooks', { headers })
    assert.equal(listed.status, read, role)
    const added = await request(server, '/api/v1/webhooks', {
      headers: { ...headers, 'sec-fetch-site': 'same-origin' },
      method: 'POST',
      body: JSON.stringify({ url }),
    })
    assert.equal(added.status, write, role)
  }
})

test('the command line keeps webhooks from the first to the last', async () => {
  assert.ok(sqlite !== undefined)
  await using stage = await openStage(sqlite)
  const { server, receiver } = stage
  const run = async (...args: readonly string[]): Promise<string> => {
    const result = await runHere(['webhook', ...args, '--data', server.data])
    assert.equal(result.code, 0, result.stderr)
    return result.stdout.trim()
  }
  const secret = await run('add', receiver.url, '--step', 'signed_in', '--description', 'tickets')
  assert.match(secret, /^whsec_/)
  const added: { data: Webhook[] } = JSON.parse(await run('list', '-o', 'json'))
  const { id, steps, description } = added.data.at(-1) ?? assert.fail()
  assert.deepEqual([steps, description], [['signed_in'], 'tickets'])
  await run('remove', stage.webhook.id)

  const delivery = await run('test', id)
  await takeStep(server)
  await settle(server)
  assert.equal(receiver.received.length, 2)
  for (const message of receiver.received) assert.ok(await isSigned(message, secret))
  assert.match(await run('deliveries', id), new RegExp(`${delivery} .* delivered +1 +204`))
  assert.equal(await run('replay', id, delivery), '1 to be sent again')
  assert.equal(await run('replay', id, '--failed'), '0 to be sent again')
  assert.match(await run('rotate', id, '--hours', '1'), /^whsec_/)
  assert.match(await run('disable', id, '--reason', 'x'), / 20\d\d-/)
  assert.match(await run('enable', id), /signed_in/)
  assert.match(await run('show', id), /signed_in/)
  await run('remove', id)

  const refused = await runHere(['webhook', 'show', id, '--data', server.data])
  assert.equal(refused.code, 3)
  const usage = await runHere(['webhook', 'replay', id, '--data', server.data])
  assert.equal(usage.code, 2)
  const invalid = await runHere(['webhook', 'add', 'http://x', '--data', server.data])
  assert.equal(invalid.code, 6)
})

const guide = readFileSync(join(import.meta.dirname, '../../docs/webhooks.md'), 'utf8')

/** The first block of the guide in that language. */
const exampleOf = (language: string): string =>
  new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(guide)?.[1] ?? assert.fail(language)

test('the examples of the guide tell a good signature from a bad one', async () => {
  assert.ok(sqlite !== undefined)
  await using stage = await openStage(sqlite)
  const { server, receiver, webhook } = stage
  await takeStep(server)
  await settle(server)
  const message = receiver.received[0] ?? assert.fail()
  const run = (command: string, args: readonly string[], secret: string): number | null =>
    spawnSync(command, args, {
      input: message.body,
      env: {
        PATH: process.env['PATH'],
        SECRET: secret,
        ID: message.id,
        TIMESTAMP: message.timestamp,
        SIGNATURE: message.signatures.join(' '),
      },
    }).status
  const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const node = ['--input-type=module', '--eval', exampleOf('js')]
  assert.equal(run(process.execPath, node, webhook.secret), 0)
  assert.equal(run(process.execPath, node, other), 1)
  assert.equal(run('bash', ['-c', exampleOf('sh')], webhook.secret), 0)
  assert.equal(run('bash', ['-c', exampleOf('sh')], other), 1)
  assert.equal((await getWebhook(server, webhook.id)).failingSince, null)
})
