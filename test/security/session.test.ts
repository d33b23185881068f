import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dialects } from '../dialect.ts'
import { readJson } from '../operator.ts'
import { type Reachable, request } from '../request.ts'
import {
  addOperator,
  cookieSetBy,
  FROM_OUR_PAGE,
  isIn,
  OPERATOR_PASSWORD,
  signIn,
  trySignIn,
  withSession,
} from '../signed-in.ts'
import { openScene, rowsOf, type Scene } from './scene.ts'
import { openTwin, skipWithoutTwin } from './twin.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const OWNER = { name: 'owner', origin: undefined }

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
