import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { getString } from '../../src/protocol/plist/index.ts'
import { makeKey } from '../codec/holder.ts'
import {
  makeDevice,
  obtainIdentity,
  offeredChallenge,
  postPhase2,
  postPhase3,
  refusalOf,
  scepPayloadOf,
} from '../device.ts'
import { ACCOUNT, startTestServer } from '../harness.ts'
import { getEnrollment } from '../operator.ts'
import { request } from '../request.ts'
import { caCertificates, pkcsReq, postScep, readReply } from '../scep-client.ts'

const MINUTE = 60_000
const server = await startTestServer({ env: { WINDFALL_ENROLLMENT__CHALLENGE_MINUTES: '30' } })
after(() => server[Symbol.asyncDispose]())
const key = makeKey('rsa-2048')

const expire = (): Promise<number> => server.app.core.services.enrollment.expire()

// What the tests before left open.
beforeEach(async () => {
  server.clock.advance(60 * MINUTE)
  await expire()
})

test('an enrollment whose profile is not installed in time expires, and says where it stood', async () => {
  const challenge = await offeredChallenge(server)
  server.clock.advance(30 * MINUTE - 1)
  assert.equal(await expire(), 0)
  server.clock.advance(1)
  assert.equal(await expire(), 1)

  const { state, code, steps } = await getEnrollment(server)
  assert.deepEqual([state, code], ['expired', 'timed_out'])
  const last = steps.at(-1)
  assert.deepEqual([last?.code, last?.outcome, last?.state], ['expired', 'failed', 'expired'])
  assert.equal(last?.remoteAddress, null)
  assert.equal(last?.sinceMs, 30 * MINUTE)
  const late = await postPhase2(server, makeDevice(server), { challenge })
  assert.equal(refusalOf(late), '403 challenge_expired')
  assert.equal((await getEnrollment(server)).state, 'expired')
})

test('an enrollment whose profile was never downloaded expires', async () => {
  const form = { method: 'POST', body: new URLSearchParams({ ...ACCOUNT }).toString() }
  assert.equal((await request(server, '/enroll', form)).status, 303)
  assert.equal((await getEnrollment(server)).state, 'authenticated')
  server.clock.advance(30 * MINUTE)
  await expire()

  assert.equal((await getEnrollment(server)).state, 'expired')
})

test('an enrollment whose device does not ask for its certificate expires, and then gets none', async () => {
  const device = makeDevice(server)
  const { body } = await postPhase2(server, device, { challenge: await offeredChallenge(server) })
  const challenge = getString(scepPayloadOf(body), 'Challenge')
  server.clock.advance(30 * MINUTE)
  assert.equal(await expire(), 1)

  const pending = pkcsReq({ caCertificates: await caCertificates(server), key, challenge })
  assert.equal(readReply(pending, await postScep(server, pending)).kind, 'failure')
  const { state, certificate } = await getEnrollment(server)
  assert.deepEqual([state, certificate], ['expired', null])
})

test('an enrollment whose device does not fetch its configuration expires, and then gets none', async () => {
  const device = makeDevice(server)
  const signer = await obtainIdentity(server, device, { key })
  server.clock.advance(30 * MINUTE)
  assert.equal(await expire(), 1)

  const answer = await postPhase3(server, device, { signer })
  assert.equal(refusalOf(answer), '403 enrollment_state')
  assert.equal((await getEnrollment(server)).state, 'expired')
})

test('a device that is configured stays so', async () => {
  const device = makeDevice(server)
  const signer = await obtainIdentity(server, device, { key })
  assert.equal((await postPhase3(server, device, { signer })).status, 200)
  server.clock.advance(24 * 60 * MINUTE)

  assert.equal(await expire(), 0)
  assert.equal((await getEnrollment(server)).state, 'configured')
})

test('the time begins anew when the device introduces itself', async () => {
  const device = makeDevice(server)
  const challenge = await offeredChallenge(server)
  server.clock.advance(29 * MINUTE)
  assert.equal((await postPhase2(server, device, { challenge })).status, 200)
  server.clock.advance(29 * MINUTE)

  assert.equal(await expire(), 0)
  assert.equal((await getEnrollment(server)).state, 'identified')
})
