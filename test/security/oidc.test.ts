import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PERSON_FAULTS } from '../oidc/faults-person.ts'
import {
  CALLBACK_FAULTS,
  DISCOVERY_FAULTS,
  ENDPOINT_FAULTS,
  type Fault,
} from '../oidc/faults-provider.ts'
import { CLAIM_FAULTS, SIGNATURE_FAULTS } from '../oidc/faults-token.ts'
import { CLIENT } from '../oidc/hostile-provider.ts'
import { begin, comeBack, sessionIn, tryBegin } from '../oidc/visit.ts'
import type { Answer } from '../request.ts'
import { isIn } from '../signed-in.ts'
import { newestAudit } from '../speak.ts'
import { openHostileScene } from './hostile-scene.ts'

const scene = await openHostileScene({
  WINDFALL_OIDC__ROLE_CLAIM: 'groups',
  WINDFALL_OIDC__ROLES: 'owner=owners,auditor=auditors',
})
const { server, wire, provider } = scene
const { issuer } = provider

const { operators } = server.app.core.services
const BY_TEST = { name: 'owner', origin: undefined }
for (const [name, subject] of [
  ['olga@example.com', 'known'],
  ['gone', 'disabled'],
] as const) {
  await operators.add({ name, role: 'administrator', identity: { issuer, subject } }, BY_TEST)
}
await operators.disable('gone', BY_TEST)

const known = { sub: 'known', groups: ['auditors'] }

/** Long enough that what went wrong before is no reason to refuse. */
const passTime = (): void => server.clock.advance(20_000)

/** A whole sign-in with the provider as it is. */
const signIn = async (): Promise<Answer> => {
  const { url, pending } = await begin(wire)
  return await comeBack(wire, provider.authorize(url), pending)
}

const expectRefusal = async (answer: Answer, reason: string): Promise<void> => {
  const audited = await newestAudit(server)
  assert.deepEqual(
    [audited?.action, audited?.outcome, audited?.code],
    ['operator.sign_in', 'refused', reason],
  )
  assert.equal(sessionIn(answer), undefined)
  assert.ok([400, 403, 409, 503].includes(answer.status), `${answer.status}`)
  assert.match(String(answer.headers['content-type']), /^text\/html/)
  // Only the audit says why.
  assert.doesNotMatch(answer.body.toString(), /oidc_|outbound_/)
}

test('an honest provider lets in whom it vouches for, and the audit says who [security W1]', async () => {
  provider.play({})
  provider.person = known
  const answer = await signIn()
  assert.deepEqual([answer.status, answer.headers.location], [303, '/enrollments'])
  assert.equal(await isIn(wire, sessionIn(answer) ?? ''), true)
  const [olga] = await operators.list({ limit: 100 })
  const line = await newestAudit(server)
  assert.deepEqual(
    [line?.action, line?.outcome, line?.actor, line?.detail],
    ['operator.sign_in', 'done', { kind: 'operator', id: olga?.id }, { by: 'oidc' }],
  )
})

const play = (title: string, faults: readonly Fault[], walk: () => Promise<Answer>): void => {
  test(`${title}: ${faults.length} faults, no sign-in, each with its reason [security W1]`, async (t) => {
    const before = await operators.list({ limit: 100 })
    for (const [name, reason, conduct] of faults) {
      await t.test(`${name} is ${reason}`, async () => {
        passTime()
        provider.play(conduct)
        provider.person = known
        await expectRefusal(await walk(), reason)
      })
    }
    assert.deepEqual(await operators.list({ limit: 100 }), before)
    passTime()
    provider.play({})
    assert.equal((await signIn()).status, 303)
  })
}

play('the provider describes itself wrongly', DISCOVERY_FAULTS, () => tryBegin(wire))
play('the endpoints answer wrongly', ENDPOINT_FAULTS, signIn)
play('the browser comes back with something else', CALLBACK_FAULTS, signIn)
play('the signature proves nothing', SIGNATURE_FAULTS, signIn)
play('the claims are not for here and today', CLAIM_FAULTS, signIn)
play('the provider vouches for nobody who is known here', PERSON_FAULTS, signIn)

test('an answer counts once, in the browser that asked, for ten minutes [security W1]', async () => {
  passTime()
  provider.play({})
  provider.person = known
  const one = await begin(wire)
  const other = await begin(wire)
  assert.notEqual(one.url.searchParams.get('state'), other.url.searchParams.get('state'))
  const query = provider.authorize(one.url)

  await expectRefusal(await comeBack(wire, query, undefined), 'oidc_browser')
  await expectRefusal(await comeBack(wire, query, other.pending), 'oidc_state')
  await expectRefusal(await comeBack(wire, query, 'A'.repeat(43)), 'oidc_state')
  // None of these ended the sign-in that was under way.
  assert.equal((await comeBack(wire, query, one.pending)).status, 303)
  await expectRefusal(await comeBack(wire, query, one.pending), 'oidc_spent')

  const late = provider.authorize(other.url)
  server.clock.advance(10 * 60_000)
  await expectRefusal(await comeBack(wire, late, other.pending), 'oidc_spent')
})

test('of twenty who come with one answer at once, one gets in [security W1]', async () => {
  passTime()
  const { url, pending } = await begin(wire)
  const query = provider.authorize(url)
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => comeBack(wire, query, pending)),
  )
  assert.equal(answers.filter((answer) => sessionIn(answer) !== undefined).length, 1)
})

test('a code or an ID token of one sign-in is good for no other [security W1]', async () => {
  passTime()
  provider.play({})
  const stolen = await begin(wire)
  const code = new URLSearchParams(provider.authorize(stolen.url)).get('code') ?? ''
  const own = await begin(wire)
  const query = new URLSearchParams(provider.authorize(own.url))
  query.set('code', code)
  // The provider holds the code against the verifier of whoever brings it (RFC 7636).
  await expectRefusal(await comeBack(wire, String(query), own.pending), 'oidc_code')

  let token: unknown
  provider.play({
    tokens: (good) => {
      token ??= good['id_token']
      return { ...good, id_token: token }
    },
  })
  assert.equal((await signIn()).status, 303)
  await expectRefusal(await signIn(), 'oidc_nonce')
})

test('asks with code, PKCE, state and nonce, none of which the browser or a log can tell [security W1]', async () => {
  passTime()
  provider.play({})
  const { url, pending, answer } = await begin(wire)
  const asked = Object.fromEntries(url.searchParams)
  const { state, nonce, code_challenge: challenge, ...fixed } = asked
  assert.deepEqual(fixed, {
    client_id: CLIENT.id,
    redirect_uri: `${server.url}/console/sign-in/oidc/callback`,
    response_type: 'code',
    scope: 'openid profile email',
    code_challenge_method: 'S256',
  })
  for (const secret of [state, nonce, challenge]) assert.match(secret ?? '', /^[\w-]{43}$/)
  assert.equal(new Set([state, nonce, challenge, pending]).size, 4)
  assert.match(
    String(answer.headers['set-cookie']),
    /^__Host-windfall-oidc=[\w-]{43}; Path=\/; Max-Age=600; Secure; HttpOnly; SameSite=Lax$/,
  )
  const query = provider.authorize(url)
  const done = await comeBack(wire, query, pending)
  const code = new URLSearchParams(query).get('code') ?? ''
  const secrets = [CLIENT.secret, pending, code, sessionIn(done) ?? 'none']
  for (const secret of secrets) assert.ok(!scene.log().includes(secret))
})

test('who asks too often waits, and the provider is left in peace [security W1]', async () => {
  server.clock.advance(15 * 60_000)
  provider.play({})
  for (let index = 0; index < 60; index++) await begin(wire)
  const asked = provider.asked.get('discovery')
  const answer = await tryBegin(wire)
  assert.equal(answer.status, 429)
  assert.ok(Number(answer.headers['retry-after']) > 0)
  assert.equal(provider.asked.get('discovery'), asked)
  assert.equal((await newestAudit(server))?.code, 'too_many_attempts')
})
