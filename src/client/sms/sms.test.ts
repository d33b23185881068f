import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import { test } from 'node:test'
import { certifyLocalhost, ROOT } from '../../../test/oidc/tls.ts'
import { NOW } from '../../../test/rows.ts'
import { createOutbound } from '../outbound/index.ts'
import { createHttpGateway, createSmsClient, createTwilioGateway } from './index.ts'

interface Asked {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

interface Said {
  readonly status: number
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A real HTTPS server on loopback that answers as it is told. */
const startGateway = async (answer: (asked: Asked) => Said) => {
  const asked: Asked[] = []
  const server = createServer(certifyLocalhost(), async (request, response) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method, url, headers } = request
    const one = { method, url, headers, body: Buffer.concat(chunks).toString() }
    asked.push(one)
    const { status, body = '', headers: more = {} } = answer(one)
    response.writeHead(status, more).end(body)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `https://localhost:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

const outbound = createOutbound({ allow: { names: ['localhost'], networks: [] }, ca: ROOT })
const closed = createOutbound({ allow: { names: [], networks: [] }, ca: ROOT })
const clock = { now: () => NOW }
const forever = new AbortController().signal
const SMS = { to: '+4915112345678', text: 'Öffnen: https://a/i/x?y="1"&z=%', reference: 'job_1.1' }
const HTTP = {
  ...({ method: 'POST', headers: [], body: undefined, success: undefined } as const),
  ...{ from: 'Example', secret: 's3cret & more' },
}
const SID = `AC${'0'.repeat(32)}`

test('asks a gateway by its template: values are encoded for where they stand', async () => {
  await using gateway = await startGateway(() => ({ status: 200, body: '{"status":"queued"}' }))
  const { url, asked } = gateway
  const forms = [
    {
      ...HTTP,
      url: `${url}/send/{{to}}?from={{from}}`,
      headers: [['authorization', 'Bearer {{secret}}']] as const,
      body: '{"to":"{{to}}","text":"{{text}}","id":"{{reference}}","other":"{{other}}"}',
      success: /"status":"queued"/u,
    },
    { ...HTTP, url: `${url}/`, body: 'to={{to}}&text={{text}}' },
    { ...HTTP, url: `${url}/?to={{to}}&text={{text}}`, method: 'GET' as const },
  ]
  for (const form of forms) {
    assert.deepEqual(await createHttpGateway(form, outbound).send(SMS, forever), { kind: 'sent' })
  }
  const [json, body, query] = asked
  assert.equal(json?.url, '/send/%2B4915112345678?from=Example')
  assert.equal(json?.headers.authorization, 'Bearer s3cret & more')
  assert.equal(json?.headers['content-type'], 'application/json')
  assert.deepEqual(JSON.parse(json?.body ?? ''), {
    ...{ to: SMS.to, text: SMS.text, id: SMS.reference, other: '{{other}}' },
  })
  assert.deepEqual(
    [...new URLSearchParams(body?.body)],
    [
      ['to', SMS.to],
      ['text', SMS.text],
    ],
  )
  assert.equal(body?.headers['content-type'], 'application/x-www-form-urlencoded')
  const { searchParams } = new URL(query?.url ?? '', url)
  assert.deepEqual([query?.method, searchParams.get('text')], ['GET', SMS.text])
})

test('tells what a gateway takes from what it never will, and what it may take later', async () => {
  let said: Said = { status: 200 }
  await using gateway = await startGateway(() => said)
  const settings = { ...HTTP, url: `${gateway.url}/`, success: /^OK/u }
  const client = createSmsClient(createHttpGateway(settings, outbound), { clock })
  const ask = async (answer: Said) => {
    said = answer
    const outcome = await client.send(SMS, forever)
    return [outcome, client.connection().state] as const
  }
  assert.equal(client.connection().state, 'untried')
  assert.deepEqual(await ask({ status: 200, body: 'OK 1' }), [{ kind: 'sent' }, 'up'])
  const refused = { kind: 'refused', code: 'sms_refused' }
  assert.deepEqual(await ask({ status: 200, body: 'ERROR 7' }), [refused, 'up'])
  assert.deepEqual(await ask({ status: 400, body: 'OK' }), [refused, 'up'])
  const later = { kind: 'later', isAway: false }
  assert.deepEqual(await ask({ status: 429, headers: { 'retry-after': '7' } }), [
    { ...later, code: 'sms_deferred', afterMs: 7000 },
    'up',
  ])
  assert.deepEqual(await ask({ status: 503 }), [
    { ...later, code: 'sms_deferred', afterMs: undefined },
    'up',
  ])
  assert.deepEqual(await ask({ status: 401 }), [{ ...later, code: 'sms_sign_in' }, 'up'])
  const away = { kind: 'later', isAway: true }
  const redirect = { status: 302, headers: { location: 'https://example.com/' } }
  assert.deepEqual(await ask(redirect), [{ ...away, code: 'outbound_redirect' }, 'down'])
})

test('a gateway is nowhere that is not allowed [security W11]', async () => {
  await using gateway = await startGateway(() => ({ status: 200 }))
  const settings = { ...HTTP, url: `${gateway.url}/` }
  const client = createSmsClient(createHttpGateway(settings, closed), { clock })
  const outcome = await client.send(SMS, forever)
  assert.deepEqual(outcome, { kind: 'later', code: 'outbound_address', isAway: true })
  assert.equal(gateway.asked.length, 0)
})

test('speaks to Twilio as its API wants it, and reads its refusals', async () => {
  let said: Said = { status: 201, body: '{"sid":"SM1","status":"queued"}' }
  await using gateway = await startGateway(() => said)
  const settings = { accountSid: SID, authToken: 'token', from: '+15005550006', url: gateway.url }
  const send = (from = settings.from) =>
    createTwilioGateway({ ...settings, from }, outbound).send(SMS, forever)
  assert.deepEqual(await send(), { kind: 'sent' })
  assert.deepEqual(await send(`MG${'1'.repeat(32)}`), { kind: 'sent' })
  const [first, second] = gateway.asked
  assert.equal(first?.method, 'POST')
  assert.equal(first?.url, `/2010-04-01/Accounts/${SID}/Messages.json`)
  assert.equal(
    first?.headers.authorization,
    `Basic ${Buffer.from(`${SID}:token`).toString('base64')}`,
  )
  assert.deepEqual(
    [...new URLSearchParams(first?.body)],
    [
      ['To', SMS.to],
      ['From', '+15005550006'],
      ['Body', SMS.text],
    ],
  )
  assert.equal(new URLSearchParams(second?.body).get('MessagingServiceSid'), `MG${'1'.repeat(32)}`)
  const code = async (answer: Said) => {
    said = answer
    const outcome = await send()
    return outcome.kind === 'sent' ? 'sent' : outcome.code
  }
  const problem = (number: number) => JSON.stringify({ code: number, message: 'No.', status: 400 })
  assert.equal(await code({ status: 400, body: problem(21211) }), 'sms_number_refused')
  assert.equal(await code({ status: 400, body: problem(21610) }), 'sms_number_refused')
  assert.equal(await code({ status: 400, body: problem(30007) }), 'sms_refused')
  assert.equal(await code({ status: 400, body: 'not JSON' }), 'sms_refused')
  assert.equal(await code({ status: 401, body: problem(20003) }), 'sms_sign_in')
  assert.equal(await code({ status: 429, body: problem(20429) }), 'sms_deferred')
})
