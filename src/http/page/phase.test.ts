import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configured, refused, waiting } from '../../../test/page/views.ts'
import type { EnrollmentView } from '../enrollment-view.ts'
import { durationOf, phasesOf } from './phase.ts'

const statuses = (view: EnrollmentView) => phasesOf(view).map(({ status }) => status)

test('marks the phase that the enrollment waits for', () => {
  assert.deepEqual(statuses(waiting), ['done', 'done', 'current', 'ahead', 'ahead'])
})

test('remembers how far an ended enrollment had come', () => {
  assert.deepEqual(statuses(refused), ['done', 'done', 'done', 'done', 'stopped'])
})

test('stops before the first phase where nobody signed in', () => {
  const view: EnrollmentView = { ...waiting, state: 'expired', steps: [] }

  assert.deepEqual(statuses(view), ['stopped', 'ahead', 'ahead', 'ahead', 'ahead'])
})

test('counts a managed device as configured', () => {
  assert.equal(phasesOf({ ...configured, state: 'managed' }).at(-1)?.status, 'done')
})

test('measures each phase from the start', () => {
  assert.deepEqual(
    phasesOf(waiting).map(({ reachedMs }) => reachedMs),
    [0, 840, undefined, undefined, undefined],
  )
})

test('lasts until the configuration, whatever came later', () => {
  const [first] = configured.steps
  assert.ok(first)
  const later = { ...first, at: '2027-01-01T00:00:00.000Z', state: null }

  assert.equal(durationOf({ ...configured, steps: [...configured.steps, later] }), 44_075)
})

test('lasts until the last step where it was not configured', () => {
  assert.equal(durationOf(waiting), 840)
  assert.equal(durationOf({ ...waiting, steps: [] }), 0)
})
