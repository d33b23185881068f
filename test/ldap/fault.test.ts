import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { makeHolder, makeKey } from '../codec/holder.ts'
import { dialects } from '../dialect.ts'
import { chainPem } from '../pair.ts'
import { givenDirectory, ldapSettings, ORIGIN, openScene } from './scene.ts'
import { personLdif, type Slapd, skipWithoutSlapd, startSlapd } from './slapd.ts'
import { startTcpProxy, type Weather } from './tcp-proxy.ts'

const [sqlite] = dialects
assert.ok(sqlite !== undefined)
const skip = skipWithoutSlapd
const AWAY = { kind: 'unavailable', code: 'directory_unavailable', retryAfter: 5 } as const
const ANNA = { name: 'anna', password: 'anna-secret' }
const OWN = { name: 'own', password: 'a password of our own' }

let slapd: Slapd
before(async () => {
  if (skip !== false) return
  slapd = await startSlapd({ ldif: ['anna', 'bert'].map((uid) => personLdif(uid)).join('\n') })
})
after(async () => {
  if (skip === false) await slapd[Symbol.asyncDispose]()
})

const WEATHERS: readonly Weather[] = [
  { kind: 'reset' },
  { kind: 'silence' },
  { kind: 'trickle' },
  { kind: 'delay', milliseconds: 3_000 },
]

for (const weather of WEATHERS) {
  test(`${weather.kind} between windfall and a directory: each call ends, others go on, and it recovers [proof R6] [mission H12]`, {
    skip,
  }, async () => {
    await using proxy = await startTcpProxy(slapd.tlsPort)
    // What a call may take is what is asked for; here less than is allowed, to be waited for.
    await using scene = await openScene(sqlite, { deadlineMs: 1_000 })
    await givenDirectory(scene, ldapSettings([`ldaps://localhost:${proxy.port}`]))
    await scene.accounts.add(OWN)
    await scene.signIn(ANNA, ORIGIN)
    proxy.set(weather)
    // More than are asked at a time: those behind are told as soon as the first know.
    const tries = Promise.allSettled(
      Array.from({ length: 40 }, (_, at) =>
        scene.signIn({ ...ANNA, password: `${ANNA.password} ${at}` }, from(at)),
      ),
    )
    const own = await Promise.all(Array.from({ length: 5 }, (_, at) => scene.signIn(OWN, from(at))))
    assert.equal(own.length, 5)
    for (const each of await tries) {
      assert.ok(each.status === 'rejected')
      assert.equal(each.reason.code, 'directory_unavailable')
    }
    const { connection } = await scene.directories.get('staff')
    assert.equal(connection.state, 'down')
    assert.notEqual(connection.lastError, undefined)
    assert.notEqual(connection.lastSuccess, undefined)
    proxy.set({ kind: 'pass' })
    scene.clock.advance(60_000)
    await scene.signIn(ANNA, ORIGIN)
    const after = await scene.directories.get('staff')
    assert.equal(after.connection.state, 'up')
  })
}

const from = (at: number) => ({ ...ORIGIN, remoteAddress: `198.51.100.${at}` })

test('a server that is away is left alone for a while, and asked again without a restart [mission H12]', {
  skip,
}, async () => {
  await using proxy = await startTcpProxy(slapd.tlsPort)
  await using scene = await openScene(sqlite)
  await givenDirectory(scene, ldapSettings([`ldaps://localhost:${proxy.port}`]))
  proxy.set({ kind: 'reset' })
  await assert.rejects(scene.signIn(ANNA, ORIGIN), AWAY)
  const { connections } = proxy.count
  await assert.rejects(scene.signIn(ANNA, ORIGIN), AWAY)
  assert.equal(proxy.count.connections, connections)
  proxy.set({ kind: 'pass' })
  scene.clock.advance(2_000)
  // Nobody signs in: the look of every minute finds that it is back.
  await scene.directories.look(AbortSignal.timeout(60_000))
  const [back] = await scene.directories.connections()
  assert.deepEqual([back?.name, back?.state], ['directory staff', 'up'])
  assert.notEqual(back?.lastError, undefined)
})

test('an outage is not counted as a wrong password', { skip }, async () => {
  await using proxy = await startTcpProxy(slapd.tlsPort)
  await using scene = await openScene(sqlite)
  await givenDirectory(scene, ldapSettings([`ldaps://localhost:${proxy.port}`]))
  proxy.set({ kind: 'reset' })
  for (let time = 0; time < 12; time++) await assert.rejects(scene.signIn(ANNA, ORIGIN), AWAY)
  proxy.set({ kind: 'pass' })
  scene.clock.advance(60_000)
  assert.equal((await scene.signIn(ANNA, ORIGIN)).name, 'anna')
})

test('the second server serves where the first is away', { skip }, async () => {
  await using proxy = await startTcpProxy(slapd.tlsPort)
  await using scene = await openScene(sqlite, { deadlineMs: 4_000 })
  const servers = [`ldaps://localhost:${proxy.port}`, `ldaps://localhost:${slapd.tlsPort}`]
  await givenDirectory(scene, ldapSettings(servers))
  for (const kind of ['silence', 'reset'] as const) {
    proxy.set({ kind })
    assert.equal((await scene.signIn(ANNA, ORIGIN)).name, 'anna', kind)
    scene.clock.advance(60_000)
  }
  const wrong = scene.signIn({ ...ANNA, password: 'wrong' }, ORIGIN)
  await assert.rejects(wrong, { code: 'sign_in_failed' })
})

test('a name that may be of a directory that is away is not asked of the next one', {
  skip,
}, async () => {
  await using proxy = await startTcpProxy(slapd.tlsPort)
  await using scene = await openScene(sqlite)
  await givenDirectory(scene, ldapSettings([`ldaps://localhost:${proxy.port}`]), 'first')
  await givenDirectory(scene, ldapSettings([`ldaps://localhost:${slapd.tlsPort}`]), 'second')
  proxy.set({ kind: 'reset' })
  await assert.rejects(scene.signIn(ANNA, ORIGIN), AWAY)
  assert.deepEqual(await scene.accounts.list({ limit: 10 }), [])
})

test('a certificate that chains to another root is an outage', { skip }, async () => {
  await using scene = await openScene(sqlite)
  const ca = chainPem(makeHolder({ key: makeKey('p-256') }))
  await givenDirectory(scene, ldapSettings([`ldaps://localhost:${slapd.tlsPort}`], { ca }))
  await assert.rejects(scene.signIn(ANNA, ORIGIN), AWAY)
  const { connection } = await scene.directories.get('staff')
  assert.equal(connection.lastError?.code, 'outbound_tls')
})

test('killed and started again under load: nothing wrong, and it recovers by itself [proof R6]', {
  skip,
}, async () => {
  await using own = await startSlapd({ ldif: personLdif('anna') })
  await using scene = await openScene(sqlite)
  await givenDirectory(scene, ldapSettings([`ldap://localhost:${own.port}`], { plain: true }))
  let isOver = false
  const outcomes = new Map<string, number>()
  const note = (outcome: string): void => {
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }
  const load = async (worker: number): Promise<void> => {
    for (let time = 0; !isOver; time++) {
      scene.clock.advance(250)
      const isRight = time % 2 === 0
      const password = isRight ? ANNA.password : `wrong ${time}`
      const origin = { ...ORIGIN, remoteAddress: `198.51.${worker}.${time & 255}` }
      await scene.signIn({ name: 'anna', password }, origin).then(
        () => note(isRight ? 'right' : 'WRONG'),
        ({ code }) => note(isRight && code === 'sign_in_failed' ? 'REFUSED' : code),
      )
      await wait(1)
    }
  }
  const workers = [0, 1, 2, 3].map(load)
  for (let time = 0; time < 3; time++) {
    await wait(300)
    await own.kill()
    await wait(300)
    await own.start()
  }
  await wait(300)
  isOver = true
  await Promise.all(workers)
  scene.clock.advance(60_000)
  assert.equal((await scene.signIn(ANNA, ORIGIN)).name, 'anna')
  const kinds = [...outcomes.keys()].toSorted()
  assert.deepEqual(kinds, ['directory_unavailable', 'right', 'sign_in_failed'])
})
