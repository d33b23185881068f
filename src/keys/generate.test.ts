import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findKeyFault, PublicKey, STANDARD_KEY_POLICY } from '../protocol/x509/index.ts'
import { type KeyType, makeKeyPair } from './generate.ts'

const EXPECTED = [
  ['p-256', 'ec', { namedCurve: 'prime256v1' }],
  ['rsa-2048', 'rsa', { modulusLength: 2048, publicExponent: 65537n }],
  ['rsa-3072', 'rsa', { modulusLength: 3072, publicExponent: 65537n }],
] as const satisfies [KeyType, string, object][]

for (const [type, kind, details] of EXPECTED) {
  test(`makes a ${type} key pair that the key policy accepts [security S9]`, async () => {
    const { privateKey, publicKey } = await makeKeyPair(type)

    assert.equal(privateKey.type, 'private')
    assert.equal(privateKey.asymmetricKeyType, kind)
    assert.deepEqual({ ...privateKey.asymmetricKeyDetails }, details)
    assert.equal(findKeyFault(new PublicKey(publicKey).parts, STANDARD_KEY_POLICY), undefined)
  })
}

test('never makes the same key twice', async () => {
  const first = await makeKeyPair('p-256')
  const second = await makeKeyPair('p-256')

  assert.notDeepEqual(first.publicKey, second.publicKey)
})
