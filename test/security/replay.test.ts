import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { getString } from '../../src/protocol/plist/index.ts'
import { makeHolder, makeKey } from '../codec/holder.ts'
import {
  makeDevice,
  offeredChallenge,
  openPayloads,
  postPhase2,
  postProfile,
  profileRequest,
  scepPayloadOf,
} from '../device.ts'
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
  stateOf,
} from './scene.ts'
import { openTwin, skipWithoutTwin } from './twin.ts'

const MINUTE = 60_000

const key = makeKey('rsa-2048')
const otherKey = makeKey('rsa-2048')

test('phase 2 without a challenge, and with 11 that are none, is refused; the honest one goes on [security O1 W13]', async () => {
  await using scene = await openScene()
  const other = await identify(scene)
  const device = makeDevice(scene.server)
  const { challenge } = await offer(scene)
  const guess = Buffer.from(challenge, 'base64url')
  guess[31] = (guess[31] ?? 0) ^ 1
  const wrong = new Map<string | undefined, string>([
    [undefined, 'challenge_missing'],
    ['', 'challenge_missing'],
    [' ', 'challenge_unknown'],
    ['apple', 'challenge_unknown'],
    [`${challenge} `, 'challenge_unknown'],
    [challenge.slice(0, -1), 'challenge_unknown'],
    [challenge.toLowerCase(), 'challenge_unknown'],
    [guess.toString('base64url'), 'challenge_unknown'],
    [randomBytes(32).toString('base64url'), 'challenge_unknown'],
    ["' or '1'='1", 'challenge_unknown'],
    // Of SCEP, and spent by another device.
    [other.challenge, 'challenge_unknown'],
    [other.offered, 'challenge_spent'],
  ])

  for (const [attempt, expected] of wrong) {
    const body = profileRequest(device, { changes: { CHALLENGE: attempt } })
    const { answer, code } = await refused(scene, () => postProfile(scene.wire, body))
    assert.deepEqual([answer.status, code], [403, expected], String(attempt))
  }
  assert.equal((await postPhase2(scene.wire, device, { challenge })).status, 200)
  await finish(scene, other, key)
})

test('a challenge is refused when its hour is over, and the enrollment of somebody else is not touched [security O1]', async () => {
  await using scene = await openScene()
  const { clock } = scene.server
  const device = makeDevice(scene.server)
  const early = await offer(scene)
  clock.advance(MINUTE)
  const late = await offer(scene)
  clock.advance(59 * MINUTE)

  const { answer, code } = await refused(scene, () =>
    postPhase2(scene.wire, device, { challenge: early.challenge }),
  )
  assert.deepEqual([answer.status, code], [403, 'challenge_expired'])
  assert.equal((await postPhase2(scene.wire, device, { challenge: late.challenge })).status, 200)
})

test('20 sign-ins of one person give 20 challenges of 32 bytes [security O1 W13]', async () => {
  await using scene = await openScene()
  const challenges = new Set<string>()
  for (let count = 0; count < 20; count++) challenges.add(await offeredChallenge(scene.server))

  assert.equal(challenges.size, 20)
  for (const challenge of challenges) assert.match(challenge, /^[A-Za-z0-9_-]{43}$/)
})

/** How many challenges of SCEP were made for all identities. */
const countScepChallenges = async ({ db }: Scene): Promise<number> =>
  (await rowsOf(db, 'challenge')).filter((row) => row['purpose'] === 'ota').length

test('phase 2 again: the same device saying the same gets the stored answer, whatever the bytes; nobody else gets any [security O2]', async () => {
  await using scene = await openScene()
  const device = makeDevice(scene.server)
  const { id, challenge } = await offer(scene)
  const first = await postPhase2(scene.wire, device, { challenge })
  const before = await stateOf(scene)

  for (const shape of ['signed-attributes', 'bare'] as const) {
    for (const hash of ['sha1', 'sha256', 'sha512'] as const) {
      const again = await postPhase2(scene.wire, device, { challenge, shape, hash })
      assert.equal(again.status, 200)
      assert.deepEqual(again.body, first.body)
    }
  }
  assert.deepEqual(await stateOf(scene), before)
  const steps = (await rowsOf(scene.db, 'step')).filter((row) => row['enrollment_id'] === id)
  assert.equal(steps.filter((row) => row['code'] === 'phase2_repeated').length, 6)

  const stranger = makeDevice(scene.server, device.attributes)
  const changed = [
    { changes: { UDID: 'another' } },
    { changes: { SERIAL: 'another' } },
    { changes: { SERIAL: undefined } },
    { changes: { VERSION: '23B86' } },
    { changes: { PRODUCT: 'iPad1,1' } },
    { changes: { IMEI: undefined } },
    { changes: { DEVICE_NAME: 'one attribute more' } },
    { signer: stranger.identity },
  ]
  for (const change of changed) {
    const { answer, code } = await refused(scene, () =>
      postPhase2(scene.wire, device, { challenge, ...change }),
    )
    assert.deepEqual(
      [answer.status, code],
      [403, 'challenge_spent'],
      JSON.stringify(change.changes),
    )
  }
  assert.equal(await countScepChallenges(scene), 1)
  const payload = scepPayloadOf(first.body)
  const holder = await obtain(scene, { key, challenge: getString(payload, 'Challenge') })
  await configure(scene, device, holder)
})

test('phase 2 again is refused when the challenge has expired, and when the device is configured [security O2]', async () => {
  await using scene = await openScene()
  const { clock } = scene.server
  const configured = await identify(scene)
  const holder = await finish(scene, configured, key)
  const waiting = await identify(scene)

  const replay = ({ device, offered }: typeof waiting) =>
    refused(scene, () => postPhase2(scene.wire, device, { challenge: offered }))
  assert.equal((await replay(configured)).code, 'challenge_spent')
  assert.equal(
    (await postPhase2(scene.wire, waiting.device, { challenge: waiting.offered })).status,
    200,
  )
  clock.advance(60 * MINUTE)
  assert.equal((await replay(waiting)).code, 'challenge_expired')
  assert.equal((await replay(configured)).code, 'challenge_expired')

  assert.equal(await countScepChallenges(scene), 2)
  await configure(scene, configured.device, holder)
})

test('20 repetitions of phase 2 at once mint one challenge and give one answer [security O2]', async () => {
  await using scene = await openScene()
  const device = makeDevice(scene.server)
  const { challenge } = await offer(scene)

  const answers = await Promise.all(
    Array.from({ length: 20 }, () => postPhase2(scene.wire, device, { challenge })),
  )

  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
  assert.equal(new Set(answers.map(({ body }) => body.toString('hex'))).size, 1)
  assert.equal(await countScepChallenges(scene), 1)
})

test('20 devices at once with one challenge: one gets in [security O1 O2]', async () => {
  await using scene = await openScene()
  const { challenge } = await offer(scene)
  const devices = Array.from({ length: 20 }, () => makeDevice(scene.server))

  const statuses = await Promise.all(
    devices.map(async (device) => (await postPhase2(scene.wire, device, { challenge })).status),
  )

  assert.deepEqual(statuses.toSorted(), [200, ...devices.slice(1).map(() => 403)])
  assert.equal((await rowsOf(scene.db, 'device')).length, 1)
  assert.equal(await countScepChallenges(scene), 1)
})

test('on another server with the same database a repetition gets the same answer, and a stranger none [security O2 S4]', {
  skip: skipWithoutTwin,
}, async () => {
  await using twin = await openTwin()
  const { left, right } = twin
  const device = makeDevice(left.server)
  const { challenge } = await offer(left)
  const first = await postPhase2(left.wire, device, { challenge })
  const again = await postPhase2(right.wire, device, { challenge })
  assert.equal(again.status, 200)
  assert.deepEqual(again.body, first.body)
  const { code } = await refused(right, () =>
    postPhase2(right.wire, device, { challenge, changes: { UDID: 'another' } }),
  )
  assert.equal(code, 'challenge_spent')
  assert.equal(await countScepChallenges(left), 1)

  const scepChallenge = getString(scepPayloadOf(first.body), 'Challenge')
  const holder = await obtain(right, { key, challenge: scepChallenge })
  await configure(left, device, holder)
  await configure(right, device, holder)
})

test('the bytes of phase 3, sent again by whoever recorded them, bring a profile that the recorder cannot open [security O2 O8]', async () => {
  await using scene = await openScene()
  const { device, challenge } = await identify(scene)
  const holder = await obtain(scene, { key, challenge })
  const recorded = profileRequest(device, { signer: holder })
  const first = await postProfile(scene.wire, recorded)
  const replayed = await postProfile(scene.wire, recorded)

  assert.deepEqual([first.status, replayed.status], [200, 200])
  assert.notEqual(openPayloads(replayed.body, holder).length, 0)
  const thief = { ...makeHolder({ key: otherKey }), certificate: holder.certificate }
  assert.throws(() => openPayloads(replayed.body, thief), { name: 'ProtocolError' })
})
