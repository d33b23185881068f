import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Turns } from './turn.ts'

test('pieces begin in order, one in each turn', async () => {
  const turns = new Turns(3)
  const begun: string[] = []
  for (const name of ['a', 'b', 'c']) turns.begin(() => void begun.push(name))
  assert.deepEqual(begun, [])
  const seen: string[] = []
  for (let turn = 0; turn < 3; turn++) {
    await nextTurn()
    seen.push(begun.join(''))
  }
  assert.deepEqual(seen, ['a', 'ab', 'abc'])
  turns.begin(() => void begun.push('d'))
  await nextTurn()
  assert.equal(begun.join(''), 'abcd')
})

test('whoever arrives goes first, and keeps a piece waiting for so many turns and no more', async () => {
  const turns = new Turns(3)
  const begun: string[] = []
  for (const name of ['a', 'b']) turns.begin(() => void begun.push(name))
  const seen: string[] = []
  for (let turn = 0; turn < 9; turn++) {
    if (turn < 5) turns.arrive()
    await nextTurn()
    seen.push(begun.join(''))
  }
  assert.deepEqual(seen, ['', '', '', 'a', 'a', 'ab', 'ab', 'ab', 'ab'])
})
