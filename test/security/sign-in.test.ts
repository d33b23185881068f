import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import type { OutgoingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { basic } from '../device.ts'
import { dialects } from '../dialect.ts'
import { ACCOUNT, startTestServer } from '../harness.ts'
import { type Answer, type Reachable, type RequestOptions, request } from '../request.ts'
import { openScene, rowsOf, type Scene } from './scene.ts'
import { openTwin, skipWithoutTwin } from './twin.ts'

const MINUTE = 60_000
const OTHER = { name: 'bert', password: 'another good password' }
const WRONG = { ...ACCOUNT, password: 'wrong' }
const ELSEWHERE = { localAddress: '127.0.0.2' }

const signIn = (
  server: Reachable,
  account: { readonly name: string; readonly password: string },
  { headers, ...options }: RequestOptions = {},
): Promise<Answer> =>
  request(server, '/enroll', { headers: { ...basic(account), ...headers }, ...options })

/** The statuses of so many guesses, one after another. */
const guess = async (
  server: Reachable,
  count: number,
  optionsOf: (index: number) => RequestOptions = () => ({}),
): Promise<readonly number[]> => {
  const statuses: number[] = []
  for (let index = 0; index < count; index++) {
    statuses.push((await signIn(server, WRONG, optionsOf(index))).status)
  }
  return statuses
}

const TEN = Array.from({ length: 10 }, () => 401)

test('the tenth failure is the last: then even the right password is answered 429 with Retry-After, for this name from this address [security W3]', async () => {
  await using scene = await openScene()
  const { server, wire } = scene
  await server.app.core.services.accounts.add(OTHER)

  assert.deepEqual(await guess(wire, 11), [...TEN, 429])
  const blocked = await signIn(wire, ACCOUNT)
  assert.deepEqual([blocked.status, blocked.headers['retry-after']], [429, String(15 * 60)])
  // Neither case nor the form, nor HTTP/2, is another name.
  assert.equal((await signIn(wire, { ...ACCOUNT, name: 'ANNA' })).status, 429)
  assert.equal((await byForm(wire, ACCOUNT)).status, 429)

  assert.equal((await signIn(wire, OTHER)).status, 200)
  assert.equal((await signIn(wire, ACCOUNT, ELSEWHERE)).status, 200)
  assert.equal((await signIn(wire, ACCOUNT)).status, 429)

  server.clock.advance(14 * MINUTE)
  const waiting = await signIn(wire, ACCOUNT)
  assert.deepEqual([waiting.status, waiting.headers['retry-after']], [429, '60'])
  server.clock.advance(MINUTE)
  assert.equal((await signIn(wire, ACCOUNT)).status, 200)

  const audited = (await rowsOf(scene.db, 'audit')).filter(
    (row) => row['action'] === 'account.sign_in',
  )
  assert.equal(audited.length, 16)
  assert(!JSON.stringify(audited).includes('wrong'))
})

const byForm = (server: Reachable, { name, password }: typeof ACCOUNT): Promise<Answer> =>
  request(server, '/enroll', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ name, password }).toString(),
  })

test('nine failures and a success, again and again, block nobody [security W3]', async () => {
  await using scene = await openScene()
  for (let round = 0; round < 2; round++) {
    assert.deepEqual(await guess(scene.wire, 9), TEN.slice(1))
    assert.equal((await signIn(scene.wire, ACCOUNT)).status, 200)
  }
})

test('no header makes another address of a client, and no header makes it the address of a victim [security W3]', async () => {
  await using scene = await openScene()
  const headersOf = (index: number): OutgoingHttpHeaders => ({
    'x-forwarded-for': `192.0.2.${index}, 127.0.0.1`,
    'x-real-ip': `192.0.2.${index}`,
    forwarded: `for=192.0.2.${index}`,
    'cf-connecting-ip': `192.0.2.${index}`,
    'true-client-ip': `192.0.2.${index}`,
    'user-agent': `browser ${index}`,
  })
  assert.deepEqual(await guess(scene.wire, 12, (index) => ({ headers: headersOf(index) })), [
    ...TEN,
    429,
    429,
  ])
  // Somebody elsewhere who says that they are 127.0.0.3 blocks nobody there.
  await guess(scene.wire, 11, () => ({ ...ELSEWHERE, headers: { 'x-forwarded-for': '127.0.0.3' } }))
  assert.equal((await signIn(scene.wire, ACCOUNT, { localAddress: '127.0.0.3' })).status, 200)
  assert.equal((await signIn(scene.wire, ACCOUNT, ELSEWHERE)).status, 429)
})

test('25 guesses at once are counted as if one came after another [security W3]', async () => {
  await using scene = await openScene()

  const statuses = await Promise.all(
    Array.from({ length: 25 }, async () => (await signIn(scene.wire, WRONG)).status),
  )

  assert.deepEqual(statuses.toSorted(), [...TEN, ...Array.from({ length: 15 }, () => 429)])
})

test('an unknown name, a disabled account and a wrong password are answered alike, and slowed down alike [security W3]', async () => {
  await using scene = await openScene()
  const { accounts } = scene.server.app.core.services
  await accounts.add(OTHER)
  await accounts.disable(OTHER.name)
  const shown = ({ status, headers, body }: Answer) => {
    const { date: _, ...others } = headers
    return { status, others, body: body.toString() }
  }

  const reference = shown(await signIn(scene.wire, WRONG))
  for (const account of [OTHER, { name: 'nobody', password: 'x' }, { name: '', password: '' }]) {
    assert.deepEqual(shown(await signIn(scene.wire, account)), reference)
  }
  const unknown = { name: 'nobody', password: 'x' }
  for (let count = 0; count < 9; count++) await signIn(scene.wire, unknown)
  assert.equal((await signIn(scene.wire, unknown)).status, 429)
})

const NAMES = [
  'a\0b',
  'anna\0',
  '\ud800',
  'x'.repeat(20_000),
  "' or 1=1; drop table account; --",
  '%',
  'anna\r\nx-injected: 1',
  '\u202eanna',
  '*)(uid=*))(|(uid=*',
  '../../etc/passwd',
  '__proto__',
  'constructor',
]

for (const dialect of dialects) {
  test(`${NAMES.length} hostile names and passwords sign nobody in and break nothing (${dialect.name}) [security W3 W6 W10]`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using scene = await openScene({ location: place.location })
    const accounts = await rowsOf(scene.db, 'account')
    for (const text of NAMES) {
      for (const account of [
        { name: text, password: 'x' },
        { name: ACCOUNT.name, password: text },
      ]) {
        const { clock } = scene.server
        clock.advance(15 * MINUTE)
        const answer = await signIn(scene.wire, account)
        assert.equal(answer.status, 401, `${JSON.stringify(account)} ${answer.body}`)
        assert.equal(answer.headers['x-injected'], undefined)
      }
    }
    assert.deepEqual(await rowsOf(scene.db, 'account'), accounts)
    assert.equal((await signIn(scene.wire, ACCOUNT)).status, 200)
  })
}

test('two servers count together: what fails on one is blocked on both [security W3]', {
  skip: skipWithoutTwin,
}, async () => {
  await using twin = await openTwin()
  const { left, right } = twin
  const ofBoth: readonly Scene[] = [left, right]
  const statuses: number[] = []
  for (let index = 0; index < 12; index++) {
    const { wire } = ofBoth[index % 2] ?? left
    statuses.push((await signIn(wire, WRONG)).status)
  }
  assert.deepEqual(statuses, [...TEN, 429, 429])
  for (const { wire } of ofBoth) {
    const { status, headers } = await signIn(wire, ACCOUNT)
    assert.equal(status, 429)
    assert(Number(headers['retry-after']) > 14 * 60)
    assert.equal((await signIn(wire, ACCOUNT, ELSEWHERE)).status, 200)
  }
})

test('a restart forgets no failure [security W3]', async () => {
  const data = await mkdtemp(join(tmpdir(), 'windfall-test-'))
  try {
    {
      await using server = await startTestServer({ data })
      assert.deepEqual(await guess(server, 10), TEN)
    }
    await using server = await startTestServer({ data })
    assert.equal((await signIn(server, ACCOUNT)).status, 429)
  } finally {
    await rm(data, { recursive: true })
  }
})
