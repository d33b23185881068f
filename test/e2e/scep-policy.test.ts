import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import { after, test } from 'node:test'
import { decodeEnvelopedData } from '../../src/protocol/cms/index.ts'
import { getData, getString } from '../../src/protocol/plist/index.ts'
import type { ScepReply } from '../../src/protocol/scep/index.ts'
import { makeKey } from '../codec/holder.ts'
import {
  makeDevice,
  offeredChallenge,
  openPayloads,
  openProfile,
  postPhase2,
  postPhase3,
  refusalOf,
  scepPayloadOf,
} from '../device.ts'
import { startTestServer, type TestServer } from '../harness.ts'
import { callApi, getEnrollment, listEnrollments, readJson } from '../operator.ts'
import { caCertificates, certify, issuedTo, pkcsReq, postScep, readReply } from '../scep-client.ts'

const CHALLENGE = 'known to every router of the company'
const server = await startTestServer({ env: { WINDFALL_SCEP__STATIC_CHALLENGE: CHALLENGE } })
after(() => server[Symbol.asyncDispose]())
const key = makeKey('rsa-2048')
const otherKey = makeKey('rsa-2048')
const smallKey = makeKey('rsa-1024')

const ask = async (
  to: TestServer,
  options: Omit<Parameters<typeof pkcsReq>[0], 'caCertificates'>,
): Promise<ScepReply> => {
  const pending = pkcsReq({ caCertificates: await caCertificates(to), ...options })
  return readReply(pending, await postScep(to, pending))
}

const failureOf = (reply: ScepReply): string =>
  reply.kind === 'failure' ? reply.failInfo : assert.fail(reply.kind)

test('gives who knows the static challenge a certificate for 90 days, for clients only', async () => {
  const pending = pkcsReq({
    caCertificates: await caCertificates(server),
    key,
    challenge: CHALLENGE,
    subject: [[['O', 'Somebody Else Ltd.']], [['CN', 'router-7 floor 2']]],
  })
  const { bytes } = issuedTo(pending, await postScep(server, pending)).certificate
  const certificate = new X509Certificate(bytes)

  assert.equal(certificate.subject, 'CN=router-7 floor 2')
  assert.equal(certificate.ca, false)
  assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.2'])
  const days = (certificate.validToDate.getTime() - server.clock.now()) / 86_400_000
  assert.equal(Math.round(days), 90)
})

test('takes the static challenge as often as clients come', async () => {
  for (const by of [key, otherKey, key]) {
    assert.equal((await ask(server, { key: by, challenge: CHALLENGE })).kind, 'success')
  }
})

test('takes no static challenge for a name that is no plain common name', async () => {
  for (const subject of [[], [[['O', 'ACME'] as const]], [[['CN', 'a\nb'] as const]]]) {
    const reply = await ask(server, { key, challenge: CHALLENGE, subject })

    assert.equal(failureOf(reply), 'badRequest')
  }
})

test('a static certificate opens no phase of an enrollment', async () => {
  const options = { caCertificates: await caCertificates(server), challenge: CHALLENGE, key }
  const pending = pkcsReq(options)
  const signer = issuedTo(pending, await postScep(server, pending))
  const before = await listEnrollments(server)

  const answer = await postPhase3(server, makeDevice(server), { signer })
  assert.equal(refusalOf(answer), '403 certificate_wrong_purpose')
  assert.deepEqual(await listEnrollments(server), before)
})

test('knows no static challenge unless there is one', async () => {
  await using own = await startTestServer()

  assert.equal(failureOf(await ask(own, { key, challenge: CHALLENGE })), 'badRequest')
  assert.equal(failureOf(await ask(own, { key, challenge: '' })), 'badRequest')
})

test('refuses RSA keys of 1024 bits, says so on the timeline, and takes a better key with the same challenge [mission A4]', async () => {
  const device = makeDevice(server)
  const { body } = await postPhase2(server, device, { challenge: await offeredChallenge(server) })
  const payload = scepPayloadOf(body)
  const challenge = getString(payload, 'Challenge')

  assert.equal(failureOf(await ask(server, { key: smallKey, challenge })), 'badAlg')
  const { state, steps } = await getEnrollment(server, getString(payload, 'Name'))
  assert.equal(state, 'identified')
  const last = steps.at(-1)
  assert.deepEqual([last?.code, last?.detail['reason']], ['scep_refused', 'key_rsa_size'])
  const audit = await callApi(server, '/audit?limit=1')
  assert.equal(readJson<{ data: { code: string }[] }>(audit).data[0]?.code, 'key_rsa_size')
  assert.equal((await ask(server, { key, challenge })).kind, 'success')
})

test('lets devices of the time of iOS 4 enroll where legacy is allowed: RSA-1024, SHA-1, 3DES', async () => {
  await using own = await startTestServer({ env: { WINDFALL_ENROLLMENT__ALLOW_LEGACY: 'true' } })
  const device = makeDevice(own)
  const phase2 = await postPhase2(own, device, {
    challenge: await offeredChallenge(own),
    shape: 'bare',
    hash: 'sha1',
  })
  const payload = scepPayloadOf(phase2.body)
  const fingerprint = Buffer.from(getData(payload, 'CAFingerprint') ?? '')
  const hashes = (await caCertificates(own)).map(({ bytes }) => createHash('sha1').update(bytes))
  assert.ok(hashes.some((hash) => hash.digest().equals(fingerprint)))

  const signer = await certify(own, payload, {
    key: smallKey,
    cipher: 'des-ede3-cbc',
    hash: 'sha1',
  })
  const { status, body } = await postPhase3(own, device, { signer, shape: 'bare', hash: 'sha1' })
  assert.equal(status, 200)
  const envelope = getData(openProfile(body), 'EncryptedPayloadContent') ?? new Uint8Array()
  assert.equal(decodeEnvelopedData(envelope).cipher, 'des-ede3-cbc')
  assert.ok(openPayloads(body, signer).length > 0)
  const { weakAlgorithms } = await getEnrollment(own)
  assert.deepEqual(weakAlgorithms.toSorted(), ['3DES', 'RSA-1024', 'SHA-1'])
})
