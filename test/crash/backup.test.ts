import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dialects } from '../dialect.ts'
import { runBackups } from './backup.ts'

const CYCLES = 3

for (const dialect of dialects) {
  test(`${CYCLES} backups under load, each restored on an empty machine: what was told is there, nothing happens twice (${dialect.name}) [proof R14]`, {
    skip: dialect.skip,
  }, async (t) => {
    const { faults, lost, returned, refused, ledger } = await runBackups({
      dialect,
      cycles: CYCLES,
      latest: 500,
    })

    assert.deepEqual(faults, [])
    assert.equal(returned.length, CYCLES)
    assert(Math.min(...returned) > 0, 'no device came back')
    assert(Math.min(...lost) > 0, 'nothing happened after a backup')
    assert(refused > 0)
    t.diagnostic(`${ledger.length} enrollments, ${lost.join(', ')} of them after a backup`)
  })
}
