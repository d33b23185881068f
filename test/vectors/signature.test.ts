import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { test } from 'node:test'
import { z } from 'zod'
import { decode, der } from '../../src/protocol/asn1/index.ts'
import {
  decodeAlgorithm,
  encodeHash,
  type Hash,
  verifySignature,
} from '../../src/protocol/x509/index.ts'
import { bytes, readGroups, skipWithout, tally, vector } from './wycheproof.ts'

const group = z.object({
  publicKeyDer: bytes.transform((key) => createPublicKey({ key, format: 'der', type: 'spki' })),
  tests: z.array(vector({ msg: bytes, sig: bytes })),
})

const algorithm = (oid: string, ...parameters: Uint8Array[]) =>
  decodeAlgorithm(decode(der.sequence(der.oid(oid), ...parameters), 'der'))

/** RFC 4055 §3.1: RSASSA-PSS-params. */
const pssParameters = (hash: Hash, saltLength: number): Uint8Array =>
  der.sequence(
    der.tagged(0, encodeHash(hash)),
    der.tagged(1, der.sequence(der.oid('1.2.840.113549.1.1.8'), encodeHash(hash))),
    der.tagged(2, der.smallInteger(saltLength)),
  )

const FILES = [
  {
    file: 'rsa_signature_2048_sha256_test.json',
    scheme: algorithm('1.2.840.113549.1.1.11', der.nothing),
    counts: { valid: 9, acceptable: 1, invalid: 249 },
  },
  {
    file: 'rsa_signature_2048_sha512_test.json',
    scheme: algorithm('1.2.840.113549.1.1.13', der.nothing),
    counts: { valid: 8, acceptable: 1, invalid: 250 },
  },
  {
    file: 'rsa_pss_2048_sha256_mgf1_32_test.json',
    scheme: algorithm('1.2.840.113549.1.1.10', pssParameters('sha256', 32)),
    counts: { valid: 63, invalid: 45 },
  },
  {
    file: 'ecdsa_secp256r1_sha256_test.json',
    scheme: algorithm('1.2.840.10045.4.3.2'),
    counts: { valid: 174, invalid: 310 },
  },
  {
    file: 'ecdsa_secp384r1_sha384_test.json',
    scheme: algorithm('1.2.840.10045.4.3.3'),
    counts: { valid: 194, invalid: 310 },
  },
]

for (const { file, scheme, counts } of FILES) {
  const total = Object.values(counts).reduce((sum, count) => sum + count)
  const name = `${file}: ${total} vectors, ${counts.valid} valid and nothing else accepted [security C9] [proof F4]`
  test(name, { skip: skipWithout(file) }, () => {
    const groups = readGroups(file, group)

    for (const { publicKeyDer, tests } of groups) {
      for (const { tcId, result, msg, sig } of tests) {
        const check = { algorithm: scheme, data: msg, signature: sig, key: publicKeyDer }
        assert.equal(verifySignature(check), result === 'valid', `vector ${tcId}`)
      }
    }
    assert.deepEqual(tally(groups), counts)
  })
}

test('ecdsa_secp256r1_sha256_p1363_test.json: 262 vectors, 173 valid and nothing else accepted [security C9] [proof F4]', {
  skip: skipWithout('ecdsa_secp256r1_sha256_p1363_test.json'),
}, () => {
  const groups = readGroups('ecdsa_secp256r1_sha256_p1363_test.json', group)

  for (const { publicKeyDer, tests } of groups) {
    const key = { key: publicKeyDer, dsaEncoding: 'ieee-p1363' } as const
    for (const { tcId, result, msg, sig } of tests) {
      assert.equal(verify('sha256', msg, key, sig), result === 'valid', `vector ${tcId}`)
    }
  }
  assert.deepEqual(tally(groups), { valid: 173, invalid: 89 })
})
