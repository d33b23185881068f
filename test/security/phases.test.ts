import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { expectDict, getDict, getString } from '../../src/protocol/plist/index.ts'
import { encodeName } from '../../src/protocol/x509/index.ts'
import { readFixture } from '../codec/fixture.ts'
import { type Holder, makeHolder, makeKey } from '../codec/holder.ts'
import { makeDevice, postPhase2, postPhase3, postProfile, profileRequest } from '../device.ts'
import { issuedTo, postScep } from '../scep-client.ts'
import { craftCsr, wrapCsr } from './crafted.ts'
import {
  ask,
  configure,
  finish,
  identify,
  obtain,
  offer,
  openScene,
  refused,
  rowsOf,
  type Scene,
  stateOf,
} from './scene.ts'

const DAY = 86_400_000

const key = makeKey('rsa-2048')
const otherKey = makeKey('rsa-2048')

const certified = async (scene: Scene) => {
  const identified = await identify(scene)
  return { ...identified, holder: await obtain(scene, { key, challenge: identified.challenge }) }
}

test('UDID and serial number of phase 3 are those of phase 2, or there is no profile [security O3]', async () => {
  await using scene = await openScene()
  const { device, holder } = await certified(scene)
  const other = await certified(scene)
  const { UDID, SERIAL } = device.attributes

  for (const changes of [
    { UDID: 'another' },
    { UDID: String(UDID).toLowerCase() },
    { UDID: other.device.attributes['UDID'] },
    { SERIAL: 'another' },
    { SERIAL: undefined },
    { SERIAL: '' },
    { SERIAL: `${String(SERIAL)} ` },
    { SERIAL: other.device.attributes['SERIAL'] },
    other.device.attributes,
  ]) {
    const { answer, code } = await refused(scene, () =>
      postPhase3(scene.wire, device, { signer: holder, changes }),
    )
    assert.deepEqual([answer.status, code], [403, 'device_mismatch'], JSON.stringify(changes))
  }
  const { code } = await refused(scene, () =>
    postPhase3(scene.wire, device, { signer: holder, changes: { UDID: undefined } }),
  )
  assert.equal(code, 'device_attributes')
  await configure(scene, device, holder)
  await configure(scene, other.device, other.holder)
})

test('a device that claims the UDID of another one, with another serial number, changes nothing for that one [security O3 O4]', async () => {
  await using scene = await openScene()
  const victim = await certified(scene)
  const { UDID } = victim.device.attributes
  const impostor = await identify(scene, makeDevice(scene.server, { UDID, SERIAL: 'IMPOSTOR00' }))

  await configure(scene, victim.device, victim.holder)
  await finish(scene, impostor, otherKey)
  await configure(scene, victim.device, victim.holder)
})

test('a message signed by the device itself is never phase 3, and one signed with our certificate never phase 2 [security O3]', async () => {
  await using scene = await openScene()
  const { device, holder } = await certified(scene)
  const waiting = await offer(scene)
  const stranger = makeDevice(scene.server)

  const asPhase3 = await refused(scene, () => postProfile(scene.wire, profileRequest(device)))
  assert.deepEqual([asPhase3.answer.status, asPhase3.code], [403, 'challenge_missing'])
  // The challenge of another enrollment, with a certificate that is good: it decides, not the challenge.
  const changes = { CHALLENGE: waiting.challenge }
  const asPhase2 = await refused(scene, () =>
    postPhase3(scene.wire, stranger, { signer: holder, changes }),
  )
  assert.deepEqual([asPhase2.answer.status, asPhase2.code], [403, 'device_mismatch'])

  assert.equal((await postPhase2(scene.wire, stranger, waiting)).status, 200)
  await configure(scene, device, holder)
})

test('certificates of every other purpose, and of an enrollment that is over, open no phase 3 [security O3]', async () => {
  const env = { WINDFALL_SCEP__STATIC_CHALLENGE: 'a static challenge' }
  await using scene = await openScene({ env })
  const { device, holder, id } = await certified(scene)
  const payloads = await configure(scene, device, holder)
  const scepPayload = payloads.find((each) => each.get('PayloadType') === 'com.apple.security.scep')
  const content = scepPayload && getDict(scepPayload, 'PayloadContent')
  const challenge = content && getString(content, 'Challenge')
  const service = await obtain(scene, { key: otherKey, challenge })
  const staticCsr = craftCsr(otherKey, {
    challenge: 'a static challenge',
    subject: encodeName([[['CN', 'anything']]]),
  })
  const sent = wrapCsr(scene, staticCsr, { signer: makeHolder({ key: otherKey }) })
  const static_ = issuedTo(sent, await postScep(scene.wire, sent))

  for (const signer of [service, static_]) {
    const { answer, code } = await refused(scene, () => postPhase3(scene.wire, device, { signer }))
    assert.deepEqual([answer.status, code], [403, 'certificate_wrong_purpose'])
  }
  await configure(scene, device, holder)
  await scene.db
    .updateTable('enrollment')
    .set({ state: 'withdrawn' })
    .where('id', '=', id)
    .execute()
  const { code } = await refused(scene, () => postPhase3(scene.wire, device, { signer: holder }))
  assert.equal(code, 'enrollment_state')
})
