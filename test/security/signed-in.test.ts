import assert from 'node:assert/strict'
import type { OutgoingHttpHeaders } from 'node:http'
import { after, test } from 'node:test'
import { basic, openProfile } from '../device.ts'
import { startTestServer } from '../harness.ts'
import { type Answer, type RequestOptions, request } from '../request.ts'
import { FROM_OUR_PAGE } from '../signed-in.ts'
import { newestAudit } from '../speak.ts'

const SECRET = 'a-secret-of-the-proxy-and-nobody-else'

const env = {
  WINDFALL_SIGN_IN__METHODS: 'password,proxy',
  WINDFALL_SIGN_IN__PROXY_HEADER: 'X-Remote-User',
  WINDFALL_SIGN_IN__PROXY_SECRET: SECRET,
  WINDFALL_SIGN_IN__PROXY_FULL_NAME_HEADER: 'X-Remote-Name',
  WINDFALL_SIGN_IN__PROXY_EMAIL_HEADER: 'X-Remote-Email',
  WINDFALL_SIGN_IN__PROXY_GROUPS_HEADER: 'X-Remote-Groups',
}

// The only trusted proxy is at 127.0.0.2; whoever comes from 127.0.0.1 is a stranger.
const server = await startTestServer({ env: { ...env, WINDFALL_PROXY__TRUSTED: '127.0.0.2' } })
after(() => server[Symbol.asyncDispose]())
const { accounts, enrollment } = server.app.core.services
const PROXY = { localAddress: '127.0.0.2' }

const PROOF = { 'x-windfall-proxy-secret': SECRET }
const DORA = { 'x-remote-user': 'dora', ...PROOF }
const PAGE = { accept: 'text/html' }

const ask = (headers: OutgoingHttpHeaders, options: RequestOptions = PROXY): Promise<Answer> =>
  request(server, '/enroll', { ...options, headers })

const begun = async (): Promise<number> => (await enrollment.find({ limit: 100 })).length

test('who has signed in at the proxy gets the profile, and what it says of them is kept [mission H6]', async () => {
  const said = {
    'X-Remote-Name': Buffer.from('Dörte Ünal').toString('latin1'),
    'X-Remote-Email': 'dora@example.com',
    'X-Remote-Groups': 'staff, sales,,',
  }
  const answer = await ask({ ...DORA, ...said })
  assert.deepEqual(
    [answer.status, answer.headers['content-type']],
    [200, 'application/x-apple-aspen-config'],
  )
  openProfile(answer.body)
  const { id, createdAt, checkedAt, ...dora } = await accounts.get('dora')
  assert.deepEqual(dora, {
    ...{ name: 'dora', fullName: 'Dörte Ünal', email: 'dora@example.com', attributes: {} },
    ...{ source: 'proxy', externalId: 'dora', groups: ['staff', 'sales'] },
    ...{ disabledAt: null, hasPassword: false },
  })
  assert.equal((await ask({ ...DORA, 'x-remote-user': 'DORA', 'x-remote-name': '' })).status, 200)
  const again = await accounts.get('dora')
  assert.deepEqual([again.id, again.fullName, again.email], [id, null, 'dora@example.com'])
  assert.equal((await enrollment.ofAccount(id)).length, 2)
})

test('a browser is asked whether to go on, as browsers sign in at proxies by themselves [security W4]', async () => {
  const before = await begun()
  const page = await request(server, '/enroll?from=sales', {
    ...PROXY,
    headers: { ...DORA, ...PAGE },
  })
  assert.equal(page.status, 200)
  assert.match(page.body.toString(), /action="\/enroll\/proxy\?from=sales"/)
  assert.match(page.body.toString(), /signed in as .*dora/)
  const foreign = { ...DORA, 'sec-fetch-site': 'cross-site' }
  const post = (headers: OutgoingHttpHeaders, options: RequestOptions = PROXY) =>
    request(server, '/enroll/proxy?from=sales', { method: 'POST', ...options, headers })
  assert.equal((await post(foreign)).status, 403)
  assert.equal((await post(DORA)).status, 403, 'no page of ours asks')
  assert.equal((await ask(foreign)).status, 403, 'an image elsewhere is no sign-in')
  assert.equal(await begun(), before)
  const done = await post({ ...DORA, ...FROM_OUR_PAGE })
  assert.deepEqual([done.status, done.headers.location], [303, '/enroll/ready?from=sales'])
  const [cookie = ''] = (done.headers['set-cookie'] ?? []).map((it) => it.split(';', 1)[0] ?? '')
  const ready = await request(server, '/enroll/ready', { headers: { cookie } })
  assert.equal(ready.status, 200)
  assert.equal(await begun(), before + 1)
  assert.equal((await post({ ...PROOF, ...FROM_OUR_PAGE })).status, 403, 'nobody has signed in')
})

/** What somebody sends who is not the proxy, or gets through it. */
const FAULTY: readonly (readonly [what: string, code: string, headers: OutgoingHttpHeaders])[] = [
  ['no secret', 'proxy_secret', { 'x-remote-user': 'anna' }],
  ['an empty secret', 'proxy_secret', { ...DORA, 'x-windfall-proxy-secret': '' }],
  ['a wrong secret', 'proxy_secret', { ...DORA, 'x-windfall-proxy-secret': 'x'.repeat(37) }],
  [
    'half of the secret',
    'proxy_secret',
    { ...DORA, 'x-windfall-proxy-secret': SECRET.slice(0, 9) },
  ],
  ['two secrets', 'proxy_secret', { ...DORA, 'x-windfall-proxy-secret': [SECRET, SECRET] }],
  ['a secret too many', 'proxy_secret', { ...DORA, 'x-windfall-proxy-secret': `${SECRET}, x` }],
  ['two names', 'proxy_header', { ...DORA, 'x-remote-user': ['anna', 'dora'] }],
  ['the same name twice', 'proxy_header', { ...DORA, 'x-remote-user': ['dora', 'dora'] }],
  ['names with a comma', 'proxy_header', { ...DORA, 'x-remote-user': 'anna, dora' }],
  ['an empty name', 'proxy_header', { ...DORA, 'x-remote-user': '' }],
  ['a blank name', 'proxy_header', { ...DORA, 'x-remote-user': ' \t ' }],
  ['a name in no UTF-8', 'proxy_header', { ...DORA, 'x-remote-user': '\u00ff' }],
  ['a long name', 'proxy_header', { ...DORA, 'x-remote-user': 'a'.repeat(65) }],
  ['two full names', 'proxy_header', { ...DORA, 'x-remote-name': ['a', 'b'] }],
  ['two addresses', 'proxy_header', { ...DORA, 'x-remote-email': ['a@b', 'c@d'] }],
  ['groups in two headers', 'proxy_header', { ...DORA, 'x-remote-groups': ['a', 'b'] }],
  ['a name with a colon', 'account_name', { ...DORA, 'x-remote-user': 'a:b' }],
  ['the name of another', 'account_taken', { ...DORA, 'x-remote-user': 'anna' }],
]

test(`a proxy that does not say properly who has signed in is refused: ${FAULTY.length} ways [security W3]`, async (t) => {
  const before = [await begun(), await accounts.list({ limit: 100 })]
  for (const [what, code, headers] of FAULTY) {
    await t.test(`${what} is ${code}`, async () => {
      const answer = await ask(headers)
      assert.ok([400, 403, 409].includes(answer.status), `${answer.status}`)
      assert.partialDeepStrictEqual(await newestAudit(server), {
        ...{ action: 'account.sign_in', outcome: 'refused', code },
        detail: { by: 'proxy' },
      })
      assert.doesNotMatch(answer.body.toString(), /proxy_|x-remote|secret/i)
    })
  }
  assert.deepEqual([await begun(), await accounts.list({ limit: 100 })], before)
})

/** Spellings that other programs take for the same header. */
const SPELLINGS = [
  'X-Remote-User',
  'x-remote-user',
  'X_Remote_User',
  'x_remote-user',
  'Remote-User',
]

test('what a stranger says of who they are is nothing, even with the secret [security W3]', async () => {
  const before = await begun()
  for (const name of SPELLINGS) {
    for (const more of [{}, PROOF, { 'x-forwarded-for': '127.0.0.2', ...PROOF }]) {
      assert.equal((await ask({ [name]: 'dora', ...more }, {})).status, 401)
      const page = await ask({ [name]: 'dora', ...more, ...PAGE }, {})
      assert.equal(page.status, 200)
      assert.doesNotMatch(page.body.toString(), /dora/)
      const headers = { [name]: 'dora', ...more, ...FROM_OUR_PAGE }
      const post = await request(server, '/enroll/proxy', { method: 'POST', headers })
      assert.equal(post.status, 403)
    }
  }
  for (const name of SPELLINGS.slice(2))
    assert.equal((await ask({ [name]: 'dora', ...PROOF })).status, 401)
  assert.equal(await begun(), before)
  assert.equal((await ask({ ...basic(), 'x-remote-user': 'dora' }, {})).status, 200)
  assert.equal((await enrollment.find({ limit: 1 }))[0]?.account.name, 'anna')
})

test('nothing but where enrolling begins knows who has signed in at the proxy [security W3]', async () => {
  const headers = { ...DORA, ...PAGE }
  for (const path of ['/enrollments', '/enroll/ready', '/enroll/profile', '/api/v1/accounts']) {
    const { status } = await request(server, path, { ...PROXY, headers })
    assert.ok(status === 401 || status === 403, `${path} ${status}`)
  }
  assert.equal((await request(server, '/enrollx', { ...PROXY, headers })).status, 404)
  const device = await server.enroll()
  assert.equal(device.kind, 'configured', 'a device needs no proxy')
})

test('the same over HTTP/2, and the secret stands in no log [security W3 W15]', async () => {
  await using other = await startTestServer({
    env: { ...env, WINDFALL_PROXY__TRUSTED: '127.0.0.1' },
  })
  const over = (headers: OutgoingHttpHeaders) => request(other, '/enroll', { http2: true, headers })
  assert.equal((await over(DORA)).status, 200)
  assert.equal((await over({ ...DORA, 'x-remote-user': ['anna', 'dora'] })).status, 403)
  assert.equal((await over({ 'x-remote-user': 'dora' })).status, 403)
  for (const log of [server.log(), other.log()]) assert.ok(!log.includes(SECRET))
})

test('where the method is off, no proxy is believed; where passwords are off, nobody is asked for one [mission H6]', async () => {
  const trusted = { WINDFALL_PROXY__TRUSTED: '127.0.0.2' }
  {
    await using off = await startTestServer({
      env: { ...env, ...trusted, WINDFALL_SIGN_IN__METHODS: 'password' },
    })
    assert.equal((await request(off, '/enroll', { ...PROXY, headers: DORA })).status, 401)
  }
  await using only = await startTestServer({
    env: { ...env, ...trusted, WINDFALL_SIGN_IN__METHODS: 'proxy' },
  })
  for (const headers of [basic(), {}]) {
    const answer = await request(only, '/enroll', { headers })
    assert.deepEqual([answer.status, answer.headers['www-authenticate']], [403, undefined])
  }
  const page = await request(only, '/enroll', { headers: PAGE })
  assert.doesNotMatch(page.body.toString(), /type="password"/)
  assert.equal((await request(only, '/enroll', { ...PROXY, headers: DORA })).status, 200)
})
