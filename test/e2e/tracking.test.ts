import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { getString } from '../../src/protocol/plist/index.ts'
import { makeKey } from '../codec/holder.ts'
import {
  makeDevice,
  obtainIdentity,
  offeredChallenge,
  postPhase2,
  postPhase3,
  scepPayloadOf,
} from '../device.ts'
import { startTestServer } from '../harness.ts'
import { callApi, getEnrollment, listEnrollments, readJson } from '../operator.ts'
import { type Answer, request } from '../request.ts'
import { caCertificates, pkcsReq, postScep } from '../scep-client.ts'

const server = await startTestServer()
after(() => server[Symbol.asyncDispose]())
const key = makeKey('rsa-2048')
const html = { accept: 'text/html' }

const createLink = async (enrollment?: string): Promise<string> => {
  const options = { method: 'POST', body: JSON.stringify({ enrollment }) }
  return readJson<{ url: string }>(await callApi(server, '/links', options)).url
}

const cookieOf = ({ headers }: Answer): string =>
  headers['set-cookie']?.[0]?.split(';')[0] ?? assert.fail('no cookie')

test('[mission A4] every message of a device is a step: when, how long after, what, with what result', async () => {
  assert.equal((await server.enroll()).kind, 'configured')
  const { steps, device, simulated, account } = await getEnrollment(server)

  assert.deepEqual(
    steps.map(({ code }) => code),
    [
      'signed_in',
      'profile_service_sent',
      'phase2_answered',
      'get_ca_cert',
      'get_ca_caps',
      'certificate_issued',
      'phase3_answered',
      // The certificate that the configuration asks for.
      'get_ca_cert',
      'get_ca_caps',
      'service_certificate_issued',
    ],
  )
  for (const [index, { at, sinceMs, outcome, summary, remoteAddress }] of steps.entries()) {
    assert.equal(new Date(at).toISOString(), at)
    assert.equal(
      sinceMs,
      index === 0 ? null : Date.parse(at) - Date.parse(steps[index - 1]?.at ?? ''),
    )
    assert.equal(outcome, 'ok')
    assert.ok(summary.length > 10)
    assert.match(remoteAddress ?? '', /127\.0\.0\.1$|::1$/)
  }
  assert.equal(account.name, 'anna')
  assert.equal(device?.product, 'iPhone15,2')
  assert.equal(simulated, true)
})

test('[mission A4] the time between two steps is told in milliseconds', async () => {
  const device = makeDevice(server)
  const challenge = await offeredChallenge(server)
  server.clock.advance(83_250)
  await postPhase2(server, device, { challenge })

  const { steps } = await getEnrollment(server)
  assert.equal(steps.at(-1)?.sinceMs, 83_250)
})

test('[mission A4] a step holds the decoded message, and no secret', async () => {
  const device = makeDevice(server)
  const challenge = await offeredChallenge(server)
  const { body } = await postPhase2(server, device, { challenge, hash: 'sha1', shape: 'bare' })
  const payload = scepPayloadOf(body)
  const scepChallenge = getString(payload, 'Challenge') ?? ''
  const pending = pkcsReq({
    caCertificates: await caCertificates(server),
    key,
    challenge: scepChallenge,
  })
  await postScep(server, pending)
  const answer = await callApi(server, `/enrollments/${getString(payload, 'Name')}`)
  const { steps } = readJson<Awaited<ReturnType<typeof getEnrollment>>>(answer)

  const [phase2, scep] = steps.slice(-2)
  assert.equal(phase2?.detail['digest'], 'sha1')
  assert.equal(phase2?.detail['signedAttributes'], false)
  assert.match(JSON.stringify(phase2?.detail['device']), /351234567890126/)
  assert.equal(scep?.detail['transactionID'], pending.transactionId)
  assert.equal(scep?.detail['contentEncryption'], 'aes-128-cbc')
  assert.equal(scep?.detail['key'], 'RSA-2048')
  for (const secret of [challenge, scepChallenge]) assert.ok(!answer.body.includes(secret))
  assert.ok(!server.log().includes(challenge) && !server.log().includes(scepChallenge))
})

test('[mission A4] a refusal names its reason', async () => {
  const device = makeDevice(server)
  const challenge = await offeredChallenge(server)
  await postPhase2(server, device, { challenge })
  await postPhase2(server, makeDevice(server), { challenge })

  const last = (await getEnrollment(server)).steps.at(-1)
  assert.deepEqual([last?.code, last?.outcome], ['phase2_refused', 'refused'])
  assert.equal(last?.detail['reason'], 'challenge_spent')
  assert.equal(last?.state, null)
  assert.match(last?.summary ?? '', /the challenge was used before/)
})

test('[mission A4] steps of all enrollments can be read on from the last one seen', async () => {
  const read = async (after: string) =>
    readJson<{ data: { id: string; enrollment: string; code: string }[] }>(
      await callApi(server, `/steps?limit=500&after=${after}`),
    ).data
  const last = (await getEnrollment(server)).steps.at(-1)?.id ?? ''
  assert.deepEqual(await read(last), [])
  await server.enroll()

  const steps = await read(last)
  const { id, steps: own } = await getEnrollment(server)
  assert.deepEqual(
    steps.map(({ code }) => code),
    own.map(({ code }) => code),
  )
  assert.ok(steps.every(({ enrollment }) => enrollment === id))
})

test('[mission A4] a link opens the page of one enrollment, once', async () => {
  const device = makeDevice(server)
  const signer = await obtainIdentity(server, device, { key })
  await postPhase3(server, device, { signer })
  const { id } = await getEnrollment(server)
  const link = await createLink(id)
  assert.ok(link.startsWith(`${server.url}/open/`))

  const opened = await request(server, link)
  assert.equal(opened.status, 303)
  assert.equal(opened.headers.location, `/enrollments/${id}`)
  const attributes = opened.headers['set-cookie']?.[0]?.split('; ') ?? []
  for (const attribute of ['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/']) {
    assert.ok(attributes.includes(attribute), attribute)
  }
  const again = await request(server, link, { headers: html })
  assert.equal(again.status, 403)
  assert.equal(again.headers['set-cookie'], undefined)

  const headers = { ...html, cookie: cookieOf(opened) }
  const page = (await request(server, `/enrollments/${id}`, { headers })).body.toString()
  for (const text of [
    'Configured',
    'Device identified',
    'Certificate issued',
    'Configuration sent',
  ]) {
    assert.ok(page.includes(text), text)
  }
  // The decoded messages.
  for (const text of [device.attributes['UDID'], '351234567890126', 'aes-256-cbc']) {
    assert.ok(page.includes(String(text)), String(text))
  }
})

test('a program that only looks at a link does not use it up', async () => {
  const link = await createLink()
  await request(server, link, { method: 'HEAD' })

  assert.equal((await request(server, link)).status, 303)
})

test('[mission A4] such a link shows this enrollment and no other', async () => {
  const [mine, other] = await listEnrollments(server)
  const headers = { ...html, cookie: cookieOf(await request(server, await createLink(mine?.id))) }

  assert.equal((await request(server, `/enrollments/${mine?.id}`, { headers })).status, 200)
  assert.equal((await request(server, `/enrollments/${other?.id}`, { headers })).status, 404)
  assert.equal((await request(server, '/enrollments', { headers })).status, 404)
})

test('[mission A4] a link without an enrollment opens the list of all', async () => {
  const opened = await request(server, await createLink())
  assert.equal(opened.headers.location, '/enrollments')

  const headers = { ...html, cookie: cookieOf(opened) }
  const page = (await request(server, '/enrollments', { headers })).body.toString()
  for (const { id } of await listEnrollments(server)) assert.ok(page.includes(id))
})

test('pages of enrollments are closed to who has no link, or one that is too old', async () => {
  await using own = await startTestServer()
  await own.enroll()
  const { id } = await getEnrollment(own)
  const make = async () => {
    const options = { method: 'POST', body: JSON.stringify({ enrollment: id }) }
    return readJson<{ url: string }>(await callApi(own, '/links', options)).url
  }
  for (const cookie of ['', '__Host-windfall-session=guessed']) {
    const { status } = await request(own, `/enrollments/${id}`, { headers: { ...html, cookie } })
    assert.equal(status, 403)
  }
  const [link, unused] = [await make(), await make()]
  const headers = { ...html, cookie: cookieOf(await request(own, link)) }
  own.clock.advance(15 * 60_000)
  assert.equal((await request(own, unused)).status, 403)
  assert.equal((await request(own, `/enrollments/${id}`, { headers })).status, 200)
  own.clock.advance(12 * 60 * 60_000)
  assert.equal((await request(own, `/enrollments/${id}`, { headers })).status, 403)
})

test('a refused message and what to do about it stand on the page', async () => {
  const device = makeDevice(server)
  const signer = await obtainIdentity(server, device, { key })
  await postPhase3(server, device, { signer, changes: { UDID: 'ANOTHER' } })
  const { id } = await getEnrollment(server)
  const headers = { ...html, cookie: cookieOf(await request(server, await createLink(id))) }

  const page = (await request(server, `/enrollments/${id}`, { headers })).body.toString()
  assert.match(page, /Reason code <code>device_mismatch<\/code>/)
  assert.match(page, /Another device answered than the one this enrollment is for/)
})
