import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { type Holder, makeHolder } from '../../test/scripted/holder.ts'
import { type Respond, ScriptedServer } from '../../test/scripted/server.ts'
import { basicConstraints, keyUsage, subjectAltName } from '../protocol/x509/index.ts'
import { Transport } from './transport.ts'

let root: Holder
let tls: Holder

before(async () => {
  const extensions = [basicConstraints({ ca: true }), keyUsage('keyCertSign')]
  root = await makeHolder({ name: 'Root', extensions })
  tls = await makeHolder({ name: 'TLS', issuer: root, extensions: [subjectAltName(['127.0.0.1'])] })
})

const hello: Respond = async () => ({ type: 'Text/Plain; charset=utf-8', body: 'hello' })

const open = (options: Partial<ConstructorParameters<typeof Transport>[0]> = {}) =>
  new Transport({ roots: [root.certificate], timeoutMs: 10_000, signal: undefined, ...options })

test('keeps its connection from one exchange to the next', async () => {
  await using server = await ScriptedServer.start(tls, hello)
  using transport = open()
  const url = new URL(server.url)
  for (let i = 0; i < 3; i++) {
    const { status, mediaType, body } = await transport.send({ method: 'GET', url })
    assert.deepEqual(
      [status, mediaType, Buffer.from(body).toString()],
      [200, 'text/plain', 'hello'],
    )
  }
  assert.equal(server.connections, 1)
})

test('follows no redirect', async () => {
  await using server = await ScriptedServer.start(tls, async () => ({
    status: 302,
    location: '/b',
  }))
  using transport = open()
  const { status, location } = await transport.send({ method: 'GET', url: new URL(server.url) })
  assert.deepEqual([status, location, server.received.length], [302, '/b', 1])
})

test('trusts no server without a path to the given roots', async () => {
  await using server = await ScriptedServer.start(tls, hello)
  using transport = open({ roots: [] })
  const sending = transport.send({ method: 'GET', url: new URL(server.url) })
  await assert.rejects(sending, { kind: 'untrusted', code: 'untrusted' })
})

test('trusts no server under another name than its certificate has', async () => {
  const other = await makeHolder({
    name: 'TLS',
    issuer: root,
    extensions: [subjectAltName(['a.example'])],
  })
  await using server = await ScriptedServer.start(other, hello)
  using transport = open()
  const sending = transport.send({ method: 'GET', url: new URL(server.url) })
  await assert.rejects(sending, { kind: 'untrusted' })
})

test('says that nobody answers', async () => {
  const server = await ScriptedServer.start(tls, hello)
  const url = new URL(server.url)
  await server[Symbol.asyncDispose]()
  using transport = open()
  await assert.rejects(transport.send({ method: 'GET', url }), {
    kind: 'unreachable',
    message: `${url.host} cannot be reached (ECONNREFUSED)`,
  })
})

test('waits no longer than it should', async () => {
  await using server = await ScriptedServer.start(tls, async () => undefined)
  using transport = open({ timeoutMs: 50 })
  const sending = transport.send({ method: 'GET', url: new URL(server.url) })
  await assert.rejects(sending, { kind: 'timed-out', code: 'timed_out' })
})

test('reads no more than 4 MiB', async () => {
  const body = new Uint8Array(4 * 1024 * 1024 + 1)
  await using server = await ScriptedServer.start(tls, async () => ({ body }))
  using transport = open()
  const sending = transport.send({ method: 'GET', url: new URL(server.url) })
  await assert.rejects(sending, { code: 'response_too_large' })
})

test('stops for the reason it is given', async () => {
  const controller = new AbortController()
  await using server = await ScriptedServer.start(tls, async () => {
    controller.abort(new Error('enough'))
    return undefined
  })
  using transport = open({ signal: controller.signal })
  const sending = transport.send({ method: 'GET', url: new URL(server.url) })
  await assert.rejects(sending, { message: 'enough' })
})
