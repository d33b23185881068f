import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dialects } from '../dialect.ts'
import { findAwaitPoints, PATH_FILES } from './await-point.ts'
import { crashAt, judge, openTripwire, trace } from './points.ts'

const [sqlite, postgres] = dialects
assert(sqlite !== undefined && postgres !== undefined)

const PARTS = 6
/** Who meets whom in a crowd is left to chance. */
const CROWDS = 4
for (let part = 0; part < PARTS; part++) {
  test(`a crash at any await of the issue and phase paths costs nobody anything: part ${part + 1} of ${PARTS} (sqlite) [proof R3] [security S5 S16]`, async (t) => {
    await using tripwire = await openTripwire(sqlite, 'profile')
    const reached = new Set(await trace(tripwire, tripwire.walk))
    assert(reached.size > 100)
    const chosen = [...reached].filter((_, index) => index % PARTS === part)

    for (const point of chosen) assert(await crashAt(tripwire, { point }, tripwire.walk), point)

    assert.equal(tripwire.stage.server.deaths, chosen.length)
    assert.deepEqual(await judge(tripwire), [])
    t.diagnostic(`${chosen.length} places`)
  })
}

test('a crash at any await on the way of a certificate costs nobody anything (postgres) [proof R3] [security S5 S16]', {
  skip: postgres.skip,
}, async (t) => {
  await using tripwire = await openTripwire(postgres, 'profile')
  const reached = new Set(await trace(tripwire, tripwire.walk))
  const chosen = [...reached].filter((name) => /^(service\/ca|store)/.test(name))
  assert(chosen.length > 40)

  for (const point of chosen) assert(await crashAt(tripwire, { point }, tripwire.walk), point)

  assert.deepEqual(await judge(tripwire), [])
  t.diagnostic(`${chosen.length} places`)
})

test('a crash while an identity that was configured before is sent to enroll anew costs nobody anything (sqlite) [proof R3]', async () => {
  await using tripwire = await openTripwire(sqlite, 'redirect')
  const reached = new Set(await trace(tripwire, tripwire.walk))
  const chosen = [...reached].filter((name) => /phase3.* transact|reply\.code/.test(name))
  assert(chosen.length >= 2)

  for (const point of chosen) assert(await crashAt(tripwire, { point }, tripwire.walk), point)

  assert.deepEqual(await judge(tripwire), [])
})

test('a crash at an await that only crowds of messages reach costs nobody anything (sqlite) [proof R3] [security S5]', async (t) => {
  await using tripwire = await openTripwire(sqlite, 'profile')
  const walked = new Set(await trace(tripwire, tripwire.walk))
  const crowded = new Set(
    await trace(tripwire, async () => {
      for (let times = 0; times < CROWDS; times++) await tripwire.crowd()
    }),
  )
  const chosen = [...crowded].filter((name) => !walked.has(name))
  assert.notEqual(chosen.length, 0)

  const missed: string[] = []
  for (const point of chosen) {
    if (!(await crashAt(tripwire, { point }, tripwire.crowd))) missed.push(point)
  }

  assert.deepEqual(await judge(tripwire), [])
  assert(missed.length < chosen.length)
  const names = PATH_FILES.flatMap(findAwaitPoints).map(({ name }) => name)
  const unreached = names.filter((name) => !walked.has(name) && !crowded.has(name))
  t.diagnostic(`${chosen.length} places, not reached again: ${missed.join(', ') || 'none'}`)
  t.diagnostic(`reached by no enrollment: ${unreached.join(', ')}`)
})

test('a first start that is killed before any of its keys is stored starts again, and devices enroll [proof R3]', async () => {
  const point = findAwaitPoints('service/ca/held-key.ts').find(({ name }) =>
    name.endsWith(' transact'),
  )?.name
  // Root, issuing CA, signer of profiles, RA and TLS.
  for (let time = 1; time <= 5; time++) {
    await using tripwire = await openTripwire(sqlite, 'profile', { point, time })

    assert.equal(tripwire.stage.server.deaths, 1)
    await tripwire.walk()
    assert.deepEqual(await judge(tripwire), [])
  }
})
