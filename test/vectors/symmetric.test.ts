import assert from 'node:assert/strict'
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { test } from 'node:test'
import { z } from 'zod'
import { openEnvelopedData, type Recipient } from '../../src/protocol/cms/index.ts'
import { refusal } from '../codec/damage.ts'
import { bytes, readGroups, skipWithout, tally, vector } from './wycheproof.ts'

const TO_ANYBODY = {
  recipients: [
    {
      rid: { kind: 'subject-key-identifier', identifier: new Uint8Array() },
      transport: 'rsaes-pkcs1-v1_5',
      encryptedKey: new Uint8Array(),
    },
  ],
  otherRecipients: 0,
} as const

/** Whoever opens every encrypted key to this content key. */
const holderOf = (contentKey: Uint8Array): Recipient => ({
  certificate: undefined,
  decrypter: { publicKey: new Uint8Array(), decrypt: () => contentKey },
})

const CBC = {
  128: 'aes-128-cbc',
  192: 'aes-192-cbc',
  256: 'aes-256-cbc',
} as const

test('AES-CBC with PKCS#7 padding: 216 Wycheproof vectors, 72 valid, 144 invalid, as contents of envelopes [security C11] [proof F4]', {
  skip: skipWithout('aes_cbc_pkcs5_test.json'),
}, () => {
  const fields = { key: bytes, iv: bytes, msg: bytes, ct: bytes }
  const keySize = z.literal([128, 192, 256])
  const group = z.object({ keySize, tests: z.array(vector(fields)) })
  const groups = readGroups('aes_cbc_pkcs5_test.json', group)

  for (const { keySize, tests } of groups) {
    for (const { tcId, result, key, iv, msg, ct } of tests) {
      const envelope = { ...TO_ANYBODY, cipher: CBC[keySize], iv, encryptedContent: ct }
      const decrypt = () => openEnvelopedData(envelope, holderOf(key))
      if (result === 'valid') assert.deepEqual(Buffer.from(decrypt()), msg, `vector ${tcId}`)
      else assert.equal(refusal(decrypt), 'cms_decryption', `vector ${tcId}`)
    }
  }
  assert.deepEqual(tally(groups), { valid: 72, invalid: 144 })
})

test('AES-GCM: 313 of 316 Wycheproof vectors, 226 valid, 87 invalid [security W14] [proof F4]', {
  skip: skipWithout('aes_gcm_test.json'),
}, () => {
  const fields = { key: bytes, iv: bytes, aad: bytes, msg: bytes, ct: bytes, tag: bytes }
  const group = z.object({
    keySize: z.number(),
    ivSize: z.number(),
    tests: z.array(vector(fields)),
  })
  // OpenSSL takes no nonce above 1,024 bits, which leaves out three vectors; windfall's have 96.
  const groups = readGroups('aes_gcm_test.json', group).filter(({ ivSize }) => ivSize <= 1024)

  for (const { keySize, tests } of groups) {
    const cipher = z.enum(['aes-128-gcm', 'aes-192-gcm', 'aes-256-gcm']).parse(`aes-${keySize}-gcm`)
    for (const { tcId, result, key, iv, aad, msg, ct, tag } of tests) {
      const decrypt = () => {
        const decipher = createDecipheriv(cipher, key, iv).setAAD(aad).setAuthTag(tag)
        return Buffer.concat([decipher.update(ct), decipher.final()])
      }
      if (result === 'valid') {
        const encrypting = createCipheriv(cipher, key, iv).setAAD(aad)
        const sealed = Buffer.concat([encrypting.update(msg), encrypting.final()])
        assert.deepEqual(sealed, ct, `vector ${tcId}`)
        assert.deepEqual(encrypting.getAuthTag(), tag, `vector ${tcId}`)
        assert.deepEqual(decrypt(), msg, `vector ${tcId}`)
      } else {
        assert.throws(decrypt, `vector ${tcId}`)
      }
    }
  }
  assert.deepEqual(tally(groups), { valid: 226, invalid: 87 })
})

test('HMAC-SHA-256: 174 Wycheproof vectors, 66 valid, 108 invalid [security W13] [proof F4]', {
  skip: skipWithout('hmac_sha256_test.json'),
}, () => {
  const fields = { key: bytes, msg: bytes, tag: bytes }
  const group = z.object({ tagSize: z.number(), tests: z.array(vector(fields)) })
  const groups = readGroups('hmac_sha256_test.json', group)

  for (const { tagSize, tests } of groups) {
    for (const { tcId, result, key, msg, tag } of tests) {
      const mac = createHmac('sha256', key)
        .update(msg)
        .digest()
        .subarray(0, tagSize / 8)
      assert.equal(mac.equals(tag), result === 'valid', `vector ${tcId}`)
    }
  }
  assert.deepEqual(tally(groups), { valid: 66, invalid: 108 })
})

test('HKDF-SHA-256: 86 Wycheproof vectors, 83 valid, 3 invalid [security W14] [proof F4]', {
  skip: skipWithout('hkdf_sha256_test.json'),
}, () => {
  const fields = { ikm: bytes, salt: bytes, info: bytes, size: z.number(), okm: bytes }
  const groups = readGroups('hkdf_sha256_test.json', z.object({ tests: z.array(vector(fields)) }))

  for (const { tests } of groups) {
    for (const { tcId, result, ikm, salt, info, size, okm } of tests) {
      const derive = () => Buffer.from(hkdfSync('sha256', ikm, salt, info, size))
      if (result === 'valid') assert.deepEqual(derive(), okm, `vector ${tcId}`)
      else assert.throws(derive, `vector ${tcId}`)
    }
  }
  assert.deepEqual(tally(groups), { valid: 83, invalid: 3 })
})
