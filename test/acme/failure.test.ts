import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeKey } from '../codec/holder.ts'
import type { TestServer } from '../harness.ts'
import { callApi, readJson } from '../operator.ts'
import { chainPem, intermediate, makeLeaf, publicRoot } from '../pair.ts'
import { AcmeDouble, type Resource } from './double.ts'
import { openPlace, type Place, shownBy } from './stage.ts'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE

/** What the audit says of orders, oldest first: codes, `null` for success. */
const ordersOf = async (server: TestServer): Promise<readonly (string | null)[]> => {
  const { data } = readJson<{ data: { action: string; code: string | null }[] }>(
    await callApi({ ...server, roots: [...server.roots, publicRoot.certificate] }, '/audit'),
  )
  return data
    .filter(({ action }) => action === 'tls.order')
    .map(({ code }) => code)
    .toReversed()
}

const findingOf = async (server: TestServer) => {
  const { findings } = await server.app.core.services.diagnose()
  const { state, seen = '' } = findings.find(({ name }) => name === 'ACME') ?? {}
  return { state, seen }
}

/** A server whose first certificate is there, shortly before it is to be renewed. */
const startDue = async (place: Place, ca: AcmeDouble): Promise<TestServer> => {
  const server = await place.start(ca.directoryUrl)
  await server.app.reload()
  server.clock.advance(61 * DAY)
  return server
}

test('a CA that cannot be reached is asked again, ever less often, and everybody is told', async () => {
  await using place = await openPlace()
  const ca = await AcmeDouble.start(place.httpPort)
  await ca[Symbol.asyncDispose]()
  await using server = await place.start(ca.directoryUrl)
  const counts: number[] = []
  for (const minutes of [0, 1, 3, 1, 15, 1, 59, 1]) {
    server.clock.advance(minutes * MINUTE)
    await server.app.reload()
    counts.push((await ordersOf(server)).length)
  }
  assert.deepEqual(counts, [1, 2, 2, 3, 3, 4, 4, 5])
  assert.deepEqual([...new Set(await ordersOf(server))], ['outbound_failed'])
  assert.equal(server.log().split('"code":"outbound_failed"').length, 6)
  const { state, seen } = await findingOf(server)
  assert.equal(state, 'failed')
  assert.match(seen, /no certificate for localhost.*outbound_failed.*ECONNREFUSED.*next try/)
})

test('a CA that asks for patience is left alone for as long as it says', async () => {
  await using place = await openPlace()
  await using ca = await AcmeDouble.start(place.httpPort)
  const headers = { 'retry-after': '7200' }
  ca.interfere = (resource) =>
    resource === 'newOrder' ? ca.problem('rateLimited', { status: 429, headers }) : undefined
  await using server = await place.start(ca.directoryUrl)
  await server.app.reload()
  assert.deepEqual(await ordersOf(server), ['acme_rate_limited'])
  const asked = ca.asked.length
  ca.interfere = () => undefined
  server.clock.advance(119 * MINUTE)
  await server.app.reload()
  assert.equal(ca.asked.length, asked)
  server.clock.advance(MINUTE)
  await server.app.reload()
  assert.deepEqual(await ordersOf(server), ['acme_rate_limited', null])
  assert.equal((await findingOf(server)).state, 'ok')
})

test('a challenge that fails ends the order, and the next try begins another', async () => {
  await using place = await openPlace()
  await using wrong = await openPlace()
  await using ca = await AcmeDouble.start(wrong.httpPort)
  await using server = await place.start(ca.directoryUrl)
  await server.app.reload()
  assert.deepEqual(await ordersOf(server), ['acme_unauthorized'])
  assert.match((await findingOf(server)).seen, /acme_unauthorized \(a wrong answer\)/)
  server.clock.advance(MINUTE)
  await server.app.reload()
  assert.equal(ca.orders.length, 2)
})

/** Certificates of which a server can make no use, and why. */
const USELESS: Readonly<Record<string, (good: string) => string>> = {
  pair_chain: (good) => good.replace(chainPem(intermediate), chainPem(publicRoot)),
  pair_key: () => chainPem(makeLeaf({ key: makeKey('p-256') }), intermediate),
  certificate_file: () => 'no certificate',
}

test('what the CA issues is judged before it is used; the certificate before it stays meanwhile', async () => {
  await using place = await openPlace()
  await using ca = await AcmeDouble.start(place.httpPort)
  await using server = await startDue(place, ca)
  const first = await shownBy(server)
  for (const [code, make] of Object.entries(USELESS)) {
    ca.interfere = (resource) => {
      const chain = ca.orders.at(-1)?.chain
      return resource === 'certificate' && chain !== undefined ? { body: make(chain) } : undefined
    }
    await server.app.reload()
    assert.equal((await ordersOf(server)).at(-1), code)
    assert.deepEqual(await shownBy(server), first)
    server.clock.advance(60 * MINUTE)
  }
  ca.interfere = () => undefined
  ca.lifetime = { ...ca.lifetime, notAfter: server.clock.now() - MINUTE }
  await server.app.reload()
  assert.equal((await ordersOf(server)).at(-1), 'pair_expired')
  assert.deepEqual(await shownBy(server), first)
  assert.equal((await findingOf(server)).state, 'warning')

  server.clock.advance(60 * MINUTE)
  ca.lifetime = { ...ca.lifetime, notAfter: server.clock.now() + 90 * DAY }
  await server.app.reload()
  assert.equal((await ordersOf(server)).at(-1), null)
  assert.notDeepEqual(await shownBy(server), first)
})

/** Answers that follow no standard. */
const GIBBERISH: readonly Resource[] = [
  'directory',
  'account',
  'newOrder',
  'order',
  'authorization',
]

test('answers that make no sense are failures like any other', async () => {
  await using place = await openPlace()
  await using ca = await AcmeDouble.start(place.httpPort)
  await using server = await startDue(place, ca)
  const first = await shownBy(server)
  for (const wrong of GIBBERISH) {
    for (const body of ['{}', '<html>']) {
      const headers = { 'replay-nonce': '' }
      ca.interfere = (resource) => (resource === wrong ? { status: 200, headers, body } : undefined)
      await server.app.reload()
      server.clock.advance(60 * MINUTE)
    }
  }
  const codes = (await ordersOf(server)).slice(1)
  assert.equal(codes.length, 2 * GIBBERISH.length)
  assert.ok(
    codes.every((code) => /^(acme|outbound)_/.test(code ?? '')),
    codes.join(),
  )
  assert.deepEqual(await shownBy(server), first)
  assert.doesNotMatch(server.log(), /"code":"internal"/)
})

test('a server that stops in the middle of an order leaves it to whoever comes next, at once', async () => {
  await using place = await openPlace()
  await using ca = await AcmeDouble.start(place.httpPort)
  const { directory: data } = place
  const reached = Promise.withResolvers<undefined>()
  {
    await using _ = await place.start(ca.directoryUrl, { data })
    ca.interfere = (resource) => {
      if (resource !== 'finalize') return undefined
      reached.resolve(undefined)
      return Promise.withResolvers<undefined>().promise
    }
    await reached.promise
  }
  ca.interfere = () => undefined
  await using server = await place.start(ca.directoryUrl, { data })
  await server.app.reload()
  assert.deepEqual(await ordersOf(server), [null])
  assert.equal(ca.orders.length, 1)
})
