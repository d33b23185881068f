import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { skipWithoutPebble, startPebble } from './pebble.ts'
import { openPlace, shownBy } from './stage.ts'

test("Let's Encrypt's test server issues a certificate, and renews it when it is due", {
  skip: skipWithoutPebble,
}, async () => {
  await using place = await openPlace()
  await using pebble = await startPebble(place.directory, place.httpPort)
  await using server = await place.start(pebble.directoryUrl)
  await server.app.reload()
  const first = new X509Certificate(await shownBy(server))
  assert.match(first.issuer, /Pebble Intermediate CA/, server.log())
  assert.equal(first.subjectAltName, 'DNS:localhost')

  // Not to its end: pebble goes by the real time, and so ends its certificates when the first one ends.
  const life = first.validToDate.getTime() - first.validFromDate.getTime()
  server.clock.advance(Math.floor(0.9 * life))
  await server.app.reload()
  const second = new X509Certificate(await shownBy(server))
  assert.match(second.issuer, /Pebble Intermediate CA/)
  assert.notEqual(second.serialNumber, first.serialNumber)
  assert.equal(second.publicKey.equals(first.publicKey), false)
})
