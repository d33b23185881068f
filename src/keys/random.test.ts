import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomToken } from './random.ts'

test('a token is 32 bytes in base64url and never the same [security W13]', () => {
  const tokens = Array.from({ length: 1000 }, randomToken)

  for (const token of tokens) assert.match(token, /^[\w-]{43}$/)
  assert.equal(new Set(tokens).size, 1000)
})
