import assert from 'node:assert/strict'
import { test } from 'node:test'
import { basic } from '../device.ts'
import { ACCOUNT } from '../harness.ts'
import {
  CALLBACK_FAULTS,
  DISCOVERY_FAULTS,
  ENDPOINT_FAULTS,
  type Fault,
} from '../oidc/faults-provider.ts'
import { CLAIM_FAULTS, SIGNATURE_FAULTS } from '../oidc/faults-token.ts'
import { CLIENT, type Json } from '../oidc/hostile-provider.ts'
import { begin, comeBack, cookieIn, HOLDERS, tryBegin } from '../oidc/visit.ts'
import { type Answer, request } from '../request.ts'
import { newestAudit } from '../speak.ts'
import { openHostileScene } from './hostile-scene.ts'

const scene = await openHostileScene({
  WINDFALL_SIGN_IN__METHODS: 'password,oidc',
  WINDFALL_OIDC__ENROLLMENT_CLAIM: 'groups',
  WINDFALL_OIDC__ENROLLMENT_VALUES: 'staff,pilots',
  WINDFALL_OIDC__GROUPS_CLAIM: 'groups',
  WINDFALL_OIDC__ATTRIBUTES: 'team=department,room=office',
})
const { server, wire, provider } = scene
const { issuer } = provider

const { accounts, enrollment } = server.app.core.services
const BY_TEST = { name: 'owner', origin: undefined }

const DORA: Json = {
  ...{ sub: 'dora', preferred_username: 'dora', name: 'Dora D.', groups: ['staff', 'sales'] },
  ...{ email: 'dora@example.com', email_verified: true, department: 'Sales', office: 7 },
}

/** Long enough that what went wrong before is no reason to refuse. */
const passTime = (): void => server.clock.advance(20_000)

const sessionIn = (answer: Answer): string | undefined => cookieIn(answer, '__Host-windfall-enroll')

const signIn = async (person?: Json): Promise<Answer> => {
  if (person !== undefined) provider.person = person
  const { url, pending } = await begin(wire, HOLDERS)
  return await comeBack(wire, provider.authorize(url), pending, HOLDERS)
}

const begun = async (): Promise<number> => (await enrollment.find({ limit: 100 })).length

const expectRefusal = async (answer: Answer, reason: string): Promise<void> => {
  const audited = await newestAudit(server)
  assert.deepEqual(
    [audited?.action, audited?.outcome, audited?.code, audited?.detail],
    ['account.sign_in', 'refused', reason, { by: 'oidc' }],
  )
  assert.equal(sessionIn(answer), undefined)
  assert.ok([400, 403, 409, 503].includes(answer.status), `${answer.status}`)
  assert.match(String(answer.headers['content-type']), /^text\/html/)
  assert.match(answer.body.toString(), /href="\/enroll"/)
  assert.doesNotMatch(answer.body.toString(), /oidc_|outbound_|account_/)
}

test('an honest provider lets in whom it vouches for, and what it says of them is kept [mission H6] [security W1]', async () => {
  provider.play({})
  const answer = await signIn(DORA)
  assert.deepEqual([answer.status, answer.headers.location], [303, '/enroll/ready'])
  const cookie = `__Host-windfall-enroll=${sessionIn(answer)}`
  const ready = await request(wire, '/enroll/ready', { headers: { cookie } })
  assert.match(ready.body.toString(), /Dora D\./)
  const { checkedAt, createdAt, id, ...dora } = await accounts.get('dora')
  assert.deepEqual(dora, {
    ...{ name: 'dora', fullName: 'Dora D.', email: 'dora@example.com' },
    attributes: { team: 'Sales', room: '7' },
    ...{ source: 'oidc', externalId: `${issuer} dora`, groups: ['staff', 'sales'] },
    ...{ disabledAt: null, hasPassword: false },
  })
  assert.equal((await enrollment.ofAccount(id)).length, 1)
})

test('who comes again is the same, whatever they are called there by then [security W1]', async () => {
  provider.play({})
  passTime()
  const { id } = await accounts.get('dora')
  const renamed = { ...DORA, preferred_username: 'anna', email: 'a@example.com', groups: ['staff'] }
  assert.equal((await signIn({ ...renamed, email_verified: 'true' })).status, 303)
  const { name, email, groups } = await accounts.get('dora')
  assert.deepEqual([name, email, groups], ['dora', 'dora@example.com', ['staff']])
  assert.equal((await enrollment.ofAccount(id)).length, 2)
})

const play = (title: string, faults: readonly Fault[], walk: () => Promise<Answer>): void => {
  test(`${title}: ${faults.length} faults, no enrollment, each with its reason [security W1]`, async (t) => {
    const before = [await begun(), await accounts.list({ limit: 100 })]
    for (const [name, reason, conduct] of faults) {
      await t.test(`${name} is ${reason}`, async () => {
        passTime()
        provider.play(conduct)
        provider.person = DORA
        await expectRefusal(await walk(), reason)
      })
    }
    assert.deepEqual([await begun(), await accounts.list({ limit: 100 })], before)
  })
}

const person = (change: Json): Fault[2] => ({ person: { ...DORA, sub: 'new', ...change } })

play('the provider describes itself wrongly', DISCOVERY_FAULTS, () => tryBegin(wire, HOLDERS))
play('the endpoints answer wrongly', ENDPOINT_FAULTS, signIn)
play('the browser comes back with something else', CALLBACK_FAULTS, signIn)
play('the signature proves nothing', SIGNATURE_FAULTS, signIn)
play('the claims are not for here and today', CLAIM_FAULTS, signIn)
play(
  'the provider vouches for nobody who may enroll',
  [
    ['no group', 'oidc_not_allowed', person({ groups: undefined })],
    ['another group', 'oidc_not_allowed', person({ groups: ['guests', 'staff2'] })],
    ['the groups in one text', 'oidc_not_allowed', person({ groups: 'guests,staff' })],
    ['the groups as names of an object', 'oidc_not_allowed', person({ groups: { staff: true } })],
    ['a name with a password of its own', 'account_taken', person({ preferred_username: 'ANNA' })],
    ['the name of somebody who came before', 'account_taken', person({})],
    ['a name that nobody can have', 'account_name', person({ preferred_username: 'a:b' })],
    ['an empty name', 'account_name', person({ preferred_username: ' ' })],
    ['a name that is no text', 'oidc_name', person({ preferred_username: 7, email: undefined })],
    [
      'an e-mail address that nobody proved',
      'oidc_email_verified',
      person({ preferred_username: undefined, email_verified: 'true' }),
    ],
  ],
  signIn,
)

test('who was disabled is refused, and let in again afterwards [security W1]', async () => {
  passTime()
  provider.play({})
  await accounts.disable('dora')
  await expectRefusal(await signIn(DORA), 'account_disabled')
  await accounts.enable('dora', { by: BY_TEST })
  assert.equal((await signIn()).status, 303)
})

test('who was put on the list without a password is the one who comes by that name [mission H6]', async () => {
  passTime()
  const { id } = await accounts.add({ name: 'Emil', attributes: { team: 'Orchard', desk: '3' } })
  assert.equal((await signIn({ ...DORA, sub: 'emil', preferred_username: 'emil' })).status, 303)
  const emil = await accounts.get('emil')
  assert.deepEqual(
    [emil.id, emil.name, emil.source, emil.attributes],
    [id, 'Emil', 'oidc', { team: 'Sales', desk: '3', room: '7' }],
  )
  const given = accounts.setPassword('emil', ACCOUNT.password, { by: BY_TEST })
  await assert.rejects(given, { code: 'account_elsewhere' })
})

test('claims that no account can hold are left out [security W6]', async () => {
  passTime()
  const odd = {
    name: 'a\u0000b',
    department: '\u0007',
    office: { a: 1 },
    groups: ['staff', 'a\nb', 7],
  }
  const answer = await signIn({ ...DORA, sub: 'fay', preferred_username: 'fay', ...odd })
  assert.equal(answer.status, 303)
  const { fullName, attributes, groups } = await accounts.get('fay')
  assert.deepEqual([fullName, attributes, groups], [null, {}, ['staff']])
})

test('what somebody was doing goes with them, and nobody can put it in on the way [security W1]', async () => {
  passTime()
  const query = '?from=sales&x=%22%3E'
  const { url, pending } = await begin(wire, HOLDERS, query)
  const { searchParams } = url
  assert.ok(!url.href.includes('flow'), 'the provider does not see it')
  assert.equal(searchParams.get('redirect_uri'), `${server.url}/enroll/oidc/callback`)
  const back = `${provider.authorize(url)}&from=evil`
  const answer = await comeBack(wire, back, pending, HOLDERS)
  assert.equal(answer.headers.location, `/enroll/ready${query}`)
  const page = await request(wire, `/enroll${query}`, { headers: { accept: 'text/html' } })
  assert.match(page.body.toString(), /href="\/enroll\/oidc\?from=sales&amp;x=%22%3E"/)
  const long = await tryBegin(wire, HOLDERS, `?${'x'.repeat(1025)}`)
  assert.deepEqual([long.status, cookieIn(long, HOLDERS.cookie)], [400, undefined])
})

test('what an operator began, no account holder ends, nor the other way round [security W1]', async () => {
  passTime()
  const operator = await begin(wire)
  const holder = await begin(wire, HOLDERS)
  const [theirs, ours] = [provider.authorize(operator.url), provider.authorize(holder.url)]
  await expectRefusal(await comeBack(wire, theirs, operator.pending, HOLDERS), 'oidc_state')
  const other = await comeBack(wire, ours, holder.pending)
  assert.equal(other.status, 403)
  assert.equal((await newestAudit(server))?.code, 'oidc_state')
  assert.equal((await comeBack(wire, ours, holder.pending, HOLDERS)).status, 303)
})

test('an answer counts once, in the browser that asked, for ten minutes [security W1]', async () => {
  passTime()
  const one = await begin(wire, HOLDERS)
  const other = await begin(wire, HOLDERS)
  const query = provider.authorize(one.url)
  await expectRefusal(await comeBack(wire, query, undefined, HOLDERS), 'oidc_browser')
  await expectRefusal(await comeBack(wire, query, other.pending, HOLDERS), 'oidc_state')
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => comeBack(wire, query, one.pending, HOLDERS)),
  )
  assert.equal(answers.filter((answer) => sessionIn(answer) !== undefined).length, 1)
  const late = provider.authorize(other.url)
  server.clock.advance(10 * 60_000)
  await expectRefusal(await comeBack(wire, late, other.pending, HOLDERS), 'oidc_spent')
})

test('asks with code, PKCE, state and nonce, which no log can tell [security W1]', async () => {
  passTime()
  const { url, pending, answer } = await begin(wire, HOLDERS)
  const { state, nonce, code_challenge: challenge, ...fixed } = Object.fromEntries(url.searchParams)
  assert.deepEqual(fixed, {
    client_id: CLIENT.id,
    redirect_uri: `${server.url}/enroll/oidc/callback`,
    response_type: 'code',
    scope: 'openid profile email',
    code_challenge_method: 'S256',
  })
  for (const secret of [state, nonce, challenge]) assert.match(secret ?? '', /^[\w-]{43}$/)
  assert.match(
    String(answer.headers['set-cookie']),
    /^__Host-windfall-enroll-oidc=[\w-]{43}; Path=\/; Max-Age=600; Secure; HttpOnly; SameSite=Lax$/,
  )
  const query = provider.authorize(url)
  const done = await comeBack(wire, query, pending, HOLDERS)
  const code = new URLSearchParams(query).get('code') ?? ''
  for (const secret of [CLIENT.secret, pending, code, sessionIn(done) ?? 'none']) {
    assert.ok(!scene.log().includes(secret))
  }
})

test('a page elsewhere begins no sign-in here [security W1]', async () => {
  const headers = { 'sec-fetch-site': 'cross-site' }
  assert.equal((await request(wire, HOLDERS.path, { headers })).status, 403)
})

test('a provider that is away is a page and 503, and passwords go on [mission H6 H12]', async () => {
  passTime()
  provider.play({ answer: { discovery: (response) => response.socket?.destroy() } })
  const answer = await tryBegin(wire, HOLDERS)
  await expectRefusal(answer, 'outbound_failed')
  assert.equal(answer.status, 503)
  assert.ok(Number(answer.headers['retry-after']) > 0)
  assert.equal((await request(wire, '/enroll', { headers: basic() })).status, 200)
  const page = await request(wire, '/enroll', { headers: { accept: 'text/html' } })
  assert.match(page.body.toString(), /type="password"/)
  assert.equal(server.app.core.services.oidc?.connection().state, 'down')
  passTime()
  provider.play({})
  assert.equal((await signIn(DORA)).status, 303)
  assert.equal(server.app.core.services.oidc?.connection().state, 'up')
})
