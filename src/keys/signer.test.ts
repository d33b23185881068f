import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto'
import { test } from 'node:test'
import type { Hash } from '../protocol/cms/index.ts'
import { type KeyType, makeKeyPair } from './generate.ts'
import { createSigner } from './signer.ts'

const HASHES: readonly Hash[] = ['sha1', 'sha256', 'sha384', 'sha512']
const data = Buffer.from('to be signed')

const spki = (bytes: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.from(bytes), format: 'der', type: 'spki' })

for (const [type, algorithm] of [
  ['p-256', 'ecdsa'],
  ['rsa-2048', 'rsa'],
] as const satisfies [KeyType, string][]) {
  test(`signs with ${type} and every hash so that the public key verifies it`, async () => {
    const { privateKey, publicKey } = await makeKeyPair(type)
    const signer = createSigner(privateKey)

    assert.equal(signer.algorithm, algorithm)
    assert.deepEqual(signer.publicKey, publicKey)
    for (const hash of HASHES) {
      const signature = await signer.sign(data, hash)
      assert.ok(verify(hash, data, { key: spki(publicKey), dsaEncoding: 'der' }, signature))
      assert.ok(!verify(hash, Buffer.from('other'), spki(publicKey), signature))
    }
  })
}

test('an RSA signature is the deterministic one of PKCS#1 v1.5', async () => {
  const { privateKey } = await makeKeyPair('rsa-2048')
  const signer = createSigner(privateKey)

  assert.deepEqual(await signer.sign(data, 'sha256'), await signer.sign(data, 'sha256'))
})

test('refuses a key that is neither RSA nor EC', () => {
  const { privateKey } = generateKeyPairSync('ed25519')

  assert.throws(() => createSigner(privateKey), TypeError)
})
