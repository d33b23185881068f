import assert from 'node:assert/strict'
import type { OutgoingHttpHeaders } from 'node:http'
import { test } from 'node:test'
import { verifySignedData } from '../../src/protocol/cms/index.ts'
import { formatPlist } from '../../src/protocol/plist/index.ts'
import { makeKey } from '../codec/holder.ts'
import { basic, makeDevice, openPayloads, profileRequest } from '../device.ts'
import { type Answer, request } from '../request.ts'
import { identify, obtain, offer, openScene, type Scene } from './scene.ts'

const key = makeKey('rsa-2048')
const ENV = { WINDFALL_PUBLIC_URL: 'https://mdm.example.com:8443' }

/** Names of hosts that are not ours, and things that are no names of hosts. */
const HOSTS = [
  'evil.example',
  'evil.example:8443',
  'mdm.example.com.evil.example',
  'evil.example/mdm.example.com',
  'mdm.example.com@evil.example',
  'mdm.example.com:8443@evil.example',
  'evil.example#mdm.example.com',
  'evil.example?mdm.example.com',
  'mdm.example.com, evil.example',
  'mdm.example.com evil.example',
  'mdm.example.com\\.evil.example',
  'mdm.example.com%00.evil.example',
  'mdm.example.com:8443:8443',
  'mdm.example.com:evil',
  'mdm.example.com.',
  'xmdm.example.com',
  'example.com',
  'mdm',
  '[::ffff:127.0.0.1]',
  '[::1',
  '127.1',
  '0.0.0.0',
  '2130706433',
  '"><script>',
  '*',
]

/** Headers by which proxies, and those who would like to be one, name another host, scheme or path. */
const HEADERS: readonly OutgoingHttpHeaders[] = [
  'x-forwarded-host',
  'x-forwarded-server',
  'x-original-host',
  'x-host',
  'x-http-host-override',
  'x-real-host',
  'x-backend-host',
  'x-proxy-host',
  'x-url-scheme',
  'x-original-url',
  'x-rewrite-url',
  'x-forwarded-prefix',
  'x-forwarded-path',
  'x-wap-profile',
  'true-client-ip',
  'referer',
  'origin',
  'via',
]
  .map((name): OutgoingHttpHeaders => ({ [name]: 'https://evil.example/' }))
  .concat([
    { 'x-forwarded-proto': 'http' },
    { 'x-forwarded-port': '80' },
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http', 'x-forwarded-port': '666' },
    { forwarded: 'for=1.2.3.4;host=evil.example;proto=http' },
    { forwarded: 'host="mdm.example.com", host=evil.example' },
    { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': 'mdm.example.com, evil.example' },
    { 'x-forwarded-host': ['evil.example', 'mdm.example.com'] },
  ])

/** Every URL in a property list but that of Apple's DTD. */
const urlsIn = (xml: Uint8Array): readonly string[] =>
  (
    Buffer.from(xml)
      .toString('utf8')
      .match(/\bhttps?:[^<\s"]+/g) ?? []
  ).filter((url) => url !== 'http://www.apple.com/DTDs/PropertyList-1.0.dtd')

const contentOf = ({ body }: Answer): Uint8Array =>
  verifySignedData(body, { signedAttributes: 'required', hashes: ['sha256'] }).content

const count = HOSTS.length + HEADERS.length

test(`${count} hostile Host and X-Forwarded values: another Host is answered 421, and every URL in every profile is the configured one [security O5]`, async () => {
  assert.equal(count, 50)
  await using scene = await openScene({ env: ENV })
  for (const host of HOSTS) {
    const answer = await refuse(scene, host)
    assert.equal(answer.status, 421, host)
    assert.doesNotMatch(answer.body.toString(), /evil|mdm/)
  }

  const urls = new Set<string>()
  for (const headers of HEADERS) {
    const signedIn = { ...headers, ...basic(), host: 'mdm.example.com:8443' }
    const phase1 = await request(scene.wire, '/enroll', { headers: signedIn })
    assert.equal(phase1.status, 200, JSON.stringify(headers))
    for (const url of urlsIn(contentOf(phase1))) urls.add(url)
  }
  assert.deepEqual([...urls], ['https://mdm.example.com:8443/profile'])
})

/** Nothing but 421, whatever is asked; nothing changes. */
const refuse = async (scene: Scene, host: string): Promise<Answer> => {
  const headers = { host, ...basic() }
  const posted = await request(scene.wire, '/profile', { method: 'POST', headers, body: 'x' })
  assert.equal(posted.status, 421)
  return await request(scene.wire, '/enroll', { headers })
}

test('the profiles of phases 2 and 3 hold the configured URLs, whoever the request says that we are [security O5]', async () => {
  await using scene = await openScene({ env: ENV })
  const device = makeDevice(scene.server)
  const { challenge } = await offer(scene)
  const hostile = Object.assign({}, ...HEADERS)
  const post = (body: Uint8Array) =>
    request(scene.wire, '/profile', { method: 'POST', body, headers: hostile })

  const phase2 = await post(profileRequest(device, { changes: { CHALLENGE: challenge } }))
  assert.deepEqual(urlsIn(contentOf(phase2)), ['https://mdm.example.com:8443/scep'])

  const identified = await identify(scene)
  const holder = await obtain(scene, { key, challenge: identified.challenge })
  const phase3 = await post(profileRequest(identified.device, { signer: holder }))
  assert.deepEqual(urlsIn(contentOf(phase3)), [])
  assert.deepEqual(
    new Set(urlsIn(formatPlist(openPayloads(phase3.body, holder)))),
    new Set(['https://mdm.example.com:8443/', 'https://mdm.example.com:8443/scep']),
  )
})

test('over HTTP/2 the authority counts as Host does: ours and the names of loopback are taken, others not [security O5]', async () => {
  await using scene = await openScene()
  for (const [authority, status] of [
    ['evil.example', 421],
    ['localhost.evil.example', 421],
    ['localhost', 401],
    ['127.0.0.1:1', 401],
    ['[::1]', 401],
  ] as const) {
    const headers = { ':authority': authority }
    const answer = await request(scene.server, '/enroll', { headers, http2: true })
    assert.equal(answer.status, status, authority)
  }
})

test('a device that is sent to enroll anew is sent to the configured address [security O5]', async () => {
  const env = { ...ENV, WINDFALL_ENROLLMENT__RETURNING: 'redirect' }
  await using scene = await openScene({ env })
  const { device, challenge } = await identify(scene)
  const holder = await obtain(scene, { key, challenge })
  const body = profileRequest(device, { signer: holder })
  const headers = { 'x-forwarded-host': 'evil.example', host: 'mdm.example.com' }
  const post = () => request(scene.wire, '/profile', { method: 'POST', body, headers })

  assert.equal((await post()).status, 200)
  const { status, headers: answered } = await post()
  assert.deepEqual([status, answered.location], [301, 'https://mdm.example.com:8443/enroll'])
})

const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const PROTECTION = {
  'cache-control': 'no-store',
  'content-security-policy': POLICY,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** Status and headers of an answer but for its time and length. */
const golden = ({ status, headers }: Answer) => {
  const {
    date: _,
    connection: __,
    'keep-alive': ___,
    'content-length': length,
    ...others
  } = headers
  assert.notEqual(length, undefined)
  return { status, ...others }
}

test('every answer that may hold a profile or a challenge carries the same headers against caches, frames and referrers [security O7]', async () => {
  await using scene = await openScene()
  const { server } = scene
  const get = async (path: string, headers: OutgoingHttpHeaders = {}) =>
    golden(await request(server, path, { headers }))
  const post = async (path: string, body: Uint8Array | string, headers: OutgoingHttpHeaders = {}) =>
    golden(await request(server, path, { method: 'POST', body, headers }))
  const profile = { 'content-type': 'application/x-apple-aspen-config' }
  const text = { 'content-type': 'text/plain; charset=utf-8' }
  const html = { 'content-type': 'text/html' }

  assert.deepEqual(await get('/enroll', basic()), {
    status: 200,
    ...PROTECTION,
    ...profile,
    'content-disposition': 'attachment; filename="enroll.mobileconfig"',
  })
  assert.deepEqual(await get('/enroll'), {
    status: 401,
    ...PROTECTION,
    ...text,
    'www-authenticate': 'Basic realm="windfall", charset="UTF-8"',
  })
  assert.deepEqual(await get('/enroll', { accept: 'text/html' }), {
    status: 200,
    ...PROTECTION,
    ...html,
  })
  assert.deepEqual(await get('/enroll/profile'), { status: 403, ...PROTECTION, ...html })

  const { challenge } = await offer(scene)
  const device = makeDevice(server)
  const phase2 = profileRequest(device, { changes: { CHALLENGE: challenge } })
  assert.deepEqual(await post('/profile', phase2), { status: 200, ...PROTECTION, ...profile })
  const identified = await identify(scene)
  const signer = await obtain(scene, { key, challenge: identified.challenge })
  const phase3 = profileRequest(identified.device, { signer })
  assert.deepEqual(await post('/profile', phase3), { status: 200, ...PROTECTION, ...profile })

  assert.deepEqual(await post('/profile', 'x'), { status: 400, ...PROTECTION, ...text })
  assert.deepEqual(await post('/profile', 'x', { 'content-encoding': 'gzip' }), {
    status: 415,
    ...PROTECTION,
    ...text,
  })
  const tooLong = await request(server, '/profile', { method: 'POST', body: Buffer.alloc(262_145) })
  assert.deepEqual([tooLong.status, tooLong.headers['cache-control']], [413, 'no-store'])
  for (const [path, status] of [
    ['/scep?operation=GetCACert', 200],
    ['/scep?operation=GetCACaps', 200],
    ['/scep?operation=PKIOperation&message=x', 400],
    ['/api/v1/enrollments', 401],
    ['/nowhere', 404],
    ['/', 200],
    ['/CA', 200],
  ] as const) {
    const { 'content-type': _, 'www-authenticate': __, ...others } = await get(path)
    assert.deepEqual(others, { status, ...PROTECTION }, path)
  }
  const foreign = { headers: { host: 'evil.example' } }
  assert.deepEqual(golden(await request(scene.wire, '/enroll', foreign)), {
    status: 421,
    ...PROTECTION,
    ...text,
  })
})

test('no challenge stands in a URL, in a Location or in a log line [security O7]', async () => {
  await using scene = await openScene()
  const { challenge: offered } = await offer(scene)
  const device = makeDevice(scene.server)
  const phase2 = await request(scene.server, '/profile', {
    method: 'POST',
    body: profileRequest(device, { changes: { CHALLENGE: offered } }),
  })
  const identified = await identify(scene)

  const urls = urlsIn(contentOf(phase2)).join()
  assert.match(urls, /^https:\/\/localhost:\d+\/scep$/)
  for (const secret of [offered, identified.offered, identified.challenge]) {
    assert(!scene.server.log().includes(secret))
  }
})
