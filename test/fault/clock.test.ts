import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCertificates } from '../../src/protocol/x509/index.ts'
import { makeKey } from '../codec/holder.ts'
import { basic, makeDevice, postPhase2, refusalOf } from '../device.ts'
import { dialects } from '../dialect.ts'
import { ACCOUNT } from '../harness.ts'
import { request } from '../request.ts'
import { postScep } from '../scep-client.ts'
import { ask, finish, identify, offer, openScene, refused } from '../security/scene.ts'
import { addOperator, isIn, signIn } from '../signed-in.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const YEAR = 365 * 24 * HOUR
const key = makeKey('rsa-2048')

for (const dialect of dialects) {
  test(`a clock that is put back extends no session, link or challenge, and they are good again when it is right (${dialect.name}) [proof R13]`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using scene = await openScene({ location: place.location })
    const { server, wire } = scene
    const { clock, app } = server
    await addOperator(server, 'owner')
    const session = await signIn(server, 'owner')
    const { access } = app.core.services
    const link = await access.createLink('*')
    const visit = await access.openLink((await access.createLink('*')).secret, {
      remoteAddress: '127.0.0.1',
      userAgent: null,
    })
    const { challenge: offered } = await offer(scene)
    const identified = await identify(scene)
    const scep = ask(scene, { key, challenge: identified.challenge })
    const device = makeDevice(server)
    const phase2 = () => postPhase2(wire, device, { challenge: offered })

    clock.advance(-HOUR)
    assert.equal(await isIn(server, session), false)
    assert.equal(await access.findSession(visit.secret), undefined)
    assert.equal((await request(wire, `/open/${link.secret}`)).status, 403)
    assert.equal(refusalOf((await refused(scene, phase2)).answer), '403 challenge_expired')
    assert.equal((await refused(scene, () => postScep(wire, scep))).code, 'challenge_expired')

    clock.advance(HOUR)
    assert.equal(await isIn(server, session), true)
    assert.equal(await access.findSession(visit.secret), '*')
    assert.equal((await request(wire, `/open/${link.secret}`)).status, 303)
    assert.equal((await phase2()).status, 200)
    await finish(scene, identified, key)
  })

  test(`nobody is locked out longer because the clock was put back (${dialect.name}) [proof R13]`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using scene = await openScene({ location: place.location })
    const { server, wire } = scene
    server.clock.advance(2 * YEAR)
    const guess = { headers: basic({ ...ACCOUNT, password: 'wrong' }) }
    for (let guesses = 0; guesses < 10; guesses++) await request(wire, '/enroll', guess)
    assert.equal((await request(wire, '/enroll', guess)).status, 429)
    server.clock.advance(-2 * YEAR)
    assert.equal((await request(wire, '/enroll', guess)).status, 401)
    assert.equal((await request(wire, '/enroll', { headers: basic() })).status, 200)
  })
}

test('the TLS certificate that was renewed while the clock was years ahead is made anew when it is right again [proof R13]', async () => {
  await using scene = await openScene()
  const { app, clock } = scene.server
  const tls = await app.core.openTls()
  const begins = () => parseCertificates(Buffer.from(tls.current.certificate))[0].notBefore
  clock.advance(3 * YEAR)
  await tls.refresh()
  assert.ok(begins() > clock.now() - YEAR)
  clock.advance(-3 * YEAR)
  await tls.refresh()
  assert.ok(begins() <= clock.now())
  assert.equal((await tls.refresh()).kind, 'same')
})
