import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, test } from 'node:test'
import { connect } from 'node:tls'
import { type Browser, chromium, devices } from 'playwright-core'
import { fixPort } from '../../src/http/index.ts'
import { requestByDigest, skipWithoutApache, startApache } from '../apache.ts'
import { configureWith, makeDevice, openProfile } from '../device.ts'
import { startTestServer, type TestServer } from '../harness.ts'
import { findChromium } from '../page/browser.ts'
import { chainPem, publicRoot } from '../pair.ts'
import { type Reachable, request } from '../request.ts'
import { FROM_OUR_PAGE } from '../signed-in.ts'
import { newestAudit } from '../speak.ts'

const DORA = { name: 'dora', password: 'the password that Apache knows' }
const SECRET = 'a-secret-of-apache-and-of-nobody-else'

interface Place extends AsyncDisposable {
  readonly server: TestServer
  /** What people and devices reach. */
  readonly front: Reachable
  /** windfall itself, which nobody but Apache should reach. */
  readonly behind: Reachable
}

const open = async (): Promise<Place> => {
  await using stack = new AsyncDisposableStack()
  const any = { host: '127.0.0.1', port: 0 }
  const [{ port: to }, { port }] = [await fixPort(any), await fixPort(any)]
  const server = stack.use(
    await startTestServer({
      env: {
        WINDFALL_LISTEN: `127.0.0.1:${to}`,
        WINDFALL_TLS__OFF: 'true',
        WINDFALL_PUBLIC_URL: `https://localhost:${port}`,
        WINDFALL_PROXY__TRUSTED: '127.0.0.1',
        WINDFALL_SIGN_IN__METHODS: 'proxy',
        WINDFALL_SIGN_IN__PROXY_HEADER: 'X-Remote-User',
        WINDFALL_SIGN_IN__PROXY_SECRET: SECRET,
      },
    }),
  )
  const front = stack.use(await startApache({ to, port, people: [DORA], secret: SECRET }))
  const behind = { url: `http://localhost:${to}`, roots: [] }
  const owned = stack.move()
  const dispose = () => owned.disposeAsync()
  return { server, front, behind, [Symbol.asyncDispose]: dispose }
}

let opened: Promise<Place> | undefined
const place = (): Promise<Place> => {
  opened ??= open()
  return opened
}
let launched: Promise<Browser> | undefined
after(async () => {
  await (await launched)?.close()
  await (await opened)?.[Symbol.asyncDispose]()
})

const skip = skipWithoutApache

test('HTTP Digest at Apache enrolls a simulated phone, which needs no password after that [mission H6]', {
  skip,
}, async () => {
  const { server, front } = await place()
  const { status, body } = await requestByDigest(front, '/enroll', DORA)
  assert.equal(status, 200)
  const answer = await configureWith(front, makeDevice(server), body)
  assert.equal(answer.status, 200)
  const { accounts, enrollment } = server.app.core.services
  const { id, source, externalId } = await accounts.get('dora')
  assert.deepEqual([source, externalId], ['proxy', 'dora'])
  assert.deepEqual(
    (await enrollment.ofAccount(id)).map((dossier) => dossier.enrollment.state),
    ['configured'],
  )
})

test('with a wrong password or none Apache lets nobody through [mission H6]', {
  skip,
}, async () => {
  const { server, front } = await place()
  const before = (await server.app.core.services.enrollment.find({ limit: 9 })).length
  const wrong = { ...DORA, password: 'another' }
  assert.equal((await requestByDigest(front, '/enroll', wrong)).status, 401)
  const claim = { 'x-remote-user': 'dora', 'x-windfall-proxy-secret': SECRET }
  for (const headers of [{}, claim, { ...claim, accept: 'text/html' }]) {
    const answer = await request(front, '/enroll', { headers })
    assert.equal(answer.status, 401)
    assert.match(String(answer.headers['www-authenticate']), /^Digest /)
  }
  assert.equal((await server.app.core.services.enrollment.find({ limit: 9 })).length, before)
})

test('what a client says of itself does not get through Apache [security W3]', {
  skip,
}, async () => {
  const { server, front } = await place()
  const { accounts } = server.app.core.services
  const smuggled = [
    { 'X-Remote-User': 'anna' },
    { 'X-Remote-User': ['anna', 'emil'], 'X-Windfall-Proxy-Secret': 'x' },
    { X_Remote_User: 'anna', X_Windfall_Proxy_Secret: SECRET },
    { Connection: 'close, X-Remote-User, X-Windfall-Proxy-Secret' },
  ]
  for (const headers of smuggled) {
    const { status, body } = await requestByDigest(front, '/enroll', { ...DORA, headers })
    // A header named in `Connection` is of one hop: Apache takes away what it has said itself.
    assert.equal(status, 'Connection' in headers ? 403 : 200, body.toString())
  }
  const names = (await accounts.list({ limit: 100 })).map(({ name }) => name)
  assert.deepEqual(names, ['anna', 'dora'])
  const anna = await accounts.get('anna')
  assert.deepEqual(
    [anna.source, await server.app.core.services.enrollment.ofAccount(anna.id)],
    [null, []],
  )
})

/** The status of a request whose path is sent as it stands here. */
const askRaw = async (
  { url }: Reachable,
  line: string,
  headers: Readonly<Record<string, string>>,
): Promise<number> => {
  const { host, hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), ca: chainPem(publicRoot) })
  const all = { host, connection: 'close', 'content-length': '0', ...headers }
  const fields = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`${line} HTTP/1.1\r\n${fields.join('')}\r\n`)
  const answer = Buffer.concat(await socket.toArray()).toString('latin1')
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])
}

/** Ways to write `/enroll` that Apache may take for something else. */
const DETOURS = [
  ...['/enroll', '//enroll', '/./enroll', '/x/../enroll', '/%65nroll', '/enroll%2f', '/enroll;x'],
  ...[
    '/e',
    '/e/sales',
    '/e//',
    '/%65/sales',
    '/ENROLL',
    '/enroll/',
    '/enroll%3f',
    '/CA/../enroll',
    '/enroll/../enroll/proxy',
  ],
]

test('no detour leads past Apache to an enrollment [security W3 W17]', { skip }, async () => {
  const { server, front } = await place()
  const before = (await server.app.core.services.enrollment.find({ limit: 9 })).length
  const headers = { 'x-remote-user': 'dora', 'x-windfall-proxy-secret': 'x', ...FROM_OUR_PAGE }
  for (const path of DETOURS) {
    for (const method of ['GET', 'POST']) {
      const status = await askRaw(front, `${method} ${path}`, headers)
      assert.ok([400, 401, 403, 404].includes(status), `${method} ${path} ${status}`)
    }
  }
  assert.equal((await server.app.core.services.enrollment.find({ limit: 9 })).length, before)
})

test('who asks windfall itself, past Apache, is refused whatever they say [security W3]', {
  skip,
}, async () => {
  const { server, behind } = await place()
  const near = { ...server, ...behind }
  const before = (await server.app.core.services.enrollment.find({ limit: 9 })).length
  for (const more of [{}, { 'x-windfall-proxy-secret': 'x'.repeat(SECRET.length) }]) {
    const headers = { 'x-remote-user': 'dora', ...more, ...FROM_OUR_PAGE }
    assert.equal((await request(behind, '/enroll', { headers })).status, 403)
    assert.equal((await newestAudit(near))?.code, 'proxy_secret')
    const post = await request(behind, '/enroll/proxy', { method: 'POST', headers })
    assert.equal(post.status, 403)
  }
  assert.equal((await server.app.core.services.enrollment.find({ limit: 9 })).length, before)
})

const executablePath = findChromium()

test('on a phone somebody signs in at Apache, says that they go on, and the phone is enrolled [mission H6]', {
  skip: skip || (executablePath === undefined && 'chromium is absent'),
}, async () => {
  const { server, front } = await place()
  launched ??= chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: ['--disable-dev-shm-usage'],
  })
  const browser = await launched
  await using context = await browser.newContext({
    ...devices['iPhone 15'],
    baseURL: front.url,
    ignoreHTTPSErrors: true,
    javaScriptEnabled: false,
    httpCredentials: { username: DORA.name, password: DORA.password },
  })
  context.setDefaultTimeout(10_000)
  const page = await context.newPage()
  await page.goto('/')
  await page.getByRole('link', { name: 'Enroll this iPhone' }).click()
  assert.equal(await page.getByRole('textbox').count(), 0)
  assert.match(await page.getByRole('main').innerText(), /signed in as dora/)
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.waitForURL('**/enroll/ready')
  assert.match(await page.getByRole('heading', { level: 1 }).innerText(), /dora/)
  const coming = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download the profile' }).click()
  const profile = await readFile(await (await coming).path())
  openProfile(profile)
  assert.equal((await configureWith(front, makeDevice(server), profile)).status, 200)
})
