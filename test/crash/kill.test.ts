import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dialects } from '../dialect.ts'
import { runKills } from './kill.ts'

const ENROLLMENTS = 300
const KILLS = 15

for (const dialect of dialects) {
  test(`nothing acknowledged is lost and no device is stuck: ${ENROLLMENTS} enrollments, kill -9 ${KILLS} times (${dialect.name}) [proof R1] [security S5 S16]`, {
    skip: dialect.skip,
  }, async (t) => {
    const counts = { enrollments: ENROLLMENTS, kills: KILLS, latest: 400 }

    const { ledger, amid, restarts, tally, faults } = await runKills({ dialect, ...counts })

    assert.deepEqual(faults, [])
    assert(ledger.length >= ENROLLMENTS)
    assert.equal(amid, KILLS)
    assert.equal(restarts.length, KILLS)
    assert(tally.lost >= KILLS, 'no kill cost anybody an answer')
    assert.equal(tally.unavailable, 0)
    const slowest = Math.round(Math.max(...restarts))
    t.diagnostic(
      `${ledger.length} enrollments, ${tally.lost} answers lost, ready again in at most ${slowest} ms`,
    )
  })
}
