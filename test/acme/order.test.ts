import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { dialects } from '../dialect.ts'
import { publicRoot } from '../pair.ts'
import { request } from '../request.ts'
import { AcmeDouble, type Reply } from './double.ts'
import { openPlace, shownBy } from './stage.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const certificateOf = async (server: Parameters<typeof shownBy>[0]): Promise<X509Certificate> =>
  new X509Certificate(await shownBy(server))

/** From an hour before `now` for so many days. */
const livesFor = (days: number, now = Date.now()) => ({
  notBefore: now - HOUR,
  notAfter: now + days * DAY,
})

test('the first start serves a certificate of its own until the CA has answered, then that of the CA', async () => {
  await using place = await openPlace()
  await using ca = await AcmeDouble.start(place.httpPort)
  const gate = Promise.withResolvers<Reply | undefined>()
  ca.interfere = (resource) => (resource === 'directory' ? gate.promise : undefined)
  await using server = await place.start(ca.directoryUrl)
  const own = await certificateOf(server)
  assert.ok(own.checkIssued(new X509Certificate(server.roots[0]?.bytes ?? '')))

  gate.resolve(undefined)
  await server.app.reload()
  const issued = await certificateOf(server)
  assert.equal(issued.subjectAltName, 'DNS:localhost')
  assert.equal(issued.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1')
  const outside = { url: server.url, roots: [publicRoot.certificate] }
  assert.equal((await request(outside, '/')).status, 200)
  assert.equal(ca.count('newOrder'), 1)
})

for (const dialect of dialects) {
  test(`a certificate outlives a restart, and is renewed when two thirds of its life are over (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using database = await dialect.create()
    await using place = await openPlace()
    await using ca = await AcmeDouble.start(place.httpPort)
    ca.lifetime = livesFor(90)
    const { location } = database
    const { directory: data } = place
    let first: Buffer
    {
      await using server = await place.start(ca.directoryUrl, { data, location })
      await server.app.reload()
      first = await shownBy(server)
    }
    await using server = await place.start(ca.directoryUrl, { data, location })
    assert.deepEqual(await shownBy(server), first)
    server.clock.advance(59 * DAY)
    await server.app.reload()
    assert.equal(ca.count('newOrder'), 1)

    server.clock.advance(DAY)
    ca.lifetime = livesFor(90, server.clock.now())
    await server.app.reload()
    const renewed = await shownBy(server)
    assert.notDeepEqual(renewed, first)
    const [old, young] = [first, renewed].map((raw) => new X509Certificate(raw).publicKey)
    assert.equal(old && young?.equals(old), false, 'it has a key of its own')
    assert.deepEqual([ca.count('newOrder'), ca.accounts], [2, 1])
  })
}

test('a CA that says when to renew is asked, and told what is replaced (RFC 9773)', async () => {
  await using place = await openPlace()
  await using ca = await AcmeDouble.start(place.httpPort)
  ca.lifetime = livesFor(90)
  ca.renewal = { start: Date.now() + 40 * DAY, end: Date.now() + 41 * DAY }
  await using server = await place.start(ca.directoryUrl)
  await server.app.reload()
  const first = await shownBy(server)

  server.clock.advance(39 * DAY)
  await server.app.reload()
  assert.deepEqual([ca.count('renewalInfo'), ca.count('newOrder')], [1, 1])
  // It has asked to wait for two hours.
  server.clock.advance(HOUR)
  await server.app.reload()
  assert.equal(ca.count('renewalInfo'), 1)

  ca.renewal = { start: Date.now() - DAY, end: Date.now() }
  server.clock.advance(HOUR)
  ca.lifetime = livesFor(90, server.clock.now())
  await server.app.reload()
  assert.notDeepEqual(await shownBy(server), first)
  const serial = Buffer.from(new X509Certificate(first).serialNumber, 'hex').toString('base64url')
  assert.deepEqual(
    ca.orders.map(({ replaces }) => replaces?.split('.')[1]),
    [undefined, serial],
  )
})

test('a certificate that begins a little later, by a CA whose clock is ahead, is taken', async () => {
  await using place = await openPlace()
  await using ca = await AcmeDouble.start(place.httpPort)
  ca.lifetime = { ...livesFor(90), notBefore: Date.now() + 300_000 }
  await using server = await place.start(ca.directoryUrl)
  await server.app.reload()
  assert.deepEqual(await shownBy(server), Buffer.from(ca.leaf(0)))
})

test('a nonce that the CA does not take is asked for again', async () => {
  await using place = await openPlace()
  await using ca = await AcmeDouble.start(place.httpPort)
  const refused = new Set<string>()
  ca.interfere = (resource, signed) => {
    if (signed === undefined || refused.has(resource)) return undefined
    refused.add(resource)
    return ca.problem('badNonce')
  }
  await using server = await place.start(ca.directoryUrl)
  await server.app.reload()
  assert.equal((await certificateOf(server)).subjectAltName, 'DNS:localhost')
  assert.equal(ca.orders.length, 1)
  assert.ok(refused.size > 5)
})
