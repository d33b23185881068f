import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getDict, getString } from '../../src/protocol/plist/index.ts'
import { decodeName, encodeName, formatName } from '../../src/protocol/x509/index.ts'
import { readFixture } from '../codec/fixture.ts'
import { makeHolder, makeKey } from '../codec/holder.ts'
import { makeDevice, postPhase2, postPhase3, postProfile, profileRequest } from '../device.ts'
import { issuedTo, postScep } from '../scep-client.ts'
import { craftCsr, wrapCsr } from './crafted.ts'
import {
  configure,
  finish,
  identify,
  obtain,
  offer,
  openScene,
  refused,
  rowsOf,
  type Scene,
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

test("a real device's signature is known although its CA expired in 2014, and without a challenge it proves nothing [security O4]", async () => {
  await using scene = await openScene({ env: { WINDFALL_SIMULATOR__TRUST: 'false' } })
  const body = readFixture('ota/phase2-zentral.p7m')

  const { answer, code } = await refused(scene, () => postProfile(scene.wire, body))

  assert.deepEqual([answer.status, code], [403, 'challenge_unknown'])
})

test('a device whose own certificate has expired enrolls; a certificate of ours that has expired opens nothing [security O4 S12]', async () => {
  await using scene = await openScene({ now: Date.UTC(2045, 0, 1) })
  const { device, holder } = await certified(scene)
  assert(device.identity.certificate.notAfter < scene.server.clock.now())
  await configure(scene, device, holder)

  scene.server.clock.advance(365 * DAY + 1000)
  const { answer, code } = await refused(scene, () =>
    postPhase3(scene.wire, device, { signer: holder }),
  )
  assert.deepEqual([answer.status, code], [403, 'certificate_expired'])
  scene.server.clock.advance(-2000)
  await configure(scene, device, holder)
})

for (const env of [
  { WINDFALL_ENROLLMENT__REQUIRE_APPLE_SIGNER: 'true' },
  { WINDFALL_ENROLLMENT__REQUIRE_APPLE_SIGNER: 'false' },
]) {
  const isRequired = env.WINDFALL_ENROLLMENT__REQUIRE_APPLE_SIGNER === 'true'
  test(`a device that signs with a certificate of nobody is ${isRequired ? 'refused' : 'enrolled, and the evidence says that nothing is proved'} [security O4]`, async () => {
    await using scene = await openScene({ env })
    const { id, challenge } = await offer(scene)
    const device = makeDevice(scene.server)
    const signer = makeHolder({ key: otherKey, subject: [[['CN', 'Apple iPhone Device CA']]] })
    const send = () => postPhase2(scene.wire, device, { challenge, signer })

    if (isRequired) {
      const { answer, code } = await refused(scene, send)
      assert.deepEqual([answer.status, code], [403, 'signer_untrusted'])
      assert.equal((await postPhase2(scene.wire, device, { challenge })).status, 200)
    } else {
      assert.equal((await send()).status, 200)
    }

    const steps = await rowsOf(scene.db, 'step')
    const step = steps.find(
      (row) => row['enrollment_id'] === id && row['code'] === 'phase2_answered',
    )
    const evidence: unknown = JSON.parse(String(step?.['detail'])).signer
    const subject = isRequired ? device.identity : signer
    assert.deepEqual(evidence, {
      subject: formatName(decodeName(subject.certificate.subject)),
      issuer: formatName(decodeName(subject.certificate.issuer)),
      verified: isRequired,
      simulated: isRequired,
    })
  })
}

test('a simulated device is nobody where the simulator is not trusted [security O4]', async () => {
  await using scene = await openScene({ env: { WINDFALL_SIMULATOR__TRUST: 'false' } })
  const { challenge } = await offer(scene)

  const { answer, code } = await refused(scene, () =>
    postPhase2(scene.wire, makeDevice(scene.server), { challenge }),
  )

  assert.deepEqual([answer.status, code], [403, 'signer_untrusted'])
})

test('only the list of devices and the version of the system end an enrollment, and an ended one stays so [security O3]', async () => {
  const env = { WINDFALL_ENROLLMENT__MINIMUM_IOS: '26.0' }
  await using scene = await openScene({ env })
  const { id, challenge } = await offer(scene)
  const old = makeDevice(scene.server, { VERSION: '8L1' })
  const { status, body } = await postPhase2(scene.wire, old, { challenge })
  assert.deepEqual(
    [status, body.toString()],
    [403, 'os_too_old: the device runs a system older than 26.0\n'],
  )

  const [row] = (await rowsOf(scene.db, 'enrollment')).filter((each) => each['id'] === id)
  assert.deepEqual([row?.['state'], row?.['code']], ['refused', 'os_too_old'])
  for (const device of [old, makeDevice(scene.server)]) {
    const { code } = await refused(scene, () => postPhase2(scene.wire, device, { challenge }))
    assert.equal(code, 'enrollment_state')
  }
  assert.deepEqual(await rowsOf(scene.db, 'device'), [])
})
