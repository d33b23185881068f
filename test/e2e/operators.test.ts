import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Dialect, dialects } from '../dialect.ts'
import { startTestServer, type TestServer } from '../harness.ts'
import { callApi, readJson } from '../operator.ts'
import { type Answer, type RequestOptions, request } from '../request.ts'
import { addOperator, FROM_OUR_PAGE, OPERATOR_PASSWORD, signIn, withSession } from '../signed-in.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** Speaks to the API as somebody. */
type Speak = (
  method: string,
  path: string,
  body?: unknown,
) => Promise<Answer & { readonly code: string | undefined }>

const speaker =
  (server: TestServer, headers: Readonly<Record<string, string>>): Speak =>
  async (method, path, body) => {
    const options: RequestOptions = {
      method,
      headers: { ...headers, ...FROM_OUR_PAGE },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }
    const answer = await request(server, `/api/v1${path}`, options)
    const isProblem = answer.headers['content-type']?.startsWith('application/problem+json')
    return { ...answer, code: isProblem ? JSON.parse(answer.body.toString()).code : undefined }
  }

const bySession = async (server: TestServer, name: string): Promise<Speak> =>
  speaker(server, withSession(await signIn(server, name)))

const byToken = (server: TestServer, secret: string): Speak =>
  speaker(server, { authorization: `Bearer ${secret}` })

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

interface AuditEvent {
  readonly actor: string
  readonly action: string
  readonly outcome: string
  readonly code: string | null
  readonly subject: string | null
  readonly remoteAddress: string | null
  readonly detail: unknown
}

const listOf = async <T>(speak: Speak, path: string): Promise<readonly T[]> =>
  readJson<{ data: T[] }>(await speak('GET', path)).data

const newestAudit = async (server: TestServer): Promise<AuditEvent | undefined> =>
  readJson<{ data: AuditEvent[] }>(await callApi(server, '/audit?limit=1')).data[0]

const testOnServers = (name: string, body: (server: TestServer) => Promise<void>): void => {
  for (const dialect of dialects) {
    test(`${name} (${dialect.name})`, { skip: dialect.skip }, () => onServer(dialect, body))
  }
}

const onServer = async (
  dialect: Dialect,
  body: (server: TestServer) => Promise<void>,
): Promise<void> => {
  await using place = await dialect.create()
  await using server = await startTestServer({ location: place.location })
  await body(server)
}

testOnServers('an owner keeps the operators, and the audit says who did what', async (server) => {
  await addOperator(server, 'owner', 'Olga')
  const speak = await bySession(server, 'olga')
  const [olga] = await listOf<{ id: string; signedInAt: string | null }>(speak, '/operators')
  assert.ok(olga?.signedInAt)
  const hugo = { name: ' Hugo ', password: OPERATOR_PASSWORD, role: 'helpdesk' }
  const added = await speak('POST', '/operators', hugo)
  assert.equal(added.status, 201)
  assert.doesNotMatch(added.body.toString(), /argon2|password/)
  const { id } = JSON.parse(added.body.toString())
  const audited = { actor: olga.id, subject: id, outcome: 'done', remoteAddress: '127.0.0.1' }
  const shown = { name: 'Hugo', role: 'helpdesk', disabled: false }
  const expectAudit = async (action: string, detail: unknown): Promise<void> => {
    const event = await newestAudit(server)
    assert.ok(event)
    const { actor, subject, outcome, remoteAddress } = event
    assert.deepEqual({ actor, subject, outcome, remoteAddress }, audited)
    assert.deepEqual([event.action, event.detail], [action, detail])
  }
  await expectAudit('operator.add', { after: shown })

  assert.equal(
    (await speak('POST', '/operators', { ...hugo, name: 'HUGO' })).code,
    'operator_exists',
  )
  const promoted = await speak('POST', '/operators/HUGO/role', { role: 'administrator' })
  assert.equal(readJson<{ role: string }>(promoted).role, 'administrator')
  const administrator = { ...shown, role: 'administrator' }
  await expectAudit('operator.set_role', { before: shown, after: administrator })

  const password = { password: 'something else' }
  assert.equal((await speak('POST', '/operators/hugo/password', password)).status, 200)
  await expectAudit('operator.set_password', { before: administrator, after: administrator })

  assert.equal((await speak('DELETE', '/operators/hugo')).status, 200)
  await expectAudit('operator.disable', {
    before: administrator,
    after: { ...administrator, disabled: true },
  })
  assert.equal((await speak('DELETE', '/operators/hugo')).code, 'operator_disabled')
  assert.equal(
    (await speak('POST', '/operators/hugo/role', { role: 'owner' })).code,
    'operator_disabled',
  )
  assert.equal((await speak('DELETE', '/operators/nobody')).code, 'operator_unknown')
})

testOnServers(
  'the last owner stays, also for whoever may read the data directory',
  async (server) => {
    await addOperator(server, 'owner', 'olga')
    await addOperator(server, 'owner', 'gone')
    const speak = await bySession(server, 'olga')
    assert.equal((await speak('DELETE', '/operators/gone')).status, 200)
    for (const [method, path, body] of [
      ['DELETE', '/operators/olga'],
      ['POST', '/operators/olga/role', { role: 'administrator' }],
    ] as const) {
      assert.equal((await speak(method, path, body)).code, 'last_owner')
      const options = { method, ...(body && { body: JSON.stringify(body) }) }
      assert.equal((await callApi(server, path, options)).status, 409)
    }
    assert.equal((await speak('POST', '/operators/olga/role', { role: 'owner' })).status, 200)
  },
)

const WRONG_OPERATORS: readonly (readonly [code: string, operator: unknown])[] = [
  ['input', { name: 'x', password: OPERATOR_PASSWORD }],
  ['input', { name: 'x', password: OPERATOR_PASSWORD, role: 'god' }],
  ['input', { name: 'x', password: OPERATOR_PASSWORD, role: 'owner', id: 'opr_1' }],
  ['operator_name', { name: ' ', password: OPERATOR_PASSWORD, role: 'owner' }],
  ['operator_name', { name: 'a:b', password: OPERATOR_PASSWORD, role: 'owner' }],
  ['operator_name', { name: 'n\0l', password: OPERATOR_PASSWORD, role: 'owner' }],
  ['operator_name', { name: '\ud800', password: OPERATOR_PASSWORD, role: 'owner' }],
  ['operator_name', { name: 'x'.repeat(65), password: OPERATOR_PASSWORD, role: 'owner' }],
  ['password_short', { name: 'x', password: 'elevenchars', role: 'owner' }],
  ['password_too_long', { name: 'x', password: 'x'.repeat(1025), role: 'owner' }],
]

testOnServers('says what is wrong with a new operator, and adds none', async (server) => {
  for (const [code, operator] of WRONG_OPERATORS) {
    const options = { method: 'POST', body: JSON.stringify(operator) }
    const answer = await callApi(server, '/operators', options)
    assert.equal(JSON.parse(answer.body.toString()).code, code, JSON.stringify(operator))
    assert.equal(answer.status, 400)
  }
  assert.deepEqual(await server.app.core.services.operators.list(), [])
})

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
    [made.id, 'access', 'refused', 'permission_missing', { permission: 'operator.read' }],
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
      permissions: new Set(['session.all']),
    })
    assert.ok(session)
    assert.equal((await program('DELETE', `/sessions/${session.id}`)).code, 'session_unknown')
    assert.equal((await program('DELETE', '/sessions')).status, 204)
  },
)

testOnServers('what an account holder or a link was made by is in the audit', async (server) => {
  await addOperator(server, 'helpdesk', 'hugo')
  const hugo = await bySession(server, 'hugo')
  const [operator] = await server.app.core.services.operators.list()
  const berta = { name: 'berta', password: 'x' }
  for (const [action, path, body] of [
    ['account.add', '/accounts', berta],
    ['account.disable', '/accounts/berta/disable', undefined],
    ['link.create', '/links', {}],
  ] as const) {
    assert.ok((await hugo('POST', path, body)).status < 300)
    const event = await newestAudit(server)
    assert.deepEqual(
      [event?.actor, event?.action, event?.remoteAddress],
      [operator?.id, action, '127.0.0.1'],
    )
  }
})
