import assert from 'node:assert/strict'
import { test } from 'node:test'
import { format, inspect } from 'node:util'
import { Secret } from './index.ts'

const secret = new Secret('hunter22')

test('gives its value to whoever asks for it by name', () => {
  assert.equal(secret.reveal(), 'hunter22')
})

test('shows nothing in texts, JSON, dumps and errors', () => {
  const shown = [
    `${secret}`,
    String(secret),
    `${secret}`.concat(),
    JSON.stringify({ secret }),
    inspect(secret, { showHidden: true, depth: null }),
    inspect({ nested: [{ secret }] }, { depth: null }),
    format('%s %o %O %j', secret, secret, secret, secret),
    new Error(`failed with ${secret}`).message,
    JSON.stringify(Object.entries(secret)),
  ]
  for (const text of shown) assert.ok(!text.includes('hunter22'), text)
  assert.equal(JSON.stringify(secret), '"[redacted]"')
})
