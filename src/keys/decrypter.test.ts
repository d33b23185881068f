import assert from 'node:assert/strict'
import {
  constants,
  createPublicKey,
  generateKeyPairSync,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import { test } from 'node:test'
import type { KeyTransport } from '../protocol/cms/index.ts'
import { assertImplicitRejection, createDecrypter } from './decrypter.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const publicKey = createPublicKey(privateKey)
const decrypter = createDecrypter(privateKey)
const contentKey = randomBytes(32)
const modulus = Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url')

const encrypt = (transport: KeyTransport): Buffer =>
  transport === 'rsaes-pkcs1-v1_5'
    ? publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, contentKey)
    : publicEncrypt({ key: publicKey, oaepHash: transport.slice(11) }, contentKey)

const TRANSPORTS = ['rsaes-pkcs1-v1_5', 'rsaes-oaep-sha1', 'rsaes-oaep-sha256'] as const

/** What PKCS#1 v1.5 encryption would make of `block`, were it well padded. */
const encryptBlock = (block: Uint8Array): Buffer =>
  publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, block)

for (const transport of TRANSPORTS) {
  test(`opens a content key sent by ${transport}`, () => {
    const opened = decrypter.decrypt(encrypt(transport), transport, 32)

    assert.deepEqual(Buffer.from(opened), contentKey)
  })

  test(`answers every fault of ${transport} with fresh random bytes of the length asked for [security C1]`, () => {
    const sound = encrypt(transport)
    const ciphertexts = {
      empty: new Uint8Array(),
      'one byte': Uint8Array.of(1),
      'all zero': new Uint8Array(256),
      'the modulus': modulus,
      'above the modulus': new Uint8Array(256).fill(0xff),
      'too long': Buffer.concat([sound, Uint8Array.of(0)]),
      'too short': sound.subarray(0, -1),
      'one bit flipped': sound.map((byte, i) => (i === 100 ? byte ^ 1 : byte)),
      'padding of a signature': encryptBlock(padded(1)),
      'no padding': encryptBlock(new Uint8Array(256).fill(5, 1)),
    }
    for (const [fault, ciphertext] of Object.entries(ciphertexts)) {
      for (const keyLength of [16, 24, 32]) {
        const first = decrypter.decrypt(ciphertext, transport, keyLength)
        const second = decrypter.decrypt(ciphertext, transport, keyLength)
        assert.equal(first.length, keyLength, fault)
        assert.equal(second.length, keyLength, fault)
        assert.notDeepEqual(first, contentKey, fault)
      }
    }
  })

  test(`answers a content key of another length than asked for with random bytes, ${transport} [security C1]`, () => {
    const ciphertext = encrypt(transport)
    for (const keyLength of [16, 24, 31, 33]) {
      const first = Buffer.from(decrypter.decrypt(ciphertext, transport, keyLength))
      const second = Buffer.from(decrypter.decrypt(ciphertext, transport, keyLength))
      assert.equal(first.length, keyLength)
      assert.notDeepEqual(first, second)
      assert.notDeepEqual(first, contentKey.subarray(0, keyLength))
      assert.notDeepEqual(first.subarray(0, 16), contentKey.subarray(0, 16))
    }
  })
}

test('tells its public key', () => {
  assert.deepEqual(decrypter.publicKey, publicKey.export({ type: 'spki', format: 'der' }))
})

test('300 wrongly padded ciphertexts are rejected implicitly by this Node [security C1]', () => {
  for (let i = 0; i < 300; i++) {
    const ciphertext = encryptBlock(Buffer.concat([Uint8Array.of(0), randomBytes(255)]))
    const input = { key: privateKey, padding: constants.RSA_PKCS1_PADDING }
    assert.doesNotThrow(() => privateDecrypt(input, ciphertext))
  }
})

test('proves implicit rejection with any RSA key and refuses another kind', () => {
  assert.doesNotThrow(() => assertImplicitRejection(privateKey))
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  assert.throws(() => createDecrypter(ec.privateKey), TypeError)
})

/** A block as PKCS#1 pads it, with the given block type and a message of 32 bytes. */
function padded(blockType: number): Buffer {
  const block = Buffer.alloc(256, 0xff)
  block.set([0, blockType])
  block[256 - 33] = 0
  return block
}
