import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testOnDialects } from '../../../test/dialect.ts'
import { givenEnrollment, NOW } from '../../../test/rows.ts'
import { type EnrollmentState, newId } from '../../model/index.ts'
import { type Db, insertStep, moveEnrollment, transact } from '../../store/index.ts'
import { Histogram } from './histogram.ts'
import { createFunnelService, type FunnelStage } from './index.ts'

const MINUTE = 60_000
const DAY = 86_400_000

/** Moves that lead from one state to the next, with the minutes that each took. */
type Way = readonly (readonly [state: EnrollmentState, minutes: number])[]

const walk = async (db: Db, at: number, way: Way, code?: string): Promise<void> => {
  const id = await givenEnrollment(db, at)
  let from: EnrollmentState = 'offered'
  let now = at
  for (const [state, minutes] of way) {
    now += minutes * MINUTE
    await moveEnrollment(db, id, { from, to: state, at: now, ...(code && { code }) })
    await insertStep(db, {
      id: newId('step', now),
      enrollmentId: id,
      at: now,
      code: 'signed_in',
      outcome: 'ok',
      state,
      summary: '',
      detail: {},
      remoteAddress: null,
    })
    from = state
  }
}

// Ids of one process grow, whatever its clock says: each database gets a time of its own.
let start = NOW
const nextStart = (): number => {
  start += 1000 * DAY
  return start
}

testOnDialects('counts who came how far, why not further, and how long it took', async (db) => {
  const base = nextStart()
  const offered = [
    ['authenticated', 0],
    ['offered', 1],
  ] as const
  for (const minutes of [1, 2, 3]) {
    await walk(db, base, [...offered, ['identified', minutes], ['expired', 60]], 'timed_out')
  }
  await walk(db, base, [...offered, ['refused', 1]], 'os_too_old')
  await walk(db, base + DAY, offered)
  await walk(db, base + DAY, [
    ...offered,
    ['identified', 5],
    ['certified', 1],
    ['configured', 1],
    ['withdrawn', 1],
  ])
  const funnel = createFunnelService({ db, clock: { now: () => base + 2 * DAY } })

  const { flows } = await funnel.read({})
  const [flow, ...others] = flows
  const stages = flow?.total.stages ?? []
  const column = <K extends keyof FunnelStage>(key: K) => stages.map((stage) => stage[key])
  assert.deepEqual([flow?.flow, others], ['default', []])
  assert.deepEqual(column('reached'), [6, 6, 4, 1, 1])
  assert.deepEqual(column('waiting'), [0, 1, 0, 0, 0])
  assert.deepEqual(column('dropped'), [0, 1, 3, 0, 0])
  assert.deepEqual(column('reasons'), [
    [],
    [{ code: 'os_too_old', count: 1 }],
    [{ code: 'timed_out', count: 3 }],
    [],
    [],
  ])
  const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10)
  assert.deepEqual(
    flow?.days.map(({ day, begun }) => [day, begun]),
    [
      [dayOf(base), 4],
      [dayOf(base + DAY), 2],
    ],
  )
  const first = flow?.days[0]?.stages[2]
  assertNear(first?.medianMs, 2 * MINUTE)
  assertNear(first?.p90Ms, 3 * MINUTE)
  assert.equal(stages[0]?.medianMs, null)

  const late = await funnel.read({ from: base + DAY })
  assert.equal(late.flows[0]?.total.begun, 2)
  assert.deepEqual((await funnel.read({ from: base - 9 * DAY, to: base })).flows, [])
  assert.throws(() => funnel.read({ from: base - 400 * DAY }), { code: 'funnel_span' })
  assert.throws(() => funnel.read({ from: base + 3 * DAY }), { code: 'funnel_span' })
})

testOnDialects('reads on where one statement ends', async (db) => {
  const base = nextStart()
  await transact(db, async (tx) => {
    for (let count = 0; count < 1000; count++) await givenEnrollment(tx, base)
  })
  await walk(db, base, [['authenticated', 1]])
  const clock = { now: () => base + DAY }

  const [flow] = (await createFunnelService({ db, clock }).read({})).flows
  assert.deepEqual([flow?.total.begun, flow?.total.stages[0]?.reached], [1001, 1])
})

/** Right to a hundredth. */
const assertNear = (actual: number | null | undefined, expected: number): void =>
  assert.ok(actual != null && Math.abs(actual - expected) <= expected / 100 + 1, `${actual}`)

test('a quantile is right to a hundredth, from milliseconds to days', () => {
  for (const scale of [10, 1000, 600_000, 3 * DAY]) {
    const histogram = new Histogram()
    for (let each = 1; each <= 1000; each++) histogram.add((each / 1000) * scale)
    assertNear(histogram.quantile(0.5), scale / 2)
    assertNear(histogram.quantile(0.9), 0.9 * scale)
  }
  assert.equal(new Histogram().quantile(0.5), null)
})
