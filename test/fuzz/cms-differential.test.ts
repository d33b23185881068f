import assert from 'node:assert/strict'
import { test } from 'node:test'
import { skipWithoutOpenssl } from '../codec/openssl.ts'
import { compareMessages } from './cms-differential.ts'

test('of 2,500 mutated CMS messages, what both we and pkijs or openssl verify is the same content by the same signer [security C2 C3 C8]', {
  skip: skipWithoutOpenssl,
}, async () => {
  const comparison = await compareMessages({ seed: 11, inputs: 2500, openssl: 150 })

  assert.deepEqual(comparison.different, [])
  assert.deepEqual(comparison.unexplained, [])
  assert(comparison.same > 100 && comparison.bothRefuse > 1000)
})
