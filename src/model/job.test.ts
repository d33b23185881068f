import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retryDelay } from './job.ts'

test('tries grow rarer, for about three days, and not all at one moment', () => {
  for (let time = 0; time < 100; time++) {
    const delays: number[] = []
    for (let tries = 1; ; tries++) {
      const delay = retryDelay(tries)
      if (delay === undefined) break
      delays.push(delay)
    }
    const hours = delays.reduce((sum, delay) => sum + delay, 0) / 3_600_000
    assert.ok(hours > 60 && hours < 80, `${hours} hours`)
    assert.ok(Number.isInteger(delays[0]) && (delays[0] ?? 0) >= 4500)
  }
  assert.notEqual(new Set(Array.from({ length: 20 }, () => retryDelay(5))).size, 1)
  assert.equal(retryDelay(100), undefined)
})
