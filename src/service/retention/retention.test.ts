import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { testOnDialects } from '../../../test/dialect.ts'
import { createTestClock } from '../../../test/harness.ts'
import { anAuditEntry, givenEnrollment, NOW } from '../../../test/rows.ts'
import { MasterKey } from '../../keys/index.ts'
import { type EnrollmentId, newId } from '../../model/index.ts'
import {
  type Db,
  findEnrollment,
  findPhase2Answer,
  insertAudit,
  insertPhase2Answer,
  insertStep,
  listSteps,
  moveEnrollment,
  transact,
} from '../../store/index.ts'
import { createAuditService } from '../audit/index.ts'
import { createRetention, type RetentionSettings } from './retention.ts'

const DAY = 86_400_000
const KEEP: RetentionSettings = {
  stepDays: undefined,
  enrollmentDays: undefined,
  auditDays: undefined,
}

const retentionOf = (db: Db, settings: Partial<RetentionSettings>, now = NOW) => {
  const clock = createTestClock(now)
  const audit = createAuditService({ db, clock, masterKey: new MasterKey(randomBytes(32)) })
  const retention = createRetention({ db, clock, audit, settings: { ...KEEP, ...settings } })
  return { audit, run: (signal = new AbortController().signal) => retention.run(signal) }
}

const addSteps = async (db: Db, enrollmentId: EnrollmentId, times: readonly number[]) =>
  await transact(db, async (tx) => {
    for (const at of times) {
      await insertStep(tx, {
        id: newId('step', at),
        enrollmentId,
        at,
        code: 'profile_service_sent',
        outcome: 'ok',
        state: null,
        summary: 'Anna signed in.',
        detail: { name: 'anna' },
        remoteAddress: '192.0.2.1',
      })
    }
  })

/** An enrollment that was begun at a time, with steps, and is configured; or under way. */
const given = async (db: Db, at: number, { isOpen = false } = {}): Promise<EnrollmentId> => {
  const id = await givenEnrollment(db, at)
  await addSteps(db, id, [at, at + 1, at + 2])
  await insertPhase2Answer(db, id, Uint8Array.of(1))
  if (!isOpen) await moveEnrollment(db, id, { from: 'offered', to: 'configured', at: at + 2 })
  return id
}

// Ids sort by time only where time goes forward, so each test begins later than the one before.
let began = NOW
const laterTime = (): number => {
  began += 1000 * DAY
  return began
}

testOnDialects(
  'deletes old steps, whole days old, and none of an enrollment that is under way',
  async (db) => {
    const now = laterTime()
    const [old, open] = [
      await given(db, now - 31 * DAY),
      await given(db, now - 31 * DAY + 10, { isOpen: true }),
    ]
    const young = await given(db, now - 29 * DAY)
    const { run } = retentionOf(db, { stepDays: 30 }, now + DAY / 2)

    assert.deepEqual(await run(), { steps: 3, enrollments: 0, lines: 0 })

    assert.deepEqual(await listSteps(db, old), [])
    assert.equal((await listSteps(db, open)).length, 3)
    assert.equal((await listSteps(db, young)).length, 3)
    assert.deepEqual(await run(), { steps: 0, enrollments: 0, lines: 0 })
  },
)

testOnDialects(
  'takes out what an enrollment says of people when nothing has happened for long',
  async (db) => {
    const now = laterTime()
    const old = await given(db, now - 40 * DAY)
    const open = await given(db, now - 40 * DAY + 10, { isOpen: true })
    // Begun long ago, and back yesterday.
    const returned = await given(db, now - 40 * DAY + 20)
    await moveEnrollment(db, returned, { from: 'configured', to: 'configured', at: now - DAY })
    const { run } = retentionOf(db, { enrollmentDays: 30 }, now)

    assert.deepEqual(await run(), { steps: 0, enrollments: 1, lines: 0 })

    const gone = await findEnrollment(db, old)
    assert.deepEqual([gone?.remoteAddress, gone?.userAgent, gone?.state], ['', null, 'configured'])
    assert.equal(await findPhase2Answer(db, old), undefined)
    for (const step of await listSteps(db, old)) {
      assert.deepEqual([step.summary, step.detail, step.remoteAddress], ['Erased.', {}, null])
    }
    for (const id of [open, returned]) {
      assert.equal((await findEnrollment(db, id))?.remoteAddress, '192.0.2.1')
      assert.equal((await listSteps(db, id))[0]?.summary, 'Anna signed in.')
    }
    assert.deepEqual(await run(), { steps: 0, enrollments: 0, lines: 0 })
  },
)

testOnDialects('removes old lines of the audit, and the chain is good behind them', async (db) => {
  const now = laterTime()
  for (const days of [500, 400, 300]) await insertAudit(db, anAuditEntry({ at: now - days * DAY }))
  const { run, audit } = retentionOf(db, { auditDays: 365 }, now)

  assert.deepEqual(await run(), { steps: 0, enrollments: 0, lines: 2 })

  const { fault, lines } = await audit.verify({ after: 0, limit: 100 })
  assert.deepEqual([fault, lines], [undefined, 2])
})

testOnDialects('keeps everything where nothing says otherwise', async (db) => {
  const id = await given(db, laterTime() - 900 * DAY)
  await insertAudit(db, anAuditEntry({ at: 0 }))
  const { run, audit } = retentionOf(db, {}, began)
  assert.deepEqual(await run(), { steps: 0, enrollments: 0, lines: 0 })
  assert.equal((await listSteps(db, id)).length, 3)
  assert.equal((await audit.verify({ after: 0, limit: 100 })).lines, 1)
})

testOnDialects(
  'lets others have their turn between two batches, and stops when it is told to',
  async (db) => {
    const now = laterTime()
    const id = await given(db, now - 40 * DAY)
    await addSteps(
      db,
      id,
      Array.from({ length: 2000 }, (_, i) => now - 39 * DAY + i),
    )
    const { run } = retentionOf(db, { stepDays: 30 }, now)
    const running = { isOver: false }
    const done = run().finally(() => {
      running.isOver = true
    })
    let turns = 0
    while (!running.isOver) {
      await transact(db, (tx) =>
        moveEnrollment(tx, id, { from: 'configured', to: 'configured', at: now }),
      )
      turns += 1
      await setImmediate()
    }
    assert.equal((await done).steps, 2003)
    // A batch is 200 steps, and there is a pause behind each.
    assert.ok(turns >= 10, `${turns} turns`)

    await addSteps(db, id, [now - 32 * DAY])
    await assert.rejects(run(AbortSignal.abort()), { name: 'AbortError' })
    assert.equal((await listSteps(db, id)).length, 1)
  },
)
