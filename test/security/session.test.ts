import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { dialects } from '../dialect.ts'
import { startTestServer } from '../harness.ts'
import { callApi, readJson } from '../operator.ts'
import { type Answer, type Reachable, request } from '../request.ts'
import {
  addOperator,
  cookieSetBy,
  FROM_OUR_PAGE,
  OPERATOR_COOKIE,
  OPERATOR_PASSWORD,
  postForm,
  signIn,
  trySignIn,
  withSession,
} from '../signed-in.ts'
import { openScene, rowsOf, type Scene } from './scene.ts'
import { openTwin, skipWithoutTwin } from './twin.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const OWNER = { name: 'owner', origin: undefined }

/** Whether a session lets in. */
const isIn = async (server: Reachable, secret: string): Promise<boolean> => {
  const { status } = await request(server, '/enrollments', { headers: withSession(secret) })
  assert.ok(status === 200 || status === 403)
  return status === 200
}

const bySession = (server: Reachable, secret: string, method: string, path: string) =>
  request(server, path, { method, headers: { ...withSession(secret), ...FROM_OUR_PAGE } })

test('a sign-in makes a new session, whatever the browser had before, and ends that one [security W5]', async () => {
  await using scene = await openScene()
  const { wire } = scene
  await addOperator(scene.server, 'owner')
  const attempt = (cookie: string) => trySignIn(wire, 'owner', { headers: withSession(cookie) })

  const planted = 'A'.repeat(43)
  const first = cookieSetBy(await attempt(planted))
  assert.notEqual(first, planted)
  assert.equal(await isIn(wire, planted), false)
  const second = cookieSetBy(await attempt(first))
  assert.notEqual(second, first)
  assert.deepEqual([await isIn(wire, first), await isIn(wire, second)], [false, true])
  // A sign-in that fails ends nothing, and sets nothing.
  const failed = await trySignIn(wire, 'owner', { password: 'x', headers: withSession(second) })
  assert.deepEqual([failed.status, failed.headers['set-cookie']], [403, undefined])
  assert.equal(await isIn(wire, second), true)
})

test('the cookie goes to this host over TLS only, is hidden from scripts, and ends with the session [security W5]', async () => {
  await using scene = await openScene()
  await addOperator(scene.server, 'auditor')
  const answer = await trySignIn(scene.server, 'auditor')
  assert.match(
    String(answer.headers['set-cookie']),
    /^__Host-windfall-operator=[\w-]{43}; Path=\/; Max-Age=43200; Secure; HttpOnly; SameSite=Lax$/,
  )
  const out = await bySession(scene.wire, cookieSetBy(answer), 'POST', '/console/sign-out')
  assert.deepEqual([out.status, out.headers.location], [303, '/console/sign-in'])
  assert.match(String(out.headers['set-cookie']), /^__Host-windfall-operator=; Path=\/; Max-Age=0;/)
})

test('secrets are stored as hashes, and written to no log [security W5]', async () => {
  await using scene = await openScene()
  await addOperator(scene.server, 'owner')
  const session = await signIn(scene.wire, 'owner')
  const token = readJson<{ secret: string }>(
    await request(scene.wire, '/api/v1/tokens', {
      method: 'POST',
      headers: { ...withSession(session), ...FROM_OUR_PAGE },
      body: JSON.stringify({ name: 'x', scopes: ['audit.read'] }),
    }),
  ).secret
  const tables = ['operator', 'session', 'api_token', 'token', 'audit']
  const rows = await Promise.all(tables.map((table) => rowsOf(scene.db, table)))
  const kept = JSON.stringify(rows) + scene.log()
  for (const secret of [session, token, OPERATOR_PASSWORD]) assert.ok(!kept.includes(secret))
})

for (const dialect of dialects) {
  test(`a session ends twelve hours after the sign-in, or an hour after its last use (${dialect.name}) [security W5]`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using scene = await openScene({ location: place.location })
    const { wire, server } = scene
    await addOperator(server, 'owner')
    const idle = await signIn(wire, 'owner')
    server.clock.advance(HOUR - MINUTE)
    assert.equal(await isIn(wire, idle), true)
    server.clock.advance(HOUR - 1)
    assert.equal(await isIn(wire, idle), true)
    server.clock.advance(HOUR)
    assert.equal(await isIn(wire, idle), false)

    const busy = await signIn(wire, 'owner')
    for (let half = 1; half < 24; half++) {
      server.clock.advance(HOUR / 2)
      assert.equal(await isIn(wire, busy), true)
    }
    server.clock.advance(HOUR / 2)
    assert.equal(await isIn(wire, busy), false)
  })
}

/** Everything that ends sessions of an operator called `victim`: a session that is asked, and what it asks. */
const ENDINGS: readonly {
  readonly what: string
  readonly end: (scene: Scene, session: string) => Promise<unknown>
  readonly endsOthers: boolean
}[] = [
  {
    what: 'signing out',
    end: ({ wire }, session) => bySession(wire, session, 'POST', '/console/sign-out'),
    endsOthers: false,
  },
  {
    what: 'signing out everywhere',
    end: ({ wire }, session) => bySession(wire, session, 'POST', '/console/sign-out-everywhere'),
    endsOthers: true,
  },
  {
    what: 'DELETE of all sessions',
    end: ({ wire }, session) => bySession(wire, session, 'DELETE', '/api/v1/sessions'),
    endsOthers: true,
  },
  {
    what: 'another password',
    end: ({ server }) =>
      server.app.core.services.operators.setPassword('victim', 'another password', OWNER),
    endsOthers: true,
  },
  {
    what: 'another role',
    end: ({ server }) => server.app.core.services.operators.setRole('victim', 'auditor', OWNER),
    endsOthers: true,
  },
  {
    what: 'disabling',
    end: ({ server }) => server.app.core.services.operators.disable('victim', OWNER),
    endsOthers: true,
  },
]

test('what ends sessions on one server ends them on both, with the next request [security W5]', {
  skip: skipWithoutTwin,
}, async () => {
  await using twin = await openTwin()
  const { left, right } = twin
  const { operators } = left.server.app.core.services
  await addOperator(left.server, 'owner', 'bystander')
  const bystander = await signIn(right.wire, 'bystander')
  await addOperator(left.server, 'administrator', 'victim')
  for (const { what, end, endsOthers } of ENDINGS) {
    await operators.setPassword('victim', OPERATOR_PASSWORD, OWNER)
    const here = await signIn(left.wire, 'victim')
    const there = await signIn(right.wire, 'victim')
    for (const { wire } of [left, right]) {
      assert.deepEqual([await isIn(wire, here), await isIn(wire, there)], [true, true], what)
    }
    await end(left, here)
    for (const { wire } of [right, left]) {
      assert.deepEqual(
        [await isIn(wire, here), await isIn(wire, there)],
        [false, !endsOthers],
        what,
      )
      assert.equal(await isIn(wire, bystander), true, what)
    }
  }
})

test('a password that is changed while somebody signs in with the old one lets nobody in [security W5]', {
  skip: skipWithoutTwin,
}, async () => {
  await using twin = await openTwin()
  const { left, right } = twin
  await addOperator(left.server, 'owner', 'victim')
  const { operators } = right.server.app.core.services
  const [answers] = await Promise.all([
    Promise.all(Array.from({ length: 8 }, () => trySignIn(left.wire, 'victim'))),
    operators.setPassword('victim', 'another password', OWNER),
  ])
  for (const answer of answers) {
    assert.ok(answer.status === 303 || answer.status === 403)
    if (answer.status === 303) assert.equal(await isIn(left.wire, cookieSetBy(answer)), false)
  }
})

test('of two owners who disable each other at once, one stays [security W5]', {
  skip: skipWithoutTwin,
}, async () => {
  await using twin = await openTwin()
  const { left, right } = twin
  await addOperator(left.server, 'owner', 'one')
  await addOperator(left.server, 'owner', 'two')
  const attempts = await Promise.allSettled([
    left.server.app.core.services.operators.disable('one', OWNER),
    right.server.app.core.services.operators.setRole('two', 'helpdesk', OWNER),
  ])
  const refused = attempts.filter((attempt) => attempt.status === 'rejected')
  assert.equal(refused.length, 1)
  assert.equal(refused[0]?.reason.code, 'last_owner')
})

test('ten failures on both servers together block an operator there, whatever a header says of the address [security W3] [proof R19]', {
  skip: skipWithoutTwin,
}, async () => {
  await using twin = await openTwin()
  const wires = [twin.left.wire, twin.right.wire] as const
  await addOperator(twin.left.server, 'owner')
  const statuses: number[] = []
  for (let index = 0; index < 12; index++) {
    const headers = {
      'x-forwarded-for': `192.0.2.${index}`,
      forwarded: `for=192.0.2.${index}`,
      'x-real-ip': `192.0.2.${index}`,
    }
    const wire = wires[index % 2 === 0 ? 0 : 1]
    statuses.push((await trySignIn(wire, 'owner', { password: 'wrong', headers })).status)
  }
  assert.deepEqual(statuses, [...Array.from({ length: 10 }, () => 403), 429, 429])
  for (const wire of wires) {
    const blocked = await trySignIn(wire, 'owner')
    assert.equal(blocked.status, 429)
    assert.ok(Number(blocked.headers['retry-after']) > 14 * 60)
    const elsewhere = await trySignIn(wire, 'owner', { localAddress: '127.0.0.2' })
    assert.equal(elsewhere.status, 303)
  }
  twin.left.server.clock.advance(15 * MINUTE)
  assert.equal((await trySignIn(twin.left.wire, 'owner')).status, 303)
})

test('a restart forgets neither failures nor sessions [proof R19]', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'windfall-test-'))
  const data = directory.path
  const fail = async (server: Reachable, times: number): Promise<readonly number[]> => {
    const statuses: number[] = []
    for (let time = 0; time < times; time++) {
      statuses.push((await trySignIn(server, 'owner', { password: 'x' })).status)
    }
    return statuses
  }
  let session: string
  {
    await using server = await startTestServer({ data })
    await addOperator(server, 'owner')
    session = await signIn(server, 'owner')
    assert.deepEqual(await fail(server, 5), [403, 403, 403, 403, 403])
  }
  await using server = await startTestServer({ data })
  assert.equal(await isIn(server, session), true)
  assert.deepEqual(await fail(server, 6), [403, 403, 403, 403, 403, 429])
})

test('a wrong name, a wrong password and a disabled operator are answered alike', async () => {
  await using scene = await openScene()
  const { server, wire } = scene
  await addOperator(server, 'owner')
  await addOperator(server, 'helpdesk', 'gone')
  await server.app.core.services.operators.disable('gone', OWNER)
  const shown = ({ status, headers: { date: _, ...others }, body }: Answer, name: string) => ({
    status,
    others: { ...others, 'content-length': undefined },
    body: body.toString().replace(`value="${name}"`, ''),
  })
  const wrong = shown(await trySignIn(wire, 'owner', { password: 'x' }), 'owner')
  assert.equal(wrong.status, 403)
  assert.deepEqual(shown(await trySignIn(wire, 'nobody'), 'nobody'), wrong)
  assert.deepEqual(shown(await trySignIn(wire, 'gone'), 'gone'), wrong)
})

const DEFAULTS = ['admin', 'administrator', 'root', 'owner', 'windfall', 'operator', 'anna', '']

test('there is no operator and no password that a new server comes with [security W16]', async () => {
  await using scene = await openScene()
  assert.deepEqual(await rowsOf(scene.db, 'operator'), [])
  for (const name of DEFAULTS) {
    for (const password of ['', name, 'password', 'changeme']) {
      assert.equal((await trySignIn(scene.wire, name, { password })).status, 403)
    }
  }
  // The one token is that of the owner of the data directory.
  assert.equal((await rowsOf(scene.db, 'api_token')).length, 1)
})

test('no sign-in without proof that our own page asks', async () => {
  await using scene = await openScene()
  await addOperator(scene.server, 'owner')
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
  ]) {
    const answer = await trySignIn(scene.wire, 'owner', { headers })
    assert.deepEqual([answer.status, answer.headers['set-cookie']], [403, undefined])
  }
})

const HOSTILE = [
  'a\0b',
  '\ud800',
  "' or 1=1 --",
  'x'.repeat(20_000),
  '__proto__',
  'owner\r\nset-cookie: a=b',
]

for (const dialect of dialects) {
  test(`hostile names, passwords, links and cookies let nobody in and break nothing (${dialect.name}) [security W6]`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using scene = await openScene({ location: place.location })
    const { wire, server } = scene
    await addOperator(server, 'owner')
    for (const text of HOSTILE) {
      server.clock.advance(15 * MINUTE)
      assert.equal((await trySignIn(wire, text)).status, 403)
      assert.equal((await trySignIn(wire, 'owner', { password: text })).status, 403)
      const encoded = encodeURIComponent(text.toWellFormed().slice(0, 100))
      for (const path of [`/console/set-up/${encoded}`, '/enrollments']) {
        const headers = { cookie: `${OPERATOR_COOKIE}=${encoded}` }
        assert.equal((await request(wire, path, { headers })).status, 403)
      }
      const role = { method: 'POST', body: JSON.stringify({ role: 'auditor' }) }
      assert.equal((await callApi(server, `/operators/${encoded}/role`, role)).status, 404)
    }
    assert.equal((await rowsOf(scene.db, 'operator')).length, 1)
    assert.equal(await isIn(wire, await signIn(wire, 'owner')), true)
  })
}

const setUp = async ({ server, wire }: Scene) => {
  const link = await server.app.core.services.setUp.createLink()
  assert.ok(link)
  const path = `/console/set-up/${link.secret}`
  return {
    path,
    fill: (fields: Partial<Record<'name' | 'password', string>> = {}) =>
      postForm(wire, path, { name: 'olga', password: OPERATOR_PASSWORD, ...fields }),
  }
}

for (const dialect of dialects) {
  test(`the first owner is made by a link, which works once (${dialect.name}) [security W16]`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using scene = await openScene({ location: place.location })
    const { wire, server } = scene
    const { path, fill } = await setUp(scene)
    for (let look = 0; look < 2; look++) assert.equal((await request(wire, path)).status, 200)
    assert.equal((await request(wire, path, { method: 'HEAD' })).status, 200)
    // What is wrong with the form leaves the link as it is.
    const tooShort = await fill({ password: 'elevenchars' })
    assert.equal(tooShort.status, 400)
    assert.match(tooShort.body.toString(), /fewer than 12/)
    assert.equal((await fill({ name: 'a:b' })).status, 400)
    const foreign = await postForm(wire, path, {}, { headers: { 'sec-fetch-site': 'cross-site' } })
    assert.equal(foreign.status, 403)

    const others = await Promise.all(Array.from({ length: 5 }, () => setUp(scene)))
    const answers = await Promise.all([...others.map((each) => each.fill()), fill()])
    const [done, ...more] = answers.filter(({ status }) => status === 303)
    assert.ok(done !== undefined && more.length === 0)
    assert.equal(await isIn(wire, cookieSetBy(done)), true)
    const { operators, setUp: service } = server.app.core.services
    assert.deepEqual(
      (await operators.list()).map(({ name, role }) => [name, role]),
      [['olga', 'owner']],
    )
    for (const each of [path, ...others.map((other) => other.path)]) {
      assert.equal((await request(wire, each)).status, 403)
    }
    assert.equal(await service.createLink(), undefined)
    const answer = await callApi(server, '/set-up-links', { method: 'POST' })
    assert.equal(answer.status, 409)
  })
}

test('a set-up link is good for 15 minutes, and for nothing else', async () => {
  await using scene = await openScene()
  const { path } = await setUp(scene)
  const secret = path.split('/').at(-1) ?? ''
  for (const other of [`/open/${secret}`, '/enrollments', '/api/v1/operators']) {
    const headers = { ...withSession(secret), authorization: `Bearer ${secret}` }
    assert.ok([401, 403].includes((await request(scene.wire, other, { headers })).status), other)
  }
  const { secret: link } = await scene.server.app.core.services.access.createLink('*')
  assert.equal((await request(scene.wire, `/console/set-up/${link}`)).status, 403)
  scene.server.clock.advance(15 * MINUTE - 1)
  assert.equal((await request(scene.wire, path)).status, 200)
  scene.server.clock.advance(1)
  assert.equal((await request(scene.wire, path)).status, 403)
})
