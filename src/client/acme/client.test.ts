import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import https from 'node:https'
import { test } from 'node:test'
import { makeKey, makeSigner } from '../../../test/codec/holder.ts'
import { chainPem, intermediate, keyPem, makeLeaf, publicRoot } from '../../../test/pair.ts'
import { createOutbound } from '../outbound/index.ts'
import { AcmeClient } from './client.ts'

type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** A client of whatever answers so. */
const open = async (listener: Listener, { deadlineMs = 10_000, isTrusted = true } = {}) => {
  const leaf = makeLeaf()
  const tls = { key: keyPem(leaf), cert: chainPem(leaf, intermediate) }
  const server = https.createServer(tls, listener).listen(0, 'localhost')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address !== 'string')
  const stop = new AbortController()
  const client = new AcmeClient({
    directoryUrl: `https://localhost:${address.port}/directory`,
    signer: makeSigner(makeKey('p-256')),
    outbound: createOutbound({
      allow: { names: ['localhost'], networks: [] },
      ca: isTrusted ? chainPem(publicRoot) : undefined,
    }),
    signal: stop.signal,
    deadlineMs,
  })
  return {
    client,
    stop,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const json =
  (body: unknown, status = 200, headers = {}): Listener =>
  (_, response) => {
    response.writeHead(status, headers).end(JSON.stringify(body))
  }

const problem = (type: string) => ({ type: `urn:ietf:params:acme:error:${type}`, detail: 'x' })

/** What a server does wrong, and what it is called. */
const WRONG: Readonly<Record<string, readonly [Listener, object]>> = {
  'says no in its own words': [
    json(problem('userActionRequired'), 403),
    { kind: 'forbidden', code: 'acme_user_action_required', detail: 'x' },
  ],
  'limits the rate with any status': [
    json(problem('rateLimited'), 400, { 'retry-after': '90' }),
    { kind: 'rate_limited', code: 'acme_rate_limited', retryAfter: 90 },
  ],
  'is down for a while': [
    json({}, 503, { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() }),
    { kind: 'unavailable', code: 'acme_status503' },
  ],
  'says no without saying how': [
    json('<html>', 500),
    { kind: 'unavailable', code: 'acme_status500' },
  ],
  'writes into our log': [
    json({ ...problem('x'), detail: 'a\n\u001b[2Jb'.padEnd(10_000, 'c') }, 400),
    { code: 'acme_x', detail: `a [2Jb${'c'.repeat(294)}` },
  ],
  'has a type that is no name': [json({ ...problem('../x y') }, 400), { code: 'acme_status400' }],
  'sends somebody else there': [
    json({}, 302, { location: 'http://127.0.0.1/' }),
    { code: 'outbound_redirect' },
  ],
  'leads to where nothing is encrypted': [
    json({ newNonce: 'http://localhost/', newAccount: 'https://localhost/', newOrder: 'x' }),
    { code: 'outbound_url' },
  ],
  'talks and talks': [
    (_, response) => void response.end('x'.repeat(300_000)),
    { code: 'outbound_size' },
  ],
  'hangs up': [(_, response) => void response.destroy(), { code: 'outbound_failed' }],
}

for (const [name, [listener, expected]] of Object.entries(WRONG)) {
  test(`a CA that ${name} is told apart`, async () => {
    await using it = await open(listener)
    await assert.rejects(it.client.register(undefined), expected)
  })
}

test('a CA that begins an answer and does not end it has failed at the deadline', async () => {
  const listener: Listener = (_, response) => void response.write('{')
  await using it = await open(listener, { deadlineMs: 100 })
  const expected = { kind: 'unavailable', code: 'outbound_timeout' }
  await assert.rejects(it.client.register(undefined), expected)
})

test('a CA whose certificate leads to no root that is trusted is not asked', async () => {
  await using it = await open(json({}), { isTrusted: false })
  await assert.rejects(it.client.register(undefined), { code: 'outbound_failed' })
})

test('whoever has to stop does not wait for an answer', async () => {
  const asked = Promise.withResolvers<undefined>()
  await using it = await open(() => asked.resolve(undefined))
  const registered = it.client.register(undefined)
  await asked.promise
  it.stop.abort(new Error('stopped'))
  await assert.rejects(registered, { message: 'stopped' })
})
