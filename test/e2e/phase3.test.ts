import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, test } from 'node:test'
import { decodeEnvelopedData } from '../../src/protocol/cms/index.ts'
import { expectDict, getData, parsePlist } from '../../src/protocol/plist/index.ts'
import { decodeName, keyUsage } from '../../src/protocol/x509/index.ts'
import { makeHolder, makeKey } from '../codec/holder.ts'
import { Openssl, skipWithoutOpenssl } from '../codec/openssl.ts'
import {
  makeDevice,
  obtainIdentity,
  openPayloads,
  openProfile,
  postPhase3,
  postProfile,
  profileRequest,
  refusalOf,
} from '../device.ts'
import { startTestServer } from '../harness.ts'
import { getEnrollment } from '../operator.ts'
import { caCertificates } from '../scep-client.ts'

const server = await startTestServer()
after(() => server[Symbol.asyncDispose]())
const key = makeKey('rsa-2048')
const otherKey = makeKey('rsa-2048')

for (const shape of ['bare', 'signed-attributes'] as const) {
  test(`[mission P3.1 H8] answers whoever signs with the certificate that SCEP brought (${shape})`, async () => {
    const device = makeDevice(server)
    const signer = await obtainIdentity(server, device, { key })
    const { status, headers, body } = await postPhase3(server, device, { signer, shape })

    assert.equal(status, 200)
    assert.equal(headers['content-type'], 'application/x-apple-aspen-config')
    assert.ok(openPayloads(body, signer).length > 0)
    assert.equal((await getEnrollment(server)).state, 'configured')
  })
}

test('[mission P3.1] refuses a certificate that only names our CA as its issuer', async () => {
  const device = makeDevice(server)
  const issued = await obtainIdentity(server, device, { key })
  const pretender = makeHolder({ key: otherKey, subject: decodeName(issued.certificate.issuer) })
  const signer = makeHolder({
    key: otherKey,
    issuer: pretender,
    subject: decodeName(issued.certificate.subject),
    serialNumber: issued.certificate.serialNumber,
    extensions: [keyUsage('digitalSignature', 'keyEncipherment')],
  })

  const answer = await postPhase3(server, device, { signer })
  assert.equal(refusalOf(answer), '403 signer_untrusted')
  assert.equal((await getEnrollment(server)).state, 'certified')
})

test('[mission P3.1] refuses a message of our certificate that another key signed', async () => {
  const device = makeDevice(server)
  const issued = await obtainIdentity(server, device, { key })

  const answer = await postPhase3(server, device, { signer: { ...issued, key: otherKey } })
  assert.equal(refusalOf(answer), '400 cms_signature')
})

test('[mission P3.1] refuses the certificate in the hands of another device', async () => {
  const device = makeDevice(server)
  const signer = await obtainIdentity(server, device, { key })
  for (const changes of [{ UDID: 'OTHER' }, { SERIAL: 'OTHER' }, { SERIAL: undefined }]) {
    const answer = await postPhase3(server, device, { signer, changes })

    assert.equal(refusalOf(answer), '403 device_mismatch')
  }
  const { state, steps } = await getEnrollment(server)
  assert.equal(state, 'certified')
  assert.equal(steps.at(-1)?.code, 'phase3_refused')
  assert.equal(steps.at(-1)?.detail['reason'], 'device_mismatch')
  assert.equal((await postPhase3(server, device, { signer })).status, 200)
})

test('[mission P3.1] what the device was born with opens phase 2 only', async () => {
  const device = makeDevice(server)
  await obtainIdentity(server, device, { key })

  const answer = await postProfile(server, profileRequest(device))
  assert.equal(refusalOf(answer), '403 challenge_missing')
})

test('[mission P3.3] encrypts the payload array to the signer, wraps it, then signs the whole', async () => {
  const device = makeDevice(server)
  const signer = await obtainIdentity(server, device, { key })
  const profile = openProfile((await postPhase3(server, device, { signer })).body)

  assert.equal(profile.get('PayloadType'), 'Configuration')
  assert.equal(profile.get('IsEncrypted'), true)
  assert.equal(profile.get('PayloadContent'), undefined)
  const envelope = getData(profile, 'EncryptedPayloadContent') ?? new Uint8Array()
  const { cipher, recipients, otherRecipients } = decodeEnvelopedData(envelope)
  assert.equal(cipher, 'aes-256-cbc')
  assert.equal(recipients.length + otherRecipients, 1)
  const rid = recipients[0]?.rid
  assert.ok(rid?.kind === 'issuer-and-serial-number')
  assert.deepEqual(Buffer.from(rid.name.serialNumber), Buffer.from(signer.certificate.serialNumber))
  assert.deepEqual(Buffer.from(rid.name.issuer), Buffer.from(signer.certificate.issuer))
})

test('[mission P3.3 P3.4] openssl verifies and opens it with the device’s key, and with no other', {
  skip: skipWithoutOpenssl,
}, async () => {
  const device = makeDevice(server)
  const signer = await obtainIdentity(server, device, { key })
  const { body } = await postPhase3(server, device, { signer })
  const [root] = server.roots
  using openssl = new Openssl()
  openssl.write('answer', body)
  openssl.write('root.pem', new X509Certificate(root?.bytes ?? '').toString())
  openssl.write('device.pem', new X509Certificate(signer.certificate.bytes).toString())
  openssl.write('device.key', key.export({ type: 'pkcs8', format: 'pem' }))
  openssl.write('other.key', otherKey.export({ type: 'pkcs8', format: 'pem' }))

  openssl.run('cms -verify -inform DER -in answer -CAfile root.pem -binary -out outer')
  const outer = expectDict(parsePlist(openssl.read('outer')))
  openssl.write('envelope', getData(outer, 'EncryptedPayloadContent') ?? '')
  const decrypt =
    'cms -decrypt -inform DER -in envelope -recip device.pem -binary -out inner -inkey'
  openssl.run(`${decrypt} device.key`)
  const inner = openssl.read('inner').toString()
  assert.match(inner, /<plist version="1\.0">\s*<array>/)
  assert.match(inner, /com\.apple\.webClip\.managed/)
  assert.ok(!body.includes('com.apple.webClip.managed'))
  assert.ok(!openssl.succeeds(`${decrypt} other.key`) || !isPlist(openssl.read('inner')))
})

// With implicit rejection a wrong key may end in noise instead of an error.
const isPlist = (content: Buffer): boolean => content.includes('<plist')

test('[mission P3.4] whoever changes a byte of it breaks its signature', {
  skip: skipWithoutOpenssl,
}, async () => {
  const device = makeDevice(server)
  const signer = await obtainIdentity(server, device, { key })
  const { body } = await postPhase3(server, device, { signer })
  const [root] = server.roots
  const at = body.indexOf('<key>EncryptedPayloadContent</key>') + 200
  body[at] = (body[at] ?? 0) === 0x41 ? 0x42 : 0x41
  using openssl = new Openssl()
  openssl.write('answer', body)
  openssl.write('root.pem', new X509Certificate(root?.bytes ?? '').toString())

  assert.ok(!openssl.succeeds('cms -verify -inform DER -in answer -CAfile root.pem -out outer'))
  assert.throws(() => openProfile(body), { code: 'cms_message_digest' })
})

test('[mission P3.4] certificates that a device adds to its message get no copy', async () => {
  const device = makeDevice(server)
  const signer = await obtainIdentity(server, device, { key })
  const chain = await caCertificates(server)
  const { body } = await postPhase3(server, device, { signer, chain })
  const envelope = getData(openProfile(body), 'EncryptedPayloadContent') ?? new Uint8Array()

  assert.equal(decodeEnvelopedData(envelope).recipients.length, 1)
  assert.ok(openPayloads(body, signer).length > 0)
})

test('answers a device that asks twice at once twice', async () => {
  const device = makeDevice(server)
  const signer = await obtainIdentity(server, device, { key })
  const answers = await Promise.all([
    postPhase3(server, device, { signer }),
    postPhase3(server, device, { signer }),
  ])

  for (const { status, body } of answers) {
    assert.equal(status, 200)
    assert.ok(openPayloads(body, signer).length > 0)
  }
  assert.equal((await getEnrollment(server)).state, 'configured')
})

test('[mission P3.7 A1] a device that comes back after months gets what is current', async () => {
  await using own = await startTestServer()
  const device = makeDevice(own)
  const signer = await obtainIdentity(own, device, { key })
  const first = await postPhase3(own, device, { signer })
  own.clock.advance(200 * 86_400_000)
  await own.app.core.services.enrollment.expire()
  const later = await postPhase3(own, device, { signer, changes: { VERSION: '23C55' } })

  assert.equal(later.status, 200)
  for (const name of ['PayloadIdentifier', 'PayloadUUID']) {
    assert.equal(openProfile(later.body).get(name), openProfile(first.body).get(name))
  }
  const types = (body: Buffer) => openPayloads(body, signer).map((one) => one.get('PayloadType'))
  assert.deepEqual(types(later.body), types(first.body))
  const enrollment = await getEnrollment(own)
  assert.equal(enrollment.state, 'configured')
  assert.equal(enrollment.device?.build, '23C55')
  assert.equal(enrollment.steps.at(-1)?.sinceMs, 200 * 86_400_000)
})

test('[mission A1] a device whose certificate has ended is told so', async () => {
  await using own = await startTestServer({ env: { WINDFALL_CA__CERTIFICATE_DAYS: '30' } })
  const device = makeDevice(own)
  const signer = await obtainIdentity(own, device, { key })
  assert.equal((await postPhase3(own, device, { signer })).status, 200)
  own.clock.advance(30 * 86_400_000 + 1000)

  const answer = await postPhase3(own, device, { signer })
  assert.equal(refusalOf(answer), '403 certificate_expired')
  assert.equal((await getEnrollment(own)).state, 'configured')
})

test('[mission P3.7] where configured so, a device that comes back is sent to sign in again', async () => {
  await using own = await startTestServer({ env: { WINDFALL_ENROLLMENT__RETURNING: 'redirect' } })
  const device = makeDevice(own)
  const signer = await obtainIdentity(own, device, { key })
  assert.equal((await postPhase3(own, device, { signer })).status, 200)

  const { status, headers, body } = await postPhase3(own, device, { signer })
  assert.equal(status, 301)
  assert.equal(headers.location, `${own.url}/enroll`)
  assert.equal(body.length, 0)
  const { state, steps } = await getEnrollment(own)
  assert.equal(state, 'configured')
  assert.equal(steps.at(-1)?.code, 'phase3_redirected')
})

test('[mission P3.7] a person may enroll the same device anew', async () => {
  const device = makeDevice(server)
  const first = await obtainIdentity(server, device, { key })
  assert.equal((await postPhase3(server, device, { signer: first })).status, 200)
  const second = await obtainIdentity(server, device, { key: otherKey })

  const { body } = await postPhase3(server, device, { signer: second })
  assert.ok(openPayloads(body, second).length > 0)
})
