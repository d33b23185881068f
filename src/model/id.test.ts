import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId, parseId } from './id.ts'

test('ids of one millisecond sort in the order in which they were made', () => {
  const ids = Array.from({ length: 2000 }, () => newId('step', 1_795_000_000_000))
  assert.deepEqual(ids.toSorted(), ids)
  assert.equal(new Set(ids).size, 2000)
})

test('an id of a later millisecond sorts after one of an earlier', () => {
  assert.ok(newId('step', 1_795_000_000_000) < newId('step', 1_795_000_000_001))
})

test('ids keep their order when the clock goes back, and however many there are', () => {
  const first = newId('step', 1_795_000_000_002)
  const ids = Array.from({ length: 70_000 }, () => newId('step', 1_795_000_000_000))
  assert.ok(ids.every((id, index) => id > (ids[index - 1] ?? first)))
})

test('an id is read as the noun that it names and as no other', () => {
  const id = newId('device', 1_795_000_000_000)
  assert.equal(parseId('device', id), id)
  assert.equal(parseId('enrollment', id), undefined)
  assert.equal(parseId('device', `${id}0`), undefined)
})
