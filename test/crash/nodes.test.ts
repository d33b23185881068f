import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runNodeLoss } from './node-loss.ts'
import { skipWithoutPair } from './pair.ts'
import { runRaces } from './race.ts'
import { runZombies } from './zombie.ts'

const ROUNDS = 52
const KEYS = 200
const PARTS = 4
// Shorter than in life, so that a zombie and its locks are noticed within a second.
const DEVICES = { patience: 500, quietLimit: 250 }

for (let part = 1; part <= PARTS; part++) {
  test(`${KEYS} requests at once with one challenge and ${KEYS} keys over two processes get one certificate, ${ROUNDS} rounds: part ${part} of ${PARTS} [proof R4] [security S4]`, {
    skip: skipWithoutPair,
  }, async () => {
    const rounds = ROUNDS / PARTS

    const { winners, faults } = await runRaces(rounds, KEYS)

    assert.deepEqual(
      winners,
      Array.from({ length: rounds }, () => 1),
    )
    assert.deepEqual(faults, [])
  })
}

test('nothing is lost or double while one node is killed and the other stands still and returns [proof R4] [security S5]', {
  skip: skipWithoutPair,
}, async (t) => {
  const { ledger, tally, faults } = await runNodeLoss({
    cycles: 4,
    interval: 500,
    pause: 1_000,
    ...DEVICES,
  })

  assert.deepEqual(faults, [])
  assert(tally.lost > 0)
  t.diagnostic(
    `${ledger.length} enrollments, of ${tally.answers} answers ${tally.lost} came at the second try, ${tally.failedTwice} later`,
  )
})

for (let part = 0; part < 2; part++) {
  test(`a node that stands still at any await of an enrollment, and goes on when the other node has finished it, changes nothing: part ${part + 1} of 2 [proof R4] [security S5]`, {
    skip: skipWithoutPair,
  }, async (t) => {
    const { points, missed, faults } = await runZombies(part, 2)

    assert(points.length > 30)
    assert.deepEqual(missed, [])
    assert.deepEqual(faults, [])
    t.diagnostic(`${points.length} places`)
  })
}
