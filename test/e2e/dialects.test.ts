import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createDevice, reconfigure } from '../../src/sim/index.ts'
import { makeKey } from '../codec/holder.ts'
import {
  makeDevice,
  obtainIdentity,
  offeredChallenge,
  openPayloads,
  postPhase2,
  postPhase3,
  refusalOf,
  scepPayloadOf,
} from '../device.ts'
import { dialects } from '../dialect.ts'
import { ACCOUNT, startTestServer } from '../harness.ts'
import { callApi, getEnrollment, listEnrollments, readJson } from '../operator.ts'
import { request } from '../request.ts'
import { certify } from '../scep-client.ts'

const keys = [makeKey('rsa-2048'), makeKey('rsa-2048')] as const
const DAY = 86_400_000

for (const dialect of dialects) {
  const options = { skip: dialect.skip }
  const on = `(${dialect.name})`

  test(
    `[mission H5 H7 H8 H9 SC1 SC3 P2.7 P3.3 A1 A4] a device enrolls, and comes back for what is current ${on}`,
    options,
    async () => {
      await using place = await dialect.create()
      await using server = await startTestServer({ location: place.location })
      const device = await createDevice(server.authority)
      const outcome = await server.enroll({ device })
      assert.ok(outcome.kind === 'configured', JSON.stringify(outcome))

      server.clock.advance(90 * DAY)
      const { roots, clock } = server
      const again = await reconfigure({ device, roots, now: () => clock.now() }, outcome)
      assert.ok(again.kind === 'configured', JSON.stringify(again))
      const { state, steps, certificate } = await getEnrollment(server)
      assert.equal(state, 'configured')
      assert.equal(steps.filter(({ code }) => code === 'phase3_answered').length, 2)
      const { fingerprint256 } = new X509Certificate(outcome.identity.identity.certificate.bytes)
      assert.equal(certificate?.sha256, fingerprint256.replaceAll(':', '').toLowerCase())
    },
  )

  test(`many devices enroll at once, each into its own ${on}`, options, async () => {
    await using place = await dialect.create()
    await using server = await startTestServer({ location: place.location })
    const devices = Array.from({ length: 8 }, () => makeDevice(server))
    const profiles = await Promise.all(
      devices.map(async (device, index) => {
        const key = keys[index % 2] ?? keys[0]
        const signer = await obtainIdentity(server, device, { key })
        const { status, body } = await postPhase3(server, device, { signer })
        assert.equal(status, 200, body.toString())
        return openPayloads(body, signer).length
      }),
    )

    assert.deepEqual(
      profiles,
      devices.map(() => 2),
    )
    const enrollments = await listEnrollments(server)
    assert.ok(enrollments.every(({ state }) => state === 'configured'))
    assert.equal(new Set(enrollments.map((one) => one.device?.udid)).size, 8)
  })

  test(
    `a challenge is for the first who brings it, also of several at once ${on}`,
    options,
    async () => {
      await using place = await dialect.create()
      await using server = await startTestServer({ location: place.location })
      const challenge = await offeredChallenge(server)
      const devices = Array.from({ length: 4 }, () => makeDevice(server))
      const results = await Promise.all(
        devices.map(async (device) => {
          const answer = await postPhase2(server, device, { challenge })
          return answer.status === 200 ? 'ok' : refusalOf(answer)
        }),
      )

      const spent = '403 challenge_spent'
      assert.deepEqual(results.toSorted(), [spent, spent, spent, 'ok'])
    },
  )

  test(
    `a device that sends each message several times at once gets one answer to each ${on}`,
    options,
    async () => {
      await using place = await dialect.create()
      await using server = await startTestServer({ location: place.location })
      const [key] = keys
      const several = <T>(send: () => Promise<T>) => Promise.all(Array.from({ length: 6 }, send))
      for (let round = 0; round < 5; round++) {
        const device = makeDevice(server)
        const challenge = await offeredChallenge(server)
        const [profile, ...same] = await several(() => postPhase2(server, device, { challenge }))
        assert.ok(profile)
        for (const { body } of same) assert.deepEqual(body, profile.body)

        const payload = scepPayloadOf(profile.body)
        const [signer, ...others] = await several(() => certify(server, payload, { key }))
        assert.ok(signer)
        for (const { certificate } of others) {
          assert.deepEqual(certificate.bytes, signer.certificate.bytes)
        }

        const configured = await several(() => postPhase3(server, device, { signer }))
        assert.deepEqual(new Set(configured.map(({ status }) => status)), new Set([200]))
      }
    },
  )

  test(`an enrollment goes on where it stood before a restart ${on}`, options, async () => {
    const data = await mkdtemp(join(tmpdir(), 'windfall-test-'))
    try {
      await using place = await dialect.create()
      const start = () => startTestServer({ location: place.location, data })
      const first = await start()
      const device = makeDevice(first)
      const challenge = await offeredChallenge(first)
      const answered = await postPhase2(first, device, { challenge })
      await first[Symbol.asyncDispose]()

      await using second = await start()
      const repeated = await postPhase2(second, device, { challenge })
      assert.deepEqual(repeated.body, answered.body)
      const signer = await certify(second, scepPayloadOf(repeated.body), { key: keys[0] })
      assert.equal((await postPhase3(second, device, { signer })).status, 200)
    } finally {
      await rm(data, { recursive: true })
    }
  })

  test(`guesses at a password are slowed down ${on}`, options, async () => {
    await using place = await dialect.create()
    await using server = await startTestServer({ location: place.location })
    const wrong = { authorization: `Basic ${Buffer.from('anna:guess').toString('base64')}` }
    const statuses = new Set<number>()
    for (let i = 0; i < 10; i++) {
      statuses.add((await request(server, '/enroll', { headers: wrong })).status)
    }
    assert.deepEqual([...statuses], [401])

    const { status, headers } = await request(server, '/enroll', { headers: wrong })
    assert.equal(status, 429)
    assert.ok(Number(headers['retry-after']) > 0)
    server.clock.advance(15 * 60_000)
    await offeredChallenge(server, ACCOUNT)
  })

  test(`the API pages through what the database holds ${on}`, options, async () => {
    await using place = await dialect.create()
    await using server = await startTestServer({ location: place.location })
    for (let i = 0; i < 3; i++) await offeredChallenge(server)
    const all = await listEnrollments(server)
    const [newest, middle, oldest] = all
    assert.equal(all.length, 3)

    const read = async (path: string) =>
      readJson<{ data: { id: string }[]; page: { nextCursor: string | null } }>(
        await callApi(server, path),
      )
    const first = await read('/enrollments?limit=2')
    assert.deepEqual(
      first.data.map(({ id }) => id),
      [newest?.id, middle?.id],
    )
    const rest = await read(`/enrollments?limit=2&cursor=${first.page.nextCursor}`)
    assert.deepEqual(
      rest.data.map(({ id }) => id),
      [oldest?.id],
    )
    assert.equal(rest.page.nextCursor, null)
  })
}

const [, postgres] = dialects

test('two servers on one PostgreSQL are one: each takes up what the other began', {
  skip: postgres?.skip ?? false,
}, async () => {
  assert.ok(postgres)
  await using place = await postgres.create()
  await using first = await startTestServer({ location: place.location })
  const env = { WINDFALL_MASTER_KEY_FILE: join(first.data, 'master.key') }
  await using second = await startTestServer({ location: place.location, env })
  const device = makeDevice(first)

  const challenge = await offeredChallenge(second)
  const { body } = await postPhase2(first, device, { challenge })
  const signer = await certify(second, scepPayloadOf(body), { key: keys[0] })
  const answer = await postPhase3(first, device, { signer })

  assert.equal(answer.status, 200)
  assert.ok(openPayloads(answer.body, signer).length > 0)
  assert.deepEqual(await getEnrollment(second), await getEnrollment(first))
})
