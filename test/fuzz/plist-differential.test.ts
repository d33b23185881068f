import assert from 'node:assert/strict'
import { test } from 'node:test'
import { skipWithoutPlistlib } from '../codec/plistlib.ts'
import { comparePlists } from './plist-differential.ts'

test("of 10,000 mutated property lists, what both we and Python's plistlib read is the same [security W8 W9]", {
  skip: skipWithoutPlistlib,
}, async () => {
  const comparison = await comparePlists({ seed: 8, inputs: 10_000 })

  assert.deepEqual(comparison.different, [])
  assert.deepEqual(comparison.unexplained, [])
  assert(comparison.same > 1000 && comparison.bothRefuse > 1000)
})
