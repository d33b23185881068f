import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, test } from 'node:test'
import { verifySignedData } from '../../src/protocol/cms/index.ts'
import { getArray, getDict, getString, type PlistDict } from '../../src/protocol/plist/index.ts'
import { Openssl, skipWithoutOpenssl } from '../codec/openssl.ts'
import {
  basic,
  makeDevice,
  offeredChallenge,
  openProfile,
  postPhase2,
  refusalOf,
} from '../device.ts'
import { ACCOUNT, startTestServer, type TestServer } from '../harness.ts'
import { callApi, getEnrollment, readJson } from '../operator.ts'
import { type Answer, request } from '../request.ts'

const server = await startTestServer()
after(() => server[Symbol.asyncDispose]())

const signIn = async (to: TestServer): Promise<Answer> =>
  await request(to, '/enroll', { headers: basic() })

const contentOf = (profile: PlistDict): PlistDict =>
  getDict(profile, 'PayloadContent') ?? assert.fail('no content')

test('[mission H7] the profile is XML in attached SignedData, DER, that openssl verifies to the root', {
  skip: skipWithoutOpenssl,
}, async () => {
  const { status, headers, body } = await signIn(server)
  assert.equal(status, 200)
  assert.equal(headers['content-type'], 'application/x-apple-aspen-config')

  using openssl = new Openssl()
  const [root] = server.roots
  openssl.write('profile', body)
  openssl.write('root.pem', new X509Certificate(root?.bytes ?? '').toString())
  openssl.run('cms -verify -inform DER -in profile -CAfile root.pem -binary -out content')

  const content = openssl.read('content').toString()
  assert.match(content, /^<\?xml version="1\.0" encoding="UTF-8"\?>/)
  assert.ok(body.includes(content), 'the content is attached, byte for byte')
  assert.doesNotMatch(openssl.run('asn1parse -inform DER -in profile'), /l=inf/, 'definite lengths')
})

for (const [keyType, kind] of [
  ['p-256', 'ec'],
  ['rsa-2048', 'rsa'],
] as const) {
  test(`[mission H7] the profile signer has a key of its own, issued by the root (${keyType})`, async () => {
    await using own = await startTestServer({ env: { WINDFALL_SIGNER__KEY_TYPE: keyType } })
    const { body } = await signIn(own)
    const rules = { signedAttributes: 'required', hashes: ['sha256'] } as const
    const signer = new X509Certificate(verifySignedData(body, rules).signer.bytes)
    const root = new X509Certificate((await request(own, '/CA')).body)

    assert.equal(signer.publicKey.asymmetricKeyType, kind)
    assert.ok(signer.checkIssued(root) && signer.verify(root.publicKey))
    assert.ok(!signer.ca)
    assert.ok(!signer.publicKey.equals(root.publicKey))
  })
}

test('[mission P1.1] is a Profile Service payload of the organisation, with a fresh UUID each time', async () => {
  await using own = await startTestServer({
    env: {
      WINDFALL_ORGANIZATION__NAME: 'ACME Inc.',
      WINDFALL_ORGANIZATION__IDENTIFIER: 'com.acme',
      WINDFALL_PROFILE__SERVICE_NAME: 'ACME for phones',
      WINDFALL_PROFILE__SERVICE_DESCRIPTION: 'Brings you mail & Wi-Fi.',
    },
  })
  const profile = openProfile((await signIn(own)).body)
  const again = openProfile((await signIn(own)).body)

  assert.equal(profile.get('PayloadType'), 'Profile Service')
  assert.equal(profile.get('PayloadVersion'), 1)
  assert.equal(profile.get('PayloadIdentifier'), 'com.acme.profile-service')
  assert.equal(profile.get('PayloadOrganization'), 'ACME Inc.')
  assert.equal(profile.get('PayloadDisplayName'), 'ACME for phones')
  assert.equal(profile.get('PayloadDescription'), 'Brings you mail & Wi-Fi.')
  const uuid = getString(profile, 'PayloadUUID')
  assert.match(uuid ?? '', /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/)
  assert.notEqual(again.get('PayloadUUID'), uuid)
  assert.equal(again.get('PayloadIdentifier'), profile.get('PayloadIdentifier'))
})

test('[mission P1.2] sends the device to /profile of the public URL, whatever the request was addressed to', async () => {
  const { port } = new URL(server.url)
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`]) {
    const headers = { ...basic(), host, 'x-forwarded-host': 'evil.example' }
    const { body } = await request(server, '/enroll', { headers })

    assert.equal(contentOf(openProfile(body)).get('URL'), `${server.url}/profile`)
  }
})

test('[mission P1.3] asks for product, version, identifiers and the phone’s numbers by default', async () => {
  const asked = getArray(contentOf(openProfile((await signIn(server)).body)), 'DeviceAttributes')

  for (const name of ['UDID', 'PRODUCT', 'VERSION', 'SERIAL', 'IMEI', 'MEID', 'ICCID']) {
    assert.ok(asked?.includes(name), name)
  }
})

test('[mission P1.3] asks for the attributes that the configuration names', async () => {
  const names = 'UDID,VERSION,PRODUCT,SERIAL,MEID,IMEI,ICCID,MAC_ADDRESS_EN0,DEVICE_NAME'
  await using own = await startTestServer({
    env: { WINDFALL_ENROLLMENT__DEVICE_ATTRIBUTES: names },
  })
  const asked = getArray(contentOf(openProfile((await signIn(own)).body)), 'DeviceAttributes')

  assert.deepEqual(asked, names.split(','))
})

test('[mission P1.4] no two downloads share a challenge, and none is in a URL', async () => {
  const challenges = new Set<string>()
  for (let i = 0; i < 5; i++) {
    const content = contentOf(openProfile((await signIn(server)).body))
    const challenge = getString(content, 'Challenge') ?? ''
    // 32 bytes in base64url.
    assert.match(challenge, /^[A-Za-z0-9_-]{43}$/)
    assert.equal(Buffer.from(challenge, 'base64url').length, 32)
    assert.equal(new URL(getString(content, 'URL') ?? '').search, '')
    challenges.add(challenge)
  }

  assert.equal(challenges.size, 5)
})

test('[mission P1.4] a challenge leads to the account holder who signed in for it', async () => {
  const ben = { name: 'ben', password: 'another long password' }
  readJson(await callApi(server, '/accounts', { method: 'POST', body: JSON.stringify(ben) }))
  const ofAnna = await offeredChallenge(server)
  const ofBen = await offeredChallenge(server, ben)

  for (const [challenge, name] of [
    [ofBen, 'ben'],
    [ofAnna, 'anna'],
  ] as const) {
    const device = makeDevice(server)
    assert.equal((await postPhase2(server, device, { challenge })).status, 200)

    const { data } = readJson<{ data: { id: string; device: { udid: string } | null }[] }>(
      await callApi(server, '/enrollments'),
    )
    const found = data.find((one) => one.device?.udid === device.attributes['UDID'])
    assert.equal((await getEnrollment(server, found?.id)).account.name, name)
  }
})

test('[mission P1.4] a profile downloaded twice works once', async () => {
  const form = { method: 'POST', body: new URLSearchParams({ ...ACCOUNT }).toString() }
  const signedIn = await request(server, '/enroll', form)
  const cookie = signedIn.headers['set-cookie']?.[0]?.split(';')[0]
  const challenges: string[] = []
  for (let i = 0; i < 2; i++) {
    const { body } = await request(server, '/enroll/profile', { headers: { cookie } })
    challenges.push(getString(contentOf(openProfile(body)), 'Challenge') ?? '')
  }
  const [first = '', second = ''] = challenges

  assert.notEqual(first, second)
  assert.equal((await postPhase2(server, makeDevice(server), { challenge: second })).status, 200)
  const late = await postPhase2(server, makeDevice(server), { challenge: first })
  assert.equal(refusalOf(late), '403 enrollment_state')
})
