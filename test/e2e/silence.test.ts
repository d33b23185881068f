import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findExplanation } from '../../src/model/index.ts'
import { getString } from '../../src/protocol/plist/index.ts'
import { runHere } from '../cli/here.ts'
import { makeKey } from '../codec/holder.ts'
import { basic, makeDevice, offeredChallenge, postPhase2, scepPayloadOf } from '../device.ts'
import { dialects } from '../dialect.ts'
import { startTestServer, type TestServer } from '../harness.ts'
import { callApi, getEnrollment, listEnrollments, readJson } from '../operator.ts'
import { readMetric, startOpsServer } from '../ops/ops-server.ts'
import { request } from '../request.ts'
import { caCertificates, pkcsReq, postScep } from '../scep-client.ts'

const MINUTE = 60_000
const key = makeKey('rsa-2048')

/** What the API says of the newest enrollment, in its list and by itself. */
const diagnosisOf = async (server: TestServer): Promise<string | null> => {
  const [listed] = await listEnrollments(server)
  const { diagnosis } = await getEnrollment(server)
  assert.deepEqual(listed?.diagnosis, diagnosis)
  if (diagnosis === null) return null
  const { code, ...explanation } = diagnosis.explanation
  assert.equal(code, diagnosis.code)
  assert.deepEqual(explanation, findExplanation(diagnosis.code))
  return code
}

for (const dialect of dialects) {
  test(`silence is read in every phase, and is over when the device goes on (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using running = await startOpsServer({ location: place.location })
    const { server, ops } = running
    const device = makeDevice(server)
    const challenge = await offeredChallenge(server)
    assert.equal(await diagnosisOf(server), null)
    server.clock.advance(8 * MINUTE)
    assert.equal(await diagnosisOf(server), 'profile_not_installed')
    const silent = 'windfall_enrollments_silent{diagnosis="profile_not_installed"}'
    assert.equal(await readMetric(ops, silent), 1)

    const { body } = await postPhase2(server, device, { challenge })
    assert.equal(await diagnosisOf(server), null)
    server.clock.advance(2 * MINUTE)
    assert.equal(await diagnosisOf(server), 'scep_not_begun')

    const payload = scepPayloadOf(body)
    const name = getString(payload, 'Name') ?? assert.fail()
    for (const operation of ['GetCACert', 'GetCACaps', 'GetCACaps', 'GetCACaps']) {
      await request(server, `/scep?operation=${operation}&message=${name}`)
    }
    assert.equal(await diagnosisOf(server), null)
    server.clock.advance(MINUTE)
    assert.equal(await diagnosisOf(server), 'capabilities_unanswered')

    const asked = pkcsReq({
      caCertificates: await caCertificates(server),
      key,
      challenge: getString(payload, 'Challenge') ?? '',
    })
    await postScep(server, asked)
    assert.equal((await getEnrollment(server)).state, 'certified')
    assert.equal(await diagnosisOf(server), null)
    server.clock.advance(2 * MINUTE)
    assert.equal(await diagnosisOf(server), 'reply_rejected')
  })
}

test('a device that was not installed in time is known by that after its end', async () => {
  await using server = await startTestServer()
  await offeredChallenge(server)
  server.clock.advance(120 * MINUTE)
  await server.app.core.services.enrollment.expire()

  const { state, code, explanation } = await getEnrollment(server)
  assert.deepEqual([state, code, explanation?.code], ['expired', 'timed_out', 'timed_out'])
  assert.equal(await diagnosisOf(server), 'profile_not_installed')
})

test('another browser than Safari is named at once, on the pages too', async () => {
  await using server = await startTestServer()
  const userAgent =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/129.0.6668.46 Mobile/15E148 Safari/604.1'
  await request(server, '/enroll', { headers: { ...basic(), 'user-agent': userAgent } })
  assert.equal(await diagnosisOf(server), 'not_safari')

  const link = await callApi(server, '/links', { method: 'POST', body: '{}' })
  const opened = await request(server, new URL(readJson<{ url: string }>(link).url).pathname)
  const cookie = opened.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  const list = await request(server, '/enrollments', { headers: { cookie } })
  assert.match(list.body.toString(), />Not Safari</)
  const { id, diagnosis } = await getEnrollment(server)
  const page = await request(server, `/enrollments/${id}`, { headers: { cookie } })
  assert.ok(page.body.toString().includes(diagnosis?.explanation.meaning ?? '?'))
})

test('the command line says the same as the API, of a code also without a server', async () => {
  await using server = await startTestServer()
  await offeredChallenge(server)
  server.clock.advance(8 * MINUTE)
  const { id, diagnosis } = await getEnrollment(server)
  const explanation = diagnosis?.explanation ?? assert.fail()
  const flags = ['-o', 'json', '--data', server.data]

  const ofId = await runHere(['enrollment', 'explain', id, ...flags])
  assert.deepEqual(JSON.parse(ofId.stdout), explanation)
  const ofCode = await runHere(['enrollment', 'explain', explanation.code, '-o', 'json'])
  assert.deepEqual(JSON.parse(ofCode.stdout), explanation)
  assert.deepEqual(
    readJson(await callApi(server, `/explanations/${explanation.code}`)),
    explanation,
  )
  const shown = await runHere(['enrollment', 'show', id, '--data', server.data])
  assert.ok(shown.stdout.includes(explanation.advice))
  assert.equal((await runHere(['enrollment', 'explain', 'nonsense'])).code, 3)
  assert.equal((await callApi(server, '/explanations/nonsense')).status, 404)
  const { data } = readJson<{ data: unknown[] }>(await callApi(server, '/explanations'))
  assert.ok(data.length > 50)
})

test('a step that was refused is explained', async () => {
  await using server = await startTestServer()
  const challenge = await offeredChallenge(server)
  await postPhase2(server, makeDevice(server), { challenge })
  await postPhase2(server, makeDevice(server), { challenge })

  const { steps } = await getEnrollment(server)
  assert.equal(steps.at(-1)?.explanation?.code, 'challenge_spent')
  assert.equal(steps.at(-2)?.explanation, null)
})
