import assert from 'node:assert/strict'
import { constants, createPrivateKey, privateDecrypt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { z } from 'zod'
import { createDecrypter } from '../../src/keys/index.ts'
import { bytes, readGroups, skipWithout, tally, vector } from './wycheproof.ts'

const CONTENT_KEY_LENGTHS = [16, 24, 32]

const pkcs8 = bytes.transform((key) => createPrivateKey({ key, format: 'der', type: 'pkcs8' }))
const pkcs1Group = z.object({
  privateKeyPkcs8: pkcs8,
  tests: z.array(vector({ msg: bytes, ct: bytes })),
})

test('PKCS#1 v1.5: 67 Wycheproof vectors, 42 valid opened, 25 invalid answered with random bytes [security C1] [proof F4]', () => {
  const groups = readGroups('rsa_pkcs1_2048_test.json', pkcs1Group)

  for (const { privateKeyPkcs8, tests } of groups) {
    const decrypter = createDecrypter(privateKeyPkcs8)
    for (const { tcId, result, msg, ct } of tests) {
      const open = (keyLength: number) =>
        Buffer.from(decrypter.decrypt(ct, 'rsaes-pkcs1-v1_5', keyLength))
      assert.equal(open(msg.length).equals(msg), result === 'valid', `vector ${tcId}`)
      for (const keyLength of CONTENT_KEY_LENGTHS.filter((length) => length !== msg.length)) {
        assert.equal(open(keyLength).length, keyLength, `vector ${tcId}`)
        assert.notDeepEqual(open(keyLength), open(keyLength), `vector ${tcId}`)
      }
    }
  }
  assert.deepEqual(tally(groups), { valid: 42, invalid: 25 })
})

const rejection = z.object({
  privateKeyPem: z.string(),
  tests: z.array(
    z.object({ id: z.number(), result: z.enum(['valid', 'synthetic']), msg: bytes, ct: bytes }),
  ),
})
const readRejection = () => {
  const file = new URL(
    '../fixtures/vectors/openssl/rsa_pkcs1_implicit_rejection.json',
    import.meta.url,
  )
  const { privateKeyPem, tests } = rejection.parse(JSON.parse(readFileSync(file, 'utf8')))
  return { key: createPrivateKey(privateKeyPem), tests }
}

test('implicit rejection: this Node reproduces 9 OpenSSL vectors bit for bit [security C1] [proof F4]', () => {
  const { key, tests } = readRejection()

  for (const { id, msg, ct } of tests) {
    const opened = privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, ct)
    assert.deepEqual(opened, msg, `vector ${id}`)
  }
  assert.equal(tests.length, 9)
})

test('implicit rejection: of 9 OpenSSL vectors 3 are opened, 6 never throw and leave random bytes [security C1] [proof F4]', () => {
  const { key, tests } = readRejection()
  const decrypter = createDecrypter(key)
  const open = (ct: Buffer, keyLength: number) =>
    Buffer.from(decrypter.decrypt(ct, 'rsaes-pkcs1-v1_5', keyLength))

  const valid = tests.filter(({ result }) => result === 'valid')
  const synthetic = tests.filter(({ result }) => result === 'synthetic')
  for (const { ct, msg } of valid) assert.deepEqual(open(ct, msg.length), msg)
  for (const { ct } of synthetic) {
    for (const keyLength of CONTENT_KEY_LENGTHS) {
      assert.equal(open(ct, keyLength).length, keyLength)
      assert.notDeepEqual(open(ct, keyLength), open(ct, keyLength))
    }
  }
  assert.deepEqual([valid.length, synthetic.length], [3, 6])
})

const oaepGroup = z.object({
  privateKeyPkcs8: pkcs8,
  tests: z.array(vector({ msg: bytes, ct: bytes, label: bytes })),
})

for (const { hash, counts } of [
  { hash: 'sha1', counts: { valid: 17, invalid: 19 } },
  { hash: 'sha256', counts: { valid: 18, invalid: 19 } },
] as const) {
  const total = counts.valid + counts.invalid
  const name = `OAEP with ${hash}: ${total} Wycheproof vectors, ${counts.valid} valid, ${counts.invalid} invalid [security C1] [proof F4]`
  const file = `rsa_oaep_2048_${hash}_mgf1${hash}_test.json`
  test(name, { skip: skipWithout(file) }, () => {
    const groups = readGroups(file, oaepGroup)

    for (const { privateKeyPkcs8, tests } of groups) {
      const decrypter = createDecrypter(privateKeyPkcs8)
      for (const { tcId, result, msg, ct, label } of tests) {
        const opened = Buffer.from(decrypter.decrypt(ct, `rsaes-oaep-${hash}`, msg.length))
        assert.equal(opened.length, msg.length)
        // CMS has no use for a label: what was encrypted with one does not open.
        const expected = result === 'valid' && label.length === 0
        assert.equal(opened.equals(msg), expected, `vector ${tcId}`)
      }
    }
    assert.deepEqual(tally(groups), counts)
  })
}
