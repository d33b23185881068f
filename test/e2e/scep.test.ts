import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { getArray, getString, type PlistDict } from '../../src/protocol/plist/index.ts'
import { decodeName, formatName, isDistinguishedName } from '../../src/protocol/x509/index.ts'
import { makeHolder, makeKey } from '../codec/holder.ts'
import { Openssl, skipWithoutOpenssl } from '../codec/openssl.ts'
import { makeDevice, offeredChallenge, postPhase2, scepPayloadOf } from '../device.ts'
import { startTestServer, type TestServer } from '../harness.ts'
import { getEnrollment } from '../operator.ts'
import { caCertificates, issuedTo, pkcsReq, postScep, readReply } from '../scep-client.ts'

const server = await startTestServer()
after(() => server[Symbol.asyncDispose]())
const key = makeKey('rsa-2048')
const otherKey = makeKey('rsa-2048')

/** The SCEP payload that phase 2 gives a new device. */
const instruct = async (to: TestServer = server): Promise<PlistDict> => {
  const challenge = await offeredChallenge(to)
  const { body } = await postPhase2(to, makeDevice(to), { challenge })
  return scepPayloadOf(body)
}

const challengeOf = (payload: PlistDict): string => getString(payload, 'Challenge') ?? ''

const stepCodes = async (payload: PlistDict): Promise<readonly string[]> => {
  const { steps } = await getEnrollment(server, getString(payload, 'Name'))
  return steps.map(({ code, detail }) => [code, detail['reason']].filter(Boolean).join(' '))
}

test('[mission SC1] openssl reads the answer: signed by the RA, encrypted to the requester alone', {
  skip: skipWithoutOpenssl,
}, async () => {
  const challenge = challengeOf(await instruct())
  const signer = makeHolder({ key: otherKey, subject: [[['CN', 'MDM SCEP SIGNER']]] })
  const pending = pkcsReq({ caCertificates: await caCertificates(server), key, challenge, signer })
  const answer = await postScep(server, pending)
  assert.equal(answer.headers['content-type'], 'application/x-pki-message')

  using openssl = new Openssl()
  openssl.write('answer', answer.body)
  const [ra, ca, root] = (await caCertificates(server)).map(
    ({ bytes }) => new X509Certificate(bytes),
  )
  assert.ok(ra && ca && root)
  openssl.write('trusted.pem', `${ca}${root}`)
  openssl.write('signer.pem', new X509Certificate(signer.certificate.bytes).toString())
  openssl.write('signer.key', otherKey.export({ type: 'pkcs8', format: 'pem' }))
  openssl.write('device.key', key.export({ type: 'pkcs8', format: 'pem' }))
  openssl.run(
    'cms -verify -inform DER -in answer -CAfile trusted.pem -signer by.pem -binary -out envelope',
  )
  openssl.run(
    'cms -decrypt -inform DER -in envelope -inkey signer.key -recip signer.pem -binary -out bag',
  )
  openssl.run('pkcs7 -inform DER -in bag -print_certs -out issued.pem')
  const issued = new X509Certificate(openssl.read('issued.pem'))

  assert.ok(issued.checkPrivateKey(key), 'the certificate is for the key of the request')
  assert.equal(openssl.read('by.pem').toString(), ra.toString())
  assert.ok(issued.checkIssued(ca) && issued.verify(ca.publicKey))
  assert.equal(
    openssl
      .read('issued.pem')
      .toString()
      .match(/BEGIN CERTIFICATE/g)?.length,
    1,
  )
  assert.equal(
    openssl.succeeds('cms -decrypt -inform DER -in envelope -inkey device.key -binary -out bag'),
    false,
  )
})

for (const cipher of ['aes-128-cbc', 'aes-256-cbc', 'des-ede3-cbc'] as const) {
  for (const hash of ['sha1', 'sha256', 'sha512'] as const) {
    test(`[mission SC1] issues for a request in ${cipher} and ${hash}`, async () => {
      const challenge = challengeOf(await instruct())
      const caCertificatesNow = await caCertificates(server)
      const options = { caCertificates: caCertificatesNow, key, challenge, cipher, hash }
      const pending = pkcsReq(options)

      assert.equal(readReply(pending, await postScep(server, pending)).kind, 'success')
    })
  }
}

test('[mission SC4] issues by the challenge, at once and under the subject that the profile gave', async () => {
  const payload = await instruct()
  const pending = pkcsReq({
    caCertificates: await caCertificates(server),
    key,
    challenge: challengeOf(payload),
    subject: [[['CN', 'somebody else']]],
  })
  const { certificate } = issuedTo(pending, await postScep(server, pending))

  const subject = getArray(payload, 'Subject')
  assert.ok(isDistinguishedName(subject))
  assert.equal(formatName(decodeName(certificate.subject)), formatName(subject))
  const enrollment = await getEnrollment(server, getString(payload, 'Name'))
  assert.equal(enrollment.state, 'certified')
  const { fingerprint256 } = new X509Certificate(certificate.bytes)
  assert.equal(enrollment.certificate?.sha256, fingerprint256.replaceAll(':', '').toLowerCase())
})

test('[mission SC4] refuses a challenge that is missing, wrong, of phase 1 or used with another key', async () => {
  const payload = await instruct()
  const caCertificatesNow = await caCertificates(server)
  const ask = async (challenge: string | undefined, by = key) => {
    const pending = pkcsReq({ caCertificates: caCertificatesNow, key: by, challenge })
    return readReply(pending, await postScep(server, pending))
  }
  for (const challenge of [undefined, 'A'.repeat(43), await offeredChallenge(server)]) {
    const reply = await ask(challenge)

    assert.ok(reply.kind === 'failure')
    assert.equal(reply.failInfo, 'badRequest')
  }
  assert.equal((await ask(challengeOf(payload))).kind, 'success')
  assert.equal((await ask(challengeOf(payload), otherKey)).kind, 'failure')
  assert.equal((await stepCodes(payload)).at(-1), 'scep_refused challenge_spent')
})

test('[mission SC4] refuses a challenge whose time is over', async () => {
  await using own = await startTestServer({ env: { WINDFALL_SCEP__CHALLENGE_MINUTES: '2' } })
  const payload = await instruct(own)
  const options = { caCertificates: await caCertificates(own), key }
  own.clock.advance(2 * 60_000)
  const pending = pkcsReq({ ...options, challenge: challengeOf(payload) })

  assert.equal(readReply(pending, await postScep(own, pending)).kind, 'failure')
  const enrollment = await getEnrollment(own)
  assert.equal(enrollment.state, 'identified')
  assert.equal(enrollment.steps.at(-1)?.detail['reason'], 'challenge_expired')
})

test('gives the same key the same certificate, however often and however signed it asks', async () => {
  const payload = await instruct()
  const options = { caCertificates: await caCertificates(server), key }
  const ask = async (signer = makeHolder({ key })) => {
    const pending = pkcsReq({ ...options, challenge: challengeOf(payload), signer })
    return issuedTo(pending, await postScep(server, pending)).certificate.bytes
  }
  const first = await ask()

  assert.deepEqual(await ask(), first)
  assert.deepEqual(await ask(makeHolder({ key: otherKey })), first)
  assert.equal((await stepCodes(payload)).at(-1), 'certificate_repeated')
})

test('gives two requests of one key at once the same certificate', async () => {
  const challenge = challengeOf(await instruct())
  const caCertificatesNow = await caCertificates(server)
  const ask = async () => {
    const pending = pkcsReq({ caCertificates: caCertificatesNow, key, challenge })
    return issuedTo(pending, await postScep(server, pending)).certificate.bytes
  }
  const [first, second] = await Promise.all([ask(), ask()])

  assert.deepEqual(second, first)
})

test('gives one of two keys that use a challenge at once a certificate', async () => {
  const challenge = challengeOf(await instruct())
  const caCertificatesNow = await caCertificates(server)
  const kinds = await Promise.all(
    [key, otherKey].map(async (by) => {
      const pending = pkcsReq({ caCertificates: caCertificatesNow, key: by, challenge })
      return readReply(pending, await postScep(server, pending)).kind
    }),
  )

  assert.deepEqual(kinds.toSorted(), ['failure', 'success'])
})

test('the certificate is for signing and encrypting by a client, and for nothing else', async () => {
  const challenge = challengeOf(await instruct())
  const pending = pkcsReq({ caCertificates: await caCertificates(server), key, challenge })
  const { bytes } = issuedTo(pending, await postScep(server, pending)).certificate
  const certificate = new X509Certificate(bytes)

  assert.equal(certificate.ca, false)
  // id-kp-clientAuth
  assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.2'])
  const days = (certificate.validToDate.getTime() - server.clock.now()) / 86_400_000
  assert.ok(Math.round(days) === 365, `${days} days`)
  assert.ok(certificate.validFromDate.getTime() <= server.clock.now() - 10 * 60_000 + 1000)
})

test('[mission H1] records a serial number before it signs: after a failure the retry gets the same', async () => {
  await using own = await startTestServer()
  const challenge = challengeOf(await instruct(own))
  const pending = pkcsReq({ caCertificates: await caCertificates(own), key, challenge })
  const { db } = own.app.core.database
  await sql`create trigger fault before update on certificate begin select raise(abort, 'fault'); end`.execute(
    db,
  )
  assert.equal((await postScep(own, pending)).status, 500)
  const { rows } = await sql<{ serial: string; signature: unknown }>`
    select serial_number as serial, signature from certificate`.execute(db)
  assert.equal(rows.length, 1)
  assert.equal(rows[0]?.signature, null)
  await sql`drop trigger fault`.execute(db)

  const { bytes } = issuedTo(pending, await postScep(own, pending)).certificate
  assert.equal(new X509Certificate(bytes).serialNumber.toLowerCase(), rows[0]?.serial)
})
