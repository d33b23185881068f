import assert from 'node:assert/strict'
import { testOnDialects } from '../../test/dialect.ts'
import { givenEnrollment, NOW } from '../../test/rows.ts'
import { type EnrollmentId, newId, type StepCode } from '../model/index.ts'
import type { Executor } from './schema.ts'
import { countSteps, insertStep, listSteps, listStepsAfter } from './step.ts'

const record = async (db: Executor, enrollmentId: EnrollmentId, code: StepCode, at: number) => {
  const step = {
    id: newId('step', at),
    enrollmentId,
    at,
    code,
    outcome: 'ok',
    state: null,
    summary: 'It happened.',
    detail: { bytes: 12 },
    remoteAddress: '192.0.2.1',
  } as const
  await insertStep(db, step)
  return step
}

testOnDialects('records steps with the time since the one before', async (db) => {
  const id = await givenEnrollment(db)
  const other = await givenEnrollment(db)
  const first = await record(db, id, 'signed_in', NOW)
  await record(db, other, 'signed_in', NOW + 100)
  const second = await record(db, id, 'phase2_answered', NOW + 1500)

  assert.deepEqual(await listSteps(db, id), [
    { ...first, sinceMs: null },
    { ...second, sinceMs: 1500 },
  ])
  assert.deepEqual(await listSteps(db, id, { afterId: first.id }), [{ ...second, sinceMs: 1500 }])
})

testOnDialects('follows the steps of all enrollments', async (db) => {
  const [one, other] = [await givenEnrollment(db), await givenEnrollment(db)]
  const steps = [
    await record(db, one, 'signed_in', NOW),
    await record(db, other, 'signed_in', NOW + 1),
    await record(db, one, 'phase2_answered', NOW + 2),
  ]
  const ids = steps.map((step) => step.id)

  const page = await listStepsAfter(db, { limit: 2 })
  assert.deepEqual(
    page.map((step) => step.id),
    ids.slice(0, 2),
  )
  const rest = await listStepsAfter(db, { after: page.at(-1)?.id, limit: 2 })
  assert.deepEqual(
    rest.map((step) => step.id),
    ids.slice(2),
  )
  const ofOne = await listStepsAfter(db, { after: steps[0]?.id, enrollmentId: one, limit: 2 })
  assert.deepEqual(
    ofOne.map((step) => step.id),
    ids.slice(2),
  )
})

testOnDialects('counts the steps of some codes', async (db) => {
  const [one, other] = [await givenEnrollment(db), await givenEnrollment(db)]
  await record(db, one, 'phase2_refused', NOW)
  await record(db, one, 'phase2_refused', NOW + 1)
  await record(db, one, 'phase3_refused', NOW + 2)
  await record(db, one, 'signed_in', NOW + 3)
  await record(db, other, 'phase2_refused', NOW + 4)

  assert.equal(await countSteps(db, one, ['phase2_refused', 'phase3_refused']), 3)
  assert.equal(await countSteps(db, other, ['phase3_refused', 'phase3_redirected']), 0)
})
