import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Turns } from './turn.ts'

/** What has begun after each of some turns; in the first `arrivals` of them somebody arrives. */
const watch = async (turns: Turns, begun: readonly string[], arrivals: number, count: number) => {
  const seen: string[] = []
  for (let turn = 0; turn < count; turn++) {
    if (turn < arrivals) turns.arrive()
    await nextTurn()
    seen.push(begun.join(''))
  }
  return seen
}

test('work begins at once where nobody arrives', async () => {
  const turns = new Turns(10)
  const begun: string[] = []
  for (const name of ['a', 'b']) turns.begin(() => void begun.push(name))
  assert.deepEqual(begun, ['a', 'b'])

  await watch(turns, begun, 1, 2)
  turns.begin(() => void begun.push('c'))
  assert.deepEqual(begun, ['a', 'b', 'c'])
})

test('work waits for a turn in which nobody arrives, and then begins in order', async () => {
  const turns = new Turns(10)
  const begun: string[] = []
  turns.arrive()
  for (const name of ['a', 'b']) turns.begin(() => void begun.push(name))
  assert.deepEqual(begun, [])
  assert.deepEqual(await watch(turns, begun, 3, 4), ['', '', '', 'ab'])
})

test('arrivals keep work waiting for so many turns a piece, and no longer', async () => {
  const turns = new Turns(2)
  const begun: string[] = []
  turns.arrive()
  for (const name of ['a', 'b', 'c']) turns.begin(() => void begun.push(name))
  assert.deepEqual(await watch(turns, begun, 3, 3), ['', '', 'abc'])

  turns.arrive()
  turns.begin(() => void begun.push('d'))
  const sixTurns = Array.from({ length: 6 }, () => 'abc')
  assert.deepEqual(await watch(turns, begun, 7, 7), [...sixTurns, 'abcd'])
})
