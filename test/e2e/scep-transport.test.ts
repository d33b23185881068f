import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { getData, getString } from '../../src/protocol/plist/index.ts'
import { allowsKeyUsage, isCa } from '../../src/protocol/x509/index.ts'
import { makeKey } from '../codec/holder.ts'
import { makeDevice, offeredChallenge, postPhase2, refusalOf, scepPayloadOf } from '../device.ts'
import { startTestServer, type TestServer } from '../harness.ts'
import { getEnrollment } from '../operator.ts'
import { request } from '../request.ts'
import { caCertificates, issuedTo, pkcsReq, postScep, readReply } from '../scep-client.ts'

const server = await startTestServer()
after(() => server[Symbol.asyncDispose]())
const key = makeKey('rsa-2048')

/** The SCEP payload that phase 2 gives a new device. */
const instruct = async (to: TestServer = server) => {
  const challenge = await offeredChallenge(to)
  const { body } = await postPhase2(to, makeDevice(to), { challenge })
  const payload = scepPayloadOf(body)
  return {
    name: getString(payload, 'Name') ?? '',
    challenge: getString(payload, 'Challenge') ?? '',
    fingerprint: Buffer.from(getData(payload, 'CAFingerprint') ?? ''),
  }
}

test('[mission SC2] with an RA, GetCACert brings RA, issuing CA and root, and the RA answers', async () => {
  const { headers } = await request(server, '/scep?operation=GetCACert')
  assert.equal(headers['content-type'], 'application/x-x509-ca-ra-cert')
  const certificates = await caCertificates(server)
  const [ra, ca, root] = certificates
  assert.ok(ra && ca && root && certificates.length === 3)
  assert.ok(!isCa(ra) && isCa(ca) && isCa(root))
  assert.equal(ra.publicKey.key.asymmetricKeyType, 'rsa')
  assert.equal(ca.publicKey.key.asymmetricKeyType, 'ec')
  for (const usage of ['digitalSignature', 'keyEncipherment'] as const) {
    assert.ok(allowsKeyUsage(ra.extensions, usage), usage)
    assert.ok(!allowsKeyUsage(ca.extensions, usage), `the CA is not for ${usage}`)
  }
  assert.deepEqual(root.bytes, server.roots[0]?.bytes)

  const { challenge } = await instruct()
  const pending = pkcsReq({ caCertificates: certificates, key, challenge })
  assert.deepEqual(pending.responder, ra)
  const { certificate } = issuedTo(pending, await postScep(server, pending))
  assert.ok(new X509Certificate(certificate.bytes).verify(ca.publicKey.key))
})

test('[mission SC2] without an RA, GetCACert brings the CA alone, and the CA does the RA’s work', async () => {
  await using own = await startTestServer({
    env: { WINDFALL_CA__RA: 'false', WINDFALL_CA__KEY_TYPE: 'rsa-2048' },
  })
  const { headers, body } = await request(own, '/scep?operation=GetCACert')
  assert.equal(headers['content-type'], 'application/x-x509-ca-cert')
  assert.deepEqual(new X509Certificate(body).raw, body)
  const [ca, ...more] = await caCertificates(own)
  assert.ok(ca && isCa(ca) && more.length === 0)
  assert.ok(allowsKeyUsage(ca.extensions, 'keyEncipherment'))

  const { challenge } = await instruct(own)
  const pending = pkcsReq({ caCertificates: [ca], key, challenge })
  const { certificate } = issuedTo(pending, await postScep(own, pending))
  assert.ok(new X509Certificate(certificate.bytes).verify(ca.publicKey.key))
  assert.equal((await own.enroll()).kind, 'configured')
})

test('[mission SC3] GetCACaps is a list of words that clients read, whoever asks how', async () => {
  const { name } = await instruct()
  for (const query of [
    'operation=GetCACaps',
    'operation=GetCACaps&message=',
    `operation=GetCACaps&message=${name}`,
    'operation=getcacaps&message=CAIdentifier',
    'message=x&operation=GetCACaps',
    '',
  ]) {
    const { status, headers, body } = await request(server, `/scep?${query}`)
    const words = body.toString().split('\n')

    assert.equal(status, 200)
    // No charset: iOS takes a list with one for none.
    assert.equal(headers['content-type'], 'text/plain')
    assert.equal(headers['content-length'], String(body.length))
    for (const word of ['AES', 'DES3', 'SHA-1', 'SHA-256', 'POSTPKIOperation', 'SCEPStandard']) {
      assert.ok(words.includes(word), word)
    }
  }
})

const PATHS = [
  '/scep',
  '/scep/',
  '/scep/pkiclient.exe',
  '/scep/any-ca',
  '/scep/any-ca/pkiclient.exe',
  '/cgi-bin/pkiclient.exe',
  '/cgi-bin/pkiclient.exe/pkiclient.exe',
  '/certsrv/mscep/',
  '/certsrv/mscep/mscep.dll',
  '/certsrv/mscep/mscep.dll/',
  '/certsrv/mscep/mscep.dll/pkiclient.exe',
]

for (const path of PATHS) {
  test(`[mission SC5] does all of SCEP at ${path}`, async () => {
    assert.equal((await request(server, `${path}?operation=GetCACaps`)).status, 200)
    const own = await request(server, `${path}?operation=GetCACert&message=x`)
    assert.equal(own.headers['content-type'], 'application/x-x509-ca-ra-cert')

    const { challenge } = await instruct()
    const pending = pkcsReq({ caCertificates: await caCertificates(server), key, challenge })
    assert.equal(readReply(pending, await postScep(server, pending, path)).kind, 'success')
  })
}

for (const message of ['', 'CAIdentifier', '0', 'Profile%20Service', 'Profile+Service', 'IPS']) {
  test(`[mission SC5] an identifier that names no other CA means the only one: message=${message}`, async () => {
    const { body } = await request(server, '/scep?operation=GetCACert')
    const answer = await request(server, `/scep?operation=GetCACert&message=${message}`)

    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body, body)
  })
}

test('[mission SC5] the Name of the payload comes back as message= and tells whose question it is', async () => {
  const { name } = await instruct()
  await request(server, `/scep?operation=GetCACert&message=${name}`)
  await request(server, `/scep?operation=GetCACaps&message=${name}`)

  const codes = (await getEnrollment(server, name)).steps.map(({ code }) => code)
  assert.deepEqual(codes.slice(-2), ['get_ca_cert', 'get_ca_caps'])
})

const wrap = (base64: string, columns: number): string =>
  base64.replaceAll(new RegExp(`.{${columns}}`, 'g'), '$&%0A')

const ENCODINGS: Readonly<Record<string, (message: Buffer) => string>> = {
  'percent-encoded': (message) => encodeURIComponent(message.toString('base64')),
  'with + and / as they are': (message) => message.toString('base64').replaceAll('=', '%3D'),
  'in lines of 64': (message) => wrap(message.toString('base64'), 64),
  'in the alphabet for URLs': (message) => message.toString('base64url'),
}

for (const [name, encode] of Object.entries(ENCODINGS)) {
  for (const http2 of [false, true]) {
    test(`takes a PKIOperation by GET, ${name} (HTTP/${http2 ? '2' : '1.1'})`, async () => {
      const { challenge } = await instruct()
      // Apple’s names are short; others’ make queries of 4 KB.
      const subject = [[['OU', 'x'.repeat(600)]] as const, [['CN', 'device']] as const]
      const pending = pkcsReq({
        caCertificates: await caCertificates(server),
        key,
        challenge,
        subject,
      })
      const query = `operation=PKIOperation&message=${encode(Buffer.from(pending.bytes))}`
      assert.ok(query.length > 3500)

      const answer = await request(server, `/scep?${query}`, { http2 })
      assert.equal(answer.headers['content-type'], 'application/x-pki-message')
      assert.equal(readReply(pending, answer).kind, 'success')
    })
  }
}

test('takes a PKIOperation by POST without Content-Type, with a wrong one, and without operation', async () => {
  const { challenge } = await instruct()
  const pending = pkcsReq({ caCertificates: await caCertificates(server), key, challenge })
  const types = [
    {},
    { 'content-type': 'application/x-www-form-urlencoded' },
    { 'content-type': '' },
  ]
  for (const path of ['/scep?operation=PKIOperation', '/scep']) {
    for (const headers of types) {
      const post = { method: 'POST', headers, body: pending.bytes }

      assert.equal(readReply(pending, await request(server, path, post)).kind, 'success')
    }
  }
})

test('answers what is no message with 400', async () => {
  const post = (body: Uint8Array) => postScep(server, { bytes: body })
  assert.equal(refusalOf(await post(new Uint8Array())), '400 scep_empty')
  assert.equal(refusalOf(await request(server, '/scep?operation=PKIOperation')), '400 scep_empty')
  const notBase64 = await request(server, '/scep?operation=PKIOperation&message=***')
  assert.equal(refusalOf(notBase64), '400 scep_base64')
  assert.equal((await post(Buffer.from('hello'))).status, 400)
  const unknown = await request(server, '/scep?operation=GetNextCACert')
  assert.equal(refusalOf(unknown), '400 scep_operation')
})

test('[mission SC7 H1] serial numbers are random and none repeats, over restarts too', async () => {
  const serials: bigint[] = []
  const data = join(server.data, 'restarted')
  for (let start = 0; start < 2; start++) {
    await using own = await startTestServer({ data })
    const certificates = await caCertificates(own)
    for (let i = 0; i < 4; i++) {
      const { challenge } = await instruct(own)
      const pending = pkcsReq({ caCertificates: certificates, key, challenge })
      const { bytes } = issuedTo(pending, await postScep(own, pending)).certificate
      serials.push(BigInt(`0x${new X509Certificate(bytes).serialNumber}`))
    }
  }

  assert.equal(new Set(serials).size, 8)
  // More than 64 bits, and no counter in the lower ones.
  assert.ok(serials.every((serial) => serial > 2n ** 64n))
  assert.ok(new Set(serials.map((serial) => serial >> 32n)).size === 8)
  assert.ok(new Set(serials.map((serial) => serial & 0xffffffffn)).size === 8)
})

test('[mission SC8] serves SCEP over plain HTTP, and nothing else, if told to', async () => {
  await using own = await startTestServer({ env: { WINDFALL_SCEP__HTTP_LISTEN: '127.0.0.1:0' } })
  const url = own.app.scepUrl ?? assert.fail('no listener')
  assert.match(url, /^http:/)
  const plain = { url, roots: [] }

  // What came over HTTPS says whether the CA that came over HTTP is the right one.
  const { challenge, fingerprint } = await instruct(own)
  const certificates = await caCertificates(plain)
  const hashes = certificates.map(({ bytes }) => createHash('sha256').update(bytes).digest())
  assert.ok(hashes.some((hash) => hash.equals(fingerprint)))
  const pending = pkcsReq({ caCertificates: certificates, key, challenge })
  assert.equal(readReply(pending, await postScep(plain, pending)).kind, 'success')

  for (const path of ['/', '/CA', '/enroll', '/enrollments']) {
    assert.equal((await request(plain, path)).status, 404)
  }
  // Not even the 404 of the API.
  const api = await fetch(new URL('/api/v1/enrollments', url))
  assert.deepEqual([api.status, api.headers.get('content-type')], [404, 'text/plain'])
  assert.equal((await request(plain, '/profile', { method: 'POST' })).status, 404)
})

test('[mission SC8] a device enrolls over plain HTTP where the profile says so and gives the fingerprint', async () => {
  await using own = await startTestServer({ env: { WINDFALL_SCEP__HTTP_LISTEN: '127.0.0.1:0' } })
  const template = join(own.data, 'profile.mobileconfig')
  const text = await readFile(template, 'utf8')
  await writeFile(template, text.replace('{{scep.url}}', `${own.app.scepUrl}/scep`))

  const outcome = await own.enroll()
  assert.ok(outcome.kind === 'configured')
  assert.equal(outcome.serviceIdentities.length, 1)
})
