import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import { dialects, testOnDialects } from '../../test/dialect.ts'
import { givenEnrollment, NOW } from '../../test/rows.ts'
import { type EnrollmentId, firstId, newId, type StepId } from '../model/index.ts'
import { openDatabase } from './database.ts'
import type { Executor } from './schema.ts'
import { insertStep } from './step.ts'
import { findLastPlace, findPlace, listSettledSteps, settleForeignSteps } from './step-order.ts'

const BEGINNING = { position: 0, id: '' }

const addStep = async (
  db: Executor,
  enrollmentId: EnrollmentId,
  id = newId('step', NOW),
): Promise<StepId> => {
  await insertStep(db, {
    id,
    enrollmentId,
    at: NOW,
    code: 'signed_in',
    outcome: 'ok',
    state: null,
    summary: 'Somebody signed in.',
    detail: {},
    remoteAddress: null,
  })
  return id
}

const idsAfter = async (db: Executor, place: typeof BEGINNING, enrollmentId?: EnrollmentId) =>
  (await listSettledSteps(db, place, { enrollmentId, limit: 100 })).map(({ id }) => id)

/** All steps, once so many are settled: on PostgreSQL transactions of other databases hold them up, too. */
const idsOnceSettled = async (db: Executor, count: number): Promise<readonly StepId[]> => {
  for (;;) {
    const ids = await idsAfter(db, BEGINNING)
    if (ids.length >= count) return ids
    await setTimeout(10)
  }
}

testOnDialects('lists steps in the order of their commits, after any of them', async (db) => {
  const one = await givenEnrollment(db)
  const other = await givenEnrollment(db)
  const ids: StepId[] = []
  for (const enrollment of [one, other, one]) ids.push(await addStep(db, enrollment))
  const [first, second, third] = ids
  assert.ok(first && second && third)

  assert.deepEqual(await idsOnceSettled(db, 3), ids)
  assert.deepEqual(await idsAfter(db, await findPlace(db, first)), [second, third])
  assert.deepEqual(await idsAfter(db, BEGINNING, one), [first, third])
  assert.equal((await findLastPlace(db)).id, third)
  const pages = await listSettledSteps(db, BEGINNING, { limit: 2 })
  assert.deepEqual(
    pages.map(({ id }) => id),
    [first, second],
  )
})

testOnDialects('an id of no step stands for the moment at which it was made', async (db) => {
  const enrollment = await givenEnrollment(db)
  const early = await addStep(db, enrollment, firstId('step', NOW))
  const late = await addStep(db, enrollment, firstId('step', NOW + 600_000))

  assert.deepEqual(await idsOnceSettled(db, 2), [early, late])
  assert.deepEqual(await idsAfter(db, await findPlace(db, firstId('step', 0))), [early, late])
  const between = firstId('step', NOW + 300_000)
  assert.deepEqual(await idsAfter(db, await findPlace(db, between)), [late])
  const afterAll = firstId('step', NOW + 900_000)
  assert.deepEqual(await idsAfter(db, await findPlace(db, afterAll)), [])
})

const postgres = dialects.find(({ name }) => name === 'postgres')

test('a step that is committed after a later one is missed by nobody', {
  skip: postgres?.skip ?? 'no PostgreSQL',
}, async () => {
  assert.ok(postgres)
  await using place = await postgres.create()
  await using left = await openDatabase(place.location)
  await using right = await openDatabase(place.location)
  const enrollment = await givenEnrollment(left.db)
  const begun = Promise.withResolvers<StepId>()
  const mayCommit = Promise.withResolvers<void>()

  const slow = left.db.transaction().execute(async (tx) => {
    begun.resolve(await addStep(tx, enrollment))
    await mayCommit.promise
  })
  const early = await begun.promise
  // The clock of another server is behind: its id is the smaller one.
  const late = await addStep(right.db, enrollment, firstId('step', NOW - 60_000))

  assert.deepEqual(await idsAfter(right.db, BEGINNING), [], 'what may have something before it')
  assert.deepEqual(await findLastPlace(right.db), BEGINNING)
  mayCommit.resolve()
  await slow
  assert.deepEqual(await idsOnceSettled(right.db, 2), [early, late])
  assert.deepEqual(await idsAfter(right.db, await findPlace(right.db, early)), [late])
})

test('steps of another PostgreSQL, whose transactions had higher numbers, come before new ones', {
  skip: postgres?.skip ?? 'no PostgreSQL',
}, async () => {
  assert.ok(postgres)
  await using place = await postgres.create()
  await using database = await openDatabase(place.location)
  const { db } = database
  const enrollment = await givenEnrollment(db)
  const foreign = await addStep(db, enrollment)
  await sql`update step set position = position + 1000000000000`.execute(db)
  assert.deepEqual(await idsAfter(db, BEGINNING), [])

  await settleForeignSteps(db)

  const own = await addStep(db, enrollment)
  assert.deepEqual(await idsOnceSettled(db, 2), [foreign, own])
})
