import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import { after, test } from 'node:test'
import { verifySignedData } from '../../src/protocol/cms/index.ts'
import { expectDict, getArray, getData, getString } from '../../src/protocol/plist/index.ts'
import {
  certificateFingerprint,
  decodeName,
  findPathFault,
  keyUsage,
} from '../../src/protocol/x509/index.ts'
import { readFixture } from '../codec/fixture.ts'
import { makeHolder, makeKey } from '../codec/holder.ts'
import { Openssl, skipWithoutOpenssl } from '../codec/openssl.ts'
import {
  makeDevice,
  obtainIdentity,
  offeredChallenge,
  openProfile,
  postPhase2,
  postPhase3,
  postProfile,
  profileRequest,
  refusalOf,
  scepPayloadOf,
} from '../device.ts'
import { startTestServer } from '../harness.ts'
import { getEnrollment, listEnrollments } from '../operator.ts'
import { request } from '../request.ts'
import { caCertificates, certify } from '../scep-client.ts'

const server = await startTestServer()
after(() => server[Symbol.asyncDispose]())
const key = makeKey('rsa-2048')

for (const shape of ['bare', 'signed-attributes'] as const) {
  for (const hash of ['sha1', 'sha256'] as const) {
    test(`[mission P2.1] accepts a device’s signature in Apple’s shapes (${shape}, ${hash})`, async () => {
      const challenge = await offeredChallenge(server)
      const answer = await postPhase2(server, makeDevice(server), { challenge, shape, hash })

      assert.equal(answer.status, 200)
      const enrollment = await getEnrollment(server)
      assert.equal(enrollment.state, 'identified')
      assert.deepEqual(enrollment.weakAlgorithms, hash === 'sha1' ? ['SHA-1'] : [])
    })
  }
}

test('[mission P2.1] believes the signature that a real Mac sent, and knows no such challenge', async () => {
  const capture = readFixture('ota/phase2-zentral.p7m')

  assert.equal(refusalOf(await postProfile(server, capture)), '403 challenge_unknown')
})

test('[mission P2.1] believes no simulated device unless it is told to', async () => {
  await using strict = await startTestServer({ env: { WINDFALL_SIMULATOR__TRUST: 'false' } })
  const challenge = await offeredChallenge(strict)
  const device = makeDevice(strict)

  const answer = await postPhase2(strict, device, { challenge })
  assert.equal(refusalOf(answer), '403 signer_untrusted')
  assert.equal((await getEnrollment(strict)).state, 'offered')
})

test('[mission P2.1] refuses a signer of a CA that only has the right name', async () => {
  const { certificate } = server.authority
  const pretender = makeHolder({ key, subject: decodeName(certificate.subject) })
  const signer = makeHolder({ key, issuer: pretender, extensions: [keyUsage('digitalSignature')] })
  const challenge = await offeredChallenge(server)

  const answer = await postPhase2(server, makeDevice(server), { challenge, signer })
  assert.equal(refusalOf(answer), '403 signer_untrusted')
})

test('[mission P2.1] refuses content that was changed after it was signed', async () => {
  const device = makeDevice(server)
  const challenge = await offeredChallenge(server)
  const body = Buffer.from(profileRequest(device, { changes: { CHALLENGE: challenge } }))
  const at = body.indexOf('iPhone15,2')
  body.write('iPhone16,1', at)

  assert.equal(refusalOf(await postProfile(server, body)), '400 cms_message_digest')
  assert.equal((await getEnrollment(server)).state, 'offered')
})

test('[mission P2.2] refuses a challenge that is wrong, missing or empty', async () => {
  await offeredChallenge(server)
  const device = makeDevice(server)
  const cases = [
    ['A'.repeat(43), '403 challenge_unknown'],
    [undefined, '403 challenge_missing'],
    ['', '403 challenge_missing'],
  ] as const
  for (const [CHALLENGE, refusal] of cases) {
    const answer = await postProfile(server, profileRequest(device, { changes: { CHALLENGE } }))

    assert.equal(refusalOf(answer), refusal)
    assert.doesNotMatch(answer.body.toString(), /A{43}/)
  }
  assert.equal((await getEnrollment(server)).state, 'offered')
})

test('[mission P2.2] refuses a challenge whose time is over', async () => {
  await using own = await startTestServer()
  const challenge = await offeredChallenge(own)
  const other = await offeredChallenge(own)
  own.clock.advance(60 * 60_000 - 1)
  assert.equal((await postPhase2(own, makeDevice(own), { challenge })).status, 200)
  own.clock.advance(1)

  const late = await postPhase2(own, makeDevice(own), { challenge: other })
  assert.equal(refusalOf(late), '403 challenge_expired')
})

test('[mission P2.2] refuses a challenge that another device used, or that is used up', async () => {
  const device = makeDevice(server)
  const challenge = await offeredChallenge(server)
  const { body } = await postPhase2(server, device, { challenge })

  const stolen = await postPhase2(server, makeDevice(server), { challenge })
  assert.equal(refusalOf(stolen), '403 challenge_spent')
  const asAnother = await postPhase2(server, device, { challenge, changes: { SERIAL: 'C0FFEE' } })
  assert.equal(refusalOf(asAnother), '403 challenge_spent')
  const signer = await certify(server, scepPayloadOf(body), { key })
  assert.equal((await postPhase3(server, device, { signer })).status, 200)
  const late = await postPhase2(server, device, { challenge })
  assert.equal(refusalOf(late), '403 challenge_spent')
})

test('gives a device that asks again the answer that it got, also when it signs anew', async () => {
  const device = makeDevice(server)
  const challenge = await offeredChallenge(server)
  const first = await postPhase2(server, device, { challenge, shape: 'bare' })
  const second = await postPhase2(server, device, { challenge, shape: 'signed-attributes' })

  assert.equal(second.status, 200)
  assert.deepEqual(second.body, first.body)
  const { steps } = await getEnrollment(server)
  assert.equal(steps.at(-1)?.code, 'phase2_repeated')
})

test('gives a device that asks twice at once one answer', async () => {
  const device = makeDevice(server)
  const challenge = await offeredChallenge(server)
  const [first, second] = await Promise.all([
    postPhase2(server, device, { challenge }),
    postPhase2(server, device, { challenge }),
  ])

  assert.equal(first.status, 200)
  assert.deepEqual(second.body, first.body)
})

test('[mission P2.4 H8] answers with a signed Configuration of one SCEP payload', async () => {
  const challenge = await offeredChallenge(server)
  const { status, headers, body } = await postPhase2(server, makeDevice(server), { challenge })
  const profile = openProfile(body)

  assert.equal(status, 200)
  assert.equal(headers['content-type'], 'application/x-apple-aspen-config')
  assert.equal(profile.get('PayloadType'), 'Configuration')
  const [payload, ...more] = (getArray(profile, 'PayloadContent') ?? []).map(expectDict)
  assert.equal(payload?.get('PayloadType'), 'com.apple.security.scep')
  assert.equal(more.length, 0)
  const rules = { signedAttributes: 'required', hashes: ['sha256'] } as const
  const { signer } = verifySignedData(body, rules)
  const [root] = server.roots
  assert.ok(root)
  const at = server.clock.now()
  assert.equal(findPathFault(signer, root, { at, hashes: ['sha256'] }), undefined)
})

test('[mission P2.4] openssl verifies the answer', { skip: skipWithoutOpenssl }, async () => {
  const challenge = await offeredChallenge(server)
  const { body } = await postPhase2(server, makeDevice(server), { challenge })
  using openssl = new Openssl()
  openssl.write('profile', body)
  openssl.write('root.pem', new X509Certificate(server.roots[0]?.bytes ?? '').toString())

  openssl.run('cms -verify -inform DER -in profile -CAfile root.pem -binary -out content')
  assert.match(openssl.read('content').toString(), /com\.apple\.security\.scep/)
})

test('[mission P2.5 H9] the SCEP payload has Apple’s keys, spelled and typed as devices read them', async () => {
  const challenge = await offeredChallenge(server)
  const { body } = await postPhase2(server, makeDevice(server), { challenge })
  const rules = { signedAttributes: 'required', hashes: ['sha256'] } as const
  const xml = Buffer.from(verifySignedData(body, rules).content).toString()
  const content = scepPayloadOf(body)

  assert.match(xml, /<key>Key Type<\/key>\s*<string>RSA<\/string>/)
  assert.match(xml, /<key>Key Usage<\/key>\s*<integer>5<\/integer>/)
  assert.match(xml, /<key>Keysize<\/key>\s*<integer>2048<\/integer>/)
  assert.match(
    xml,
    /<key>Subject<\/key>\s*<array>\s*<array>\s*<array>\s*<string>O<\/string>\s*<string>windfall<\/string>\s*<\/array>\s*<\/array>\s*<array>\s*<array>\s*<string>CN<\/string>\s*<string>Profile Service \([0-9A-F-]{36}\)<\/string>\s*<\/array>\s*<\/array>\s*<\/array>/,
  )
  assert.equal(content.get('URL'), `${server.url}/scep`)
  assert.match(getString(content, 'Challenge') ?? '', /^[A-Za-z0-9_-]{43}$/)
  assert.notEqual(content.get('Challenge'), challenge)
  assert.ok(getString(content, 'Name'), 'Name is not empty')
  assert.equal(content.get('GetCACaps'), undefined)
  assert.equal((await request(server, '/scep?operation=GetCACaps')).status, 200)
})

test('[mission P2.5] CAFingerprint is that of the CA that issues, over its DER', async () => {
  const challenge = await offeredChallenge(server)
  const { body } = await postPhase2(server, makeDevice(server), { challenge })
  const payload = scepPayloadOf(body)
  const fingerprint = Buffer.from(getData(payload, 'CAFingerprint') ?? '').toString('hex')
  const ca = (await caCertificates(server)).find(
    ({ bytes }) => createHash('sha256').update(bytes).digest('hex') === fingerprint,
  )
  assert.ok(ca, 'GetCACert brings the certificate of the fingerprint')

  const { certificate } = await certify(server, payload, { key })
  assert.ok(new X509Certificate(certificate.bytes).checkIssued(new X509Certificate(ca.bytes)))
  assert.equal(certificateFingerprint(ca.bytes), fingerprint)
})

test('[mission P2.6] puts the capabilities into the payload if told to, and the device asks no more', async () => {
  await using own = await startTestServer({
    env: { WINDFALL_SCEP__CAPABILITIES_IN_PROFILE: 'true' },
  })
  const challenge = await offeredChallenge(own)
  const { body } = await postPhase2(own, makeDevice(own), { challenge })
  const listed = getArray(scepPayloadOf(body), 'GetCACaps')
  const asked = await request(own, '/scep?operation=GetCACaps')

  assert.deepEqual(listed, asked.body.toString().trim().split('\n'))
  assert.equal((await own.enroll()).kind, 'configured')
  const codes = (await getEnrollment(own)).steps.map(({ code }) => code)
  assert.ok(codes.includes('get_ca_cert'))
  assert.ok(!codes.includes('get_ca_caps'))
})

test('[mission P2.7] after the first profile nobody is asked for anything', async () => {
  const device = makeDevice(server)
  const challenge = await offeredChallenge(server)
  // No cookie and no credentials from here on: what the messages prove is enough.
  const phase2 = await postPhase2(server, device, { challenge })
  const signer = await certify(server, scepPayloadOf(phase2.body), { key })
  const phase3 = await postPhase3(server, device, { signer })

  for (const { status, headers, body } of [phase2, phase3]) {
    assert.equal(status, 200)
    assert.equal(headers['set-cookie'], undefined)
    assert.equal(openProfile(body).get('ConsentText'), undefined)
  }
})

test('[mission H8] what is not a device’s message is an HTTP error, never an empty profile', async () => {
  const before = await listEnrollments(server)
  for (const body of [new Uint8Array(), Buffer.from('hello'), Uint8Array.of(0x30, 0x80)]) {
    const answer = await postProfile(server, body)

    assert.equal(answer.status, 400)
    assert.match(answer.headers['content-type'] ?? '', /^text\/plain/)
  }
  assert.equal((await request(server, '/profile')).status, 404)
  assert.deepEqual(await listEnrollments(server), before)
})

test('reads the message whatever its Content-Type says, over HTTP/1.1 and HTTP/2', async () => {
  const types = [{}, { 'content-type': 'application/json' }, { 'content-type': ';;;' }]
  for (const [headers, http2] of types.flatMap((type) => [
    [type, false] as const,
    [type, true] as const,
  ])) {
    const device = makeDevice(server)
    const challenge = await offeredChallenge(server)
    const body = profileRequest(device, { changes: { CHALLENGE: challenge } })
    const options = { method: 'POST', headers, body, http2 }

    assert.equal((await request(server, '/profile', options)).status, 200)
  }
})

test('takes no message that is larger than a device’s can be', async () => {
  const { status } = await postProfile(server, Buffer.alloc(256 * 1024 + 1, 0x30))

  assert.equal(status, 413)
})

test('keeps accounts apart: a disabled one gets no further', async () => {
  await using own = await startTestServer()
  const device = makeDevice(own)
  const signer = await obtainIdentity(own, device, { key })
  const challenge = await offeredChallenge(own)
  await own.app.core.services.accounts.disable('anna')

  const phase2 = await postPhase2(own, makeDevice(own), { challenge })
  assert.equal(refusalOf(phase2), '403 account_disabled')
  assert.equal(refusalOf(await postPhase3(own, device, { signer })), '403 account_disabled')
})
