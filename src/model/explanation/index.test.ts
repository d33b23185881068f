import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explain } from './index.ts'

test('explains a code by its own entry, its family, or in general', () => {
  const own = explain('key_rsa_size')
  const family = explain('key_rsa_roca')
  const general = explain('something_else')

  assert.equal(new Set([own, family, general]).size, 3)
  assert.equal(explain('key_ec_curve'), family)
  assert.equal(explain('asn1_truncated'), explain('plist_malformed'))
})

test('takes no explanation from the prototype of its tables', () => {
  const general = explain('something_else')

  assert.equal(explain('constructor'), general)
  assert.equal(explain('toString_x'), general)
  assert.equal(explain('__proto__'), general)
  assert.equal(explain(''), general)
})
