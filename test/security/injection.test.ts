import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeName } from '../../src/protocol/x509/index.ts'
import { makeHolder, makeKey } from '../codec/holder.ts'
import { makeDevice, postPhase2 } from '../device.ts'
import { dialects } from '../dialect.ts'
import { callApi } from '../operator.ts'
import { request } from '../request.ts'
import { issuedTo, postScep } from '../scep-client.ts'
import { craftCsr, wrapCsr } from './crafted.ts'
import { configure, identify, obtain, offer, openScene, refused, rowsOf, stateOf } from './scene.ts'
import { STATEMENTS } from './statements.ts'

const key = makeKey('rsa-2048')
const signer = makeHolder({ key })

for (const dialect of dialects) {
  test(`${STATEMENTS.length} pieces of SQL through every field of every message, address and stored attribute stay text (${dialect.name}) [security W6]`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    const env = { WINDFALL_SCEP__STATIC_CHALLENGE: 'a static challenge' }
    await using scene = await openScene({ location: place.location, env })
    const { server, wire, db } = scene

    for (const text of STATEMENTS) {
      const before = await stateOf(scene)
      const escaped = encodeURIComponent(text)
      for (const [path, status] of [
        [`/enrollments?state=${escaped}`, 400],
        [`/enrollments?cursor=${escaped}`, 400],
        [`/enrollments?limit=${escaped}`, 400],
        [`/enrollments/${escaped}`, 400],
        [`/steps?after=${escaped}`, 400],
        [`/audit?cursor=${escaped}`, 400],
      ] as const) {
        assert.equal((await callApi(server, path)).status, status, path)
      }
      const disable = await callApi(server, `/accounts/${escaped}/disable`, { method: 'POST' })
      assert.equal(disable.status, 404)
      for (const [path, status] of [
        [`/scep?operation=GetCACert&message=${escaped}`, 200],
        [`/scep?operation=GetCACaps&message=${escaped}`, 200],
        [`/scep?operation=${escaped}`, 400],
        [`/open/${escaped}`, 403],
        [`/enrollments/${escaped}`, 403],
      ] as const) {
        const headers = { 'user-agent': text, cookie: `__Host-windfall-session=${text}` }
        assert.equal((await request(wire, path, { headers })).status, status, path)
      }
      const token = { authorization: `Bearer ${text}` }
      assert.equal((await request(wire, '/api/v1/audit', { headers: token })).status, 401)
      assert.deepEqual(await stateOf(scene), before)

      const guess = makeDevice(server)
      const { code } = await refused(scene, () => postPhase2(wire, guess, { challenge: text }))
      assert.equal(code, 'challenge_unknown')
    }

    for (const text of STATEMENTS) {
      const device = makeDevice(server, {
        UDID: `u${text}`,
        SERIAL: `s${text}`,
        PRODUCT: text,
        VERSION: text,
        IMEI: text,
        MEID: text,
        ICCID: text,
        [text]: text,
      })
      const identified = await identify(scene, device)
      const holder = await obtain(scene, { key, challenge: identified.challenge })
      await configure(scene, device, holder)
      const row = (await rowsOf(db, 'device')).find((each) => each['udid'] === `u${text}`)
      assert.deepEqual(
        [row?.['serial_number'], row?.['product'], row?.['build'], row?.['imei'], row?.['meid']],
        [`s${text}`, text, text, text, text],
      )
      assert.equal(JSON.parse(String(row?.['attributes']))[text], text)
      assert.equal((await callApi(server, `/enrollments/${identified.id}`)).status, 200)

      const subject = encodeName([[['CN', text]]])
      const csr = craftCsr(key, { challenge: 'a static challenge', subject })
      const sent = wrapCsr(scene, csr, { signer })
      issuedTo(sent, await postScep(wire, sent))
    }
    assert.equal((await rowsOf(db, 'enrollment')).length, STATEMENTS.length)
    assert.notEqual((await offer(scene)).challenge, '')
  })

  test(`a NUL, which PostgreSQL cannot store, is refused in every field that takes text (${dialect.name}) [security W6]`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using scene = await openScene({ location: place.location })
    const { server, wire } = scene
    const before = await stateOf(scene)
    const account = {
      name: 'nul',
      password: 'x',
      fullName: 'x',
      email: 'x',
      attributes: { room: 'x' },
    }
    for (const change of [
      { name: 'a\0b' },
      { fullName: 'a\0b' },
      { email: 'a\0b' },
      { attributes: { room: 'a\0b' } },
      { fullName: 'a\ud800' },
    ]) {
      const body = JSON.stringify({ ...account, ...change })
      const answer = await callApi(server, '/accounts', { method: 'POST', body })
      assert.equal(answer.status, 400, `${body} ${answer.body}`)
    }
    for (const [path, status, method] of [
      ['/accounts/a%00b/disable', 404, 'POST'],
      ['/enrollments/a%00b', 400, 'GET'],
      ['/enrollments?cursor=%00', 400, 'GET'],
    ] as const) {
      assert.equal((await callApi(server, path, { method })).status, status, path)
    }
    for (const [path, status] of [
      ['/open/%00', 403],
      ['/%00', 404],
      ['/scep?operation=GetCACert&message=%00', 200],
      ['/scep/%00?operation=GetCACaps', 200],
      ['/enrollments/%00', 403],
    ] as const) {
      assert.equal((await request(wire, path)).status, status, path)
    }
    assert.deepEqual(await stateOf(scene), before)
  })
}
