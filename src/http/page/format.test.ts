import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  formatCount,
  formatDay,
  formatDuration,
  formatFingerprint,
  formatMoment,
  formatTime,
} from './format.ts'

test('writes times in UTC, whatever offset they came with', () => {
  const time = '2026-01-01T00:30:05.042+01:00'

  assert.equal(formatDay(time), '31 Dec 2025')
  assert.equal(formatTime(time), '23:30:05.042')
  assert.equal(formatMoment(time), '31 Dec 2025, 23:30:05 UTC')
})

test('writes durations in their two largest units, rounded down', () => {
  const cases: [number, string][] = [
    [0, '0 ms'],
    [999, '999 ms'],
    [1000, '1.0 s'],
    [59_999, '59.9 s'],
    [60_000, '1 min'],
    [132_900, '2 min 12 s'],
    [3_599_999, '59 min 59 s'],
    [11_100_000, '3 h 5 min'],
    [187_200_000, '2 d 4 h'],
  ]
  for (const [ms, text] of cases) assert.equal(formatDuration(ms), text)
})

test('writes fingerprints in pairs, with and without colons', () => {
  assert.equal(formatFingerprint('9f2cA0'), '9F 2C A0')
  assert.equal(formatFingerprint('9f:2c:a0'), '9F 2C A0')
})

test('writes small counts as words', () => {
  assert.equal(formatCount(7), 'seven')
  assert.equal(formatCount(10), '10')
})
