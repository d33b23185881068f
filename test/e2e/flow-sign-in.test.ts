import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { basic, openProfile } from '../device.ts'
import { makeFlow, pageOfFlow } from '../flow.ts'
import { ACCOUNT, startTestServer } from '../harness.ts'
import { startHostileProvider } from '../oidc/hostile-provider.ts'
import { begin, comeBack, configureOidc, HOLDERS } from '../oidc/visit.ts'
import { getEnrollment, listEnrollments } from '../operator.ts'
import { request } from '../request.ts'
import { FROM_OUR_PAGE, postForm } from '../signed-in.ts'

const provider = await startHostileProvider(() => Date.now())
const configured = configureOidc(provider.issuer)
const SECRET = 'a-secret-of-the-proxy-and-nobody-else'
const server = await startTestServer({
  env: {
    ...configured.env,
    WINDFALL_SIGN_IN__METHODS: 'password,oidc,proxy',
    WINDFALL_OIDC__GROUPS_CLAIM: 'groups',
    WINDFALL_SIGN_IN__PROXY_HEADER: 'X-Remote-User',
    WINDFALL_SIGN_IN__PROXY_SECRET: SECRET,
    WINDFALL_PROXY__TRUSTED: '127.0.0.2',
  },
})
after(async () => {
  configured[Symbol.dispose]()
  await server[Symbol.asyncDispose]()
  await provider[Symbol.asyncDispose]()
})
await makeFlow(server, 'provider', { methods: ['oidc'], accounts: { groups: ['Pilots'] } })
await makeFlow(server, 'proxied', { methods: ['proxy'] })
await makeFlow(server, 'password')

const walk = async (query: string, groups: readonly string[]) => {
  provider.person = { sub: `dora ${groups}`, preferred_username: `dora-${groups}`, groups }
  provider.play({})
  const { url, pending } = await begin(server, HOLDERS, query)
  return await comeBack(server, provider.authorize(url), pending, HOLDERS)
}

test('[mission H6] a flow offers the ways to sign in that it names, of those that are on', async () => {
  const offered = async (flow: string) => {
    const { status, body } = await pageOfFlow(server, flow)
    const text = body.toString()
    return [
      status,
      text.includes(`href="/enroll/oidc?flow=${flow}"`),
      text.includes('type="password"'),
    ]
  }
  assert.deepEqual(await offered('provider'), [200, true, false])
  assert.deepEqual(await offered('password'), [200, false, true])
  assert.equal((await offered('proxied'))[0], 403)
  const before = await listEnrollments(server)
  assert.equal((await request(server, '/e/provider', { headers: basic() })).status, 403)
  assert.equal((await postForm(server, '/e/provider', ACCOUNT)).status, 403)
  assert.deepEqual(await listEnrollments(server), before)
})

test('[mission H6] who goes to the provider for a flow comes back to it', async () => {
  const answer = await walk('?flow=provider', ['pilots'])
  assert.deepEqual([answer.status, answer.headers.location], [303, '/enroll/ready?flow=provider'])
  assert.equal((await getEnrollment(server)).flow, 'provider')
  const before = await listEnrollments(server)
  const others = await walk('?flow=provider', ['staff'])
  assert.equal(others.status, 403)
  assert.match(others.body.toString(), /This is for other people/)
  assert.equal((await walk('?flow=password', ['pilots'])).status, 403)
  assert.equal((await walk('?flow=nowhere', ['pilots'])).status, 404)
  assert.deepEqual(await listEnrollments(server), before)
  assert.equal((await walk('', ['pilots'])).status, 303)
  assert.equal((await getEnrollment(server)).flow, 'default')
})

test('[mission H6] who has signed in at a proxy enrolls by the flows that name it', async () => {
  const said = { 'x-remote-user': 'erik', 'x-windfall-proxy-secret': SECRET }
  const from = { localAddress: '127.0.0.2' }
  const { status, body } = await request(server, '/e/proxied', { ...from, headers: said })
  assert.equal(status, 200)
  openProfile(body)
  const { flow, account } = await getEnrollment(server)
  assert.deepEqual([flow, account.name], ['proxied', 'erik'])
  const page = { ...said, accept: 'text/html' }
  const asked = await request(server, '/e/proxied', { ...from, headers: page })
  assert.match(asked.body.toString(), /action="\/enroll\/proxy\?flow=proxied"/)
  const go = (query: string) =>
    request(server, `/enroll/proxy${query}`, {
      ...{ ...from, method: 'POST' },
      headers: { ...said, ...FROM_OUR_PAGE },
    })
  assert.equal((await go('?flow=proxied')).headers.location, '/enroll/ready?flow=proxied')
  assert.equal((await getEnrollment(server)).flow, 'proxied')
  assert.equal((await go('?flow=password')).status, 403)
  const before = await listEnrollments(server)
  // From elsewhere, and where the flow does not name it, the header says nothing.
  assert.equal((await request(server, '/e/proxied', { headers: said })).status, 403)
  assert.equal((await request(server, '/e/password', { ...from, headers: said })).status, 401)
  assert.deepEqual(await listEnrollments(server), before)
})
