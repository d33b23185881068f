import assert from 'node:assert/strict'
import { callApi, readJson } from '../operator.ts'
import type { RequestOptions } from '../request.ts'
import { addOperator, OPERATOR_PASSWORD, signIn } from '../signed-in.ts'
import { bySession, byToken, listOf, newestAudit, type Speak, testOnServers } from '../speak.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

interface Token {
  readonly id: string
  readonly name: string
  readonly operator: string | null
  readonly scopes: readonly string[] | null
  readonly expiresAt: string | null
  readonly usedAt: string | null
  readonly secret: string
}

interface Session {
  readonly id: string
  readonly operator: { readonly name: string }
  readonly current: boolean
}

testOnServers('a token is shown once, does what it is for, and ends', async (server) => {
  await addOperator(server, 'owner', 'olga')
  const olga = await bySession(server, 'olga')
  const wanted = { name: 'dashboard', scopes: ['enrollment.read', 'audit.read'] }
  const made = readJson<Token>(await olga('POST', '/tokens', wanted))
  assert.match(made.secret, /^windfall_pat_[\w-]{43}$/)
  assert.equal(made.expiresAt, new Date(server.clock.now() + 90 * DAY).toISOString())
  const event = await newestAudit(server)
  assert.deepEqual([event?.action, event?.subject], ['token.create', made.id])
  assert.ok(!JSON.stringify(event).includes(made.secret))

  const program = byToken(server, made.secret)
  assert.equal((await program('GET', '/enrollments')).status, 200)
  assert.equal((await program('GET', '/operators')).code, 'permission_missing')
  const refusal = await newestAudit(server)
  assert.deepEqual(
    [refusal?.actor, refusal?.action, refusal?.outcome, refusal?.code, refusal?.detail],
    [
      { kind: 'token', id: made.id },
      'access',
      'refused',
      'permission_missing',
      { permission: 'operator.read' },
    ],
  )

  const find = async () => (await listOf<Token>(olga, '/tokens')).find(({ id }) => id === made.id)
  const firstUse = (await find())?.usedAt
  assert.equal(firstUse, new Date(server.clock.now()).toISOString())
  server.clock.advance(MINUTE - 1)
  await program('GET', '/enrollments')
  assert.equal((await find())?.usedAt, firstUse)
  server.clock.advance(1)
  await program('GET', '/enrollments')
  assert.equal((await find())?.usedAt, new Date(server.clock.now()).toISOString())
  assert.ok(!('secret' in ((await find()) ?? {})))

  const short = readJson<Token>(await olga('POST', '/tokens', { ...wanted, days: 1 }))
  assert.equal((await olga('DELETE', `/tokens/${made.id}`)).status, 204)
  assert.equal((await program('GET', '/enrollments')).code, 'token_invalid')
  assert.equal((await olga('DELETE', `/tokens/${made.id}`)).code, 'token_unknown')
  const late = byToken(server, short.secret)
  server.clock.advance(DAY - 1)
  assert.equal((await late('GET', '/audit')).status, 200)
  server.clock.advance(1)
  assert.equal((await late('GET', '/audit')).code, 'token_invalid')
})

const WRONG_TOKENS: readonly (readonly [code: string, token: unknown])[] = [
  ['input', { name: 'x' }],
  ['input', { name: 'x', scopes: [] }],
  ['input', { name: 'x', scopes: ['everything'] }],
  ['input', { name: 'x', scopes: ['token.own'] }],
  ['input', { name: 'x', scopes: ['audit.read'], days: 0 }],
  ['input', { name: 'x', scopes: ['audit.read'], days: 366 }],
  ['input', { name: 'x', scopes: ['audit.read'], days: null }],
  ['input', { name: 'x', scopes: ['audit.read'], operator: 'opr_1' }],
  ['token_name', { name: '', scopes: ['audit.read'] }],
  ['scope_exceeded', { name: 'x', scopes: ['audit.read', 'operator.write'] }],
]

testOnServers('a token does no more than its maker may, now and later', async (server) => {
  await addOperator(server, 'owner', 'olga')
  await addOperator(server, 'administrator', 'ada')
  const ada = await bySession(server, 'ada')
  for (const [code, token] of WRONG_TOKENS) {
    assert.equal((await ada('POST', '/tokens', token)).code, code, JSON.stringify(token))
  }
  const wanted = { name: 'x', scopes: ['audit.read', 'account.write'] }
  const program = byToken(server, readJson<Token>(await ada('POST', '/tokens', wanted)).secret)
  const disable = () => program('POST', '/accounts/nobody/disable')
  assert.equal((await disable()).code, 'account_unknown')
  const olga = await bySession(server, 'olga')
  await olga('POST', '/operators/ada/role', { role: 'auditor' })
  assert.equal((await disable()).code, 'permission_missing')
  assert.equal((await program('GET', '/audit')).status, 200)
  await olga('DELETE', '/operators/ada')
  assert.equal((await program('GET', '/audit')).code, 'token_invalid')
})

testOnServers('the first token stays what it is, and can be revoked', async (server) => {
  const first = (path: string, options: RequestOptions = {}) => callApi(server, path, options)
  const { data } = readJson<{ data: Token[] }>(await first('/tokens'))
  assert.deepEqual(
    data.map(({ name, operator, scopes, expiresAt }) => [name, operator, scopes, expiresAt]),
    [['first token', null, null, null]],
  )
  const body = JSON.stringify({ name: 'of the owner', scopes: ['operator.write'] })
  const { secret } = readJson<Token>(await first('/tokens', { method: 'POST', body }))
  const program = byToken(server, secret)
  const olga = { name: 'olga', password: OPERATOR_PASSWORD, role: 'owner' }
  assert.equal((await program('POST', '/operators', olga)).status, 201)
  assert.equal((await program('GET', '/sessions')).code, 'permission_missing')

  const revoke = { method: 'DELETE' }
  assert.equal((await first(`/tokens/${data[0]?.id}`, revoke)).status, 204)
  assert.equal((await first('/tokens')).status, 401)
  await server.app.core.services.tokens.ensureFirst(`${server.data}/api-token`)
  assert.equal((await first('/tokens')).status, 200)
})

testOnServers(
  'of sessions and tokens one sees and ends one’s own; an owner those of all',
  async (server) => {
    await addOperator(server, 'owner', 'olga')
    await addOperator(server, 'administrator', 'ada')
    await addOperator(server, 'administrator', 'bob')
    const [olga, ada, bob] = await Promise.all(
      ['olga', 'ada', 'bob'].map((name) => bySession(server, name)),
    )
    assert.ok(olga && ada && bob)
    const elsewhere = await bySession(server, 'ada')
    const token = readJson<Token>(
      await ada('POST', '/tokens', { name: 'x', scopes: ['audit.read'] }),
    )

    const names = async (speak: Speak) =>
      (await listOf<Session>(speak, '/sessions')).map(({ operator }) => operator.name).toSorted()
    assert.deepEqual(await names(olga), ['ada', 'ada', 'bob', 'olga'])
    assert.deepEqual(await names(ada), ['ada', 'ada'])
    const mine = await listOf<Session>(ada, '/sessions')
    assert.equal(mine.filter(({ current }) => current).length, 1)
    const other = mine.find(({ current }) => !current)

    assert.equal((await bob('DELETE', `/sessions/${other?.id}`)).code, 'session_unknown')
    assert.equal((await bob('DELETE', `/tokens/${token.id}`)).code, 'token_unknown')
    assert.deepEqual(await listOf(bob, '/tokens'), [])
    assert.equal((await elsewhere('GET', '/sessions')).status, 200)
    assert.equal((await byToken(server, token.secret)('GET', '/audit')).status, 200)

    assert.equal((await ada('DELETE', `/sessions/${other?.id}`)).status, 204)
    assert.equal((await elsewhere('GET', '/sessions')).status, 401)
    assert.equal((await ada('DELETE', `/sessions/${other?.id}`)).code, 'session_unknown')
    assert.equal((await olga('DELETE', `/tokens/${token.id}`)).status, 204)
    const [last] = await listOf<Session>(ada, '/sessions')
    assert.equal((await olga('DELETE', `/sessions/${last?.id}`)).status, 204)
    assert.equal((await ada('GET', '/sessions')).status, 401)
    assert.deepEqual(await names(olga), ['bob', 'olga'])
  },
)

testOnServers(
  'a token that nobody signed in for has no sessions and no tokens of its own',
  async (server) => {
    await addOperator(server, 'owner', 'olga')
    await signIn(server, 'olga')
    const body = JSON.stringify({ name: 'x', scopes: ['session.own'] })
    const made = readJson<Token>(await callApi(server, '/tokens', { method: 'POST', body }))
    const program = byToken(server, made.secret)
    assert.deepEqual(await listOf(program, '/sessions'), [])
    const [session] = await server.app.core.services.sessions.list({
      name: 'owner',
      origin: undefined,
      operatorId: null,
      sessionId: undefined,
      tokenId: undefined,
      permissions: new Set(['session.all']),
    })
    assert.ok(session)
    assert.equal((await program('DELETE', `/sessions/${session.id}`)).code, 'session_unknown')
    assert.equal((await program('DELETE', '/sessions')).status, 204)
  },
)
