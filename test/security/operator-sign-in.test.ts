import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { dialects } from '../dialect.ts'
import { startTestServer } from '../harness.ts'
import { callApi } from '../operator.ts'
import { type Answer, type Reachable, request } from '../request.ts'
import {
  addOperator,
  cookieSetBy,
  isIn,
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
const OWNER = { name: 'owner', origin: undefined }

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
      (await operators.list({ limit: 100 })).map(({ name, role }) => [name, role]),
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
