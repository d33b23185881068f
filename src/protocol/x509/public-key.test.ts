import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { decode, der } from '../asn1/index.ts'
import { PublicKey } from './index.ts'

const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))
const [, bits] = decode(spki, 'der').children

const withAlgorithm = (...parameters: readonly Uint8Array[]): PublicKey => {
  assert.ok(bits)
  return new PublicKey(
    der.sequence(der.sequence(der.oid('1.2.840.113549.1.1.1'), ...parameters), bits.bytes),
  )
}

test('an RSA key with NULL parameters is read', () => {
  const { parts } = withAlgorithm(der.nothing)
  assert.equal(parts.kind === 'rsa' && parts.modulus.length, 256)
})

test('an RSA key has one encoding: other parameters, none or two are refused', () => {
  const malformed = { code: 'key_malformed' }
  assert.throws(() => withAlgorithm().parts, malformed)
  assert.throws(() => withAlgorithm(der.smallInteger(1)).parts, malformed)
  assert.throws(() => withAlgorithm(der.nothing, der.nothing).parts, malformed)
})

test('the fingerprint is the SHA-256 of the SubjectPublicKeyInfo', () => {
  assert.match(new PublicKey(spki).fingerprint, /^[0-9a-f]{64}$/)
  assert.notEqual(new PublicKey(spki).fingerprint, withAlgorithm().fingerprint)
})
