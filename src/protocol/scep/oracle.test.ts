import assert from 'node:assert/strict'
import { constants, createCipheriv, publicEncrypt, randomBytes, sign } from 'node:crypto'
import { test } from 'node:test'
import { flip } from '../../../test/codec/damage.ts'
import { makeDecrypter, makeHolder, makeKey, publicKeyOf } from '../../../test/codec/holder.ts'
import { envelopedData, recipientInfo } from '../../../test/codec/message.ts'
import { certificateRequest, pkiMessage } from '../../../test/codec/pki-message.ts'
import { der } from '../asn1/index.ts'
import { encodeIssuerAndSerialNumber, encodeName, STANDARD_KEY_POLICY } from '../x509/index.ts'
import { openRequest } from './index.ts'

const AES_128_CBC = '2.16.840.1.101.3.4.1.2'
const MODULUS_BYTES = 256

const ra = makeHolder({ key: makeKey('rsa-2048'), subject: [[['CN', 'RA']]] })
const signer = makeHolder({ key: makeKey('rsa-2048'), subject: [[['CN', 'Signer']]] })
const requested = { key: makeKey('rsa-2048') }
const recipient = { certificate: ra.certificate, decrypter: makeDecrypter(ra.key) }

const contentKey = randomBytes(16)
const iv = randomBytes(16)
const request = certificateRequest(requested)

const encipher = (plain: Uint8Array, pad = true): Buffer => {
  const cipher = createCipheriv('aes-128-cbc', contentKey, iv).setAutoPadding(pad)
  return Buffer.concat([cipher.update(plain), cipher.final()])
}
const encryptKey = (key: Uint8Array): Buffer =>
  publicEncrypt({ key: ra.certificate.publicKey.key, padding: constants.RSA_PKCS1_PADDING }, key)
/** Encrypts a block of the modulus' length as it is. */
const encryptBlock = (block: Uint8Array): Buffer =>
  publicEncrypt({ key: ra.certificate.publicKey.key, padding: constants.RSA_NO_PADDING }, block)
/** 00, block type, padding, separator, content key. */
const block = (type: number, separator = 0): Buffer => {
  const bytes = Buffer.alloc(MODULUS_BYTES, 0xa5)
  bytes.set([0, type], 0)
  bytes.set([separator, ...contentKey], MODULUS_BYTES - contentKey.length - 1)
  return bytes
}
const shortPadding = (): Buffer => {
  const bytes = block(2)
  bytes[5] = 0
  return bytes
}

interface Envelope {
  readonly encryptedKey?: Uint8Array
  readonly encrypted?: Uint8Array
  readonly iv?: Uint8Array
}

const seal = ({ encryptedKey, encrypted, iv: vector = iv }: Envelope): Uint8Array =>
  envelopedData({
    recipientInfos: [
      recipientInfo({
        rid: encodeIssuerAndSerialNumber(ra.certificate),
        encryptedKey: encryptedKey ?? encryptKey(contentKey),
      }),
    ],
    cipher: AES_128_CBC,
    iv: vector,
    encryptedContent: der.taggedPrimitive(0, encrypted ?? encipher(request)),
  })

/** What the client hears: nothing else may depend on what is wrong. */
const heard = (envelope: Envelope): string => {
  const opened = openRequest(pkiMessage(seal(envelope), signer), {
    recipient,
    keyPolicy: STANDARD_KEY_POLICY,
    allowSingleDes: false,
  })
  return opened.kind === 'request' ? 'request' : `${opened.failInfo}: ${opened.text}`
}

const certificationRequest = (publicKey: Uint8Array): Uint8Array => {
  const info = der.sequence(der.smallInteger(0), encodeName([]), publicKey)
  const algorithm = der.sequence(der.oid('1.2.840.113549.1.1.11'), der.nothing)
  return der.sequence(info, algorithm, der.bitString(sign('sha256', info, requested.key)))
}
const rsaKey = (modulus: Uint8Array): Uint8Array =>
  der.sequence(
    der.sequence(der.oid('1.2.840.113549.1.1.1'), der.nothing),
    der.bitString(der.sequence(der.unsignedInteger(modulus), der.smallInteger(65537))),
  )

const whole = encipher(request)
const rsaModulus = Buffer.from(request).indexOf(Buffer.from([0x02, 0x82, 0x01, 0x01, 0x00]))

const FAULTS: Readonly<Record<string, () => Envelope>> = {
  'block type of a signature': () => ({ encryptedKey: encryptBlock(block(1)) }),
  'block type 0': () => ({ encryptedKey: encryptBlock(block(0)) }),
  'no separator': () => ({ encryptedKey: encryptBlock(block(2, 0xa5).fill(0xa5, 2)) }),
  'padding of three bytes': () => ({ encryptedKey: encryptBlock(shortPadding()) }),
  'an empty content key': () => ({ encryptedKey: encryptKey(new Uint8Array()) }),
  'a content key one byte short': () => ({ encryptedKey: encryptKey(contentKey.subarray(1)) }),
  'a content key one byte long': () => ({
    encryptedKey: encryptKey(Buffer.concat([contentKey, Buffer.alloc(1)])),
  }),
  'a content key of AES-256': () => ({ encryptedKey: encryptKey(randomBytes(32)) }),
  'another content key': () => ({ encryptedKey: encryptKey(randomBytes(16)) }),
  'one bit of the encrypted key changed': () => ({
    encryptedKey: flip(encryptKey(contentKey), 100),
  }),
  'an encrypted key of no byte': () => ({ encryptedKey: new Uint8Array() }),
  'an encrypted key one byte short': () => ({
    encryptedKey: encryptKey(contentKey).subarray(0, -1),
  }),
  'an encrypted key one byte long': () => ({
    encryptedKey: Buffer.concat([encryptKey(contentKey), Buffer.alloc(1)]),
  }),
  'an encrypted key above the modulus': () => ({ encryptedKey: Buffer.alloc(MODULUS_BYTES, 0xff) }),
  'an encrypted key of zeros': () => ({ encryptedKey: Buffer.alloc(MODULUS_BYTES) }),
  'no encrypted content': () => ({ encrypted: new Uint8Array() }),
  'encrypted content of half a block': () => ({ encrypted: whole.subarray(0, 8) }),
  'encrypted content one block short': () => ({ encrypted: whole.subarray(0, -16) }),
  'wrong padding in the last block': () => ({ encrypted: encipher(Buffer.alloc(32), false) }),
  'another initialization vector': () => ({ iv: randomBytes(16) }),
  'content that is no ASN.1': () => ({ encrypted: encipher(randomBytes(600)) }),
  'content that is another message': () => ({ encrypted: encipher(signer.certificate.bytes) }),
  'bytes after the request': () => ({
    encrypted: encipher(Buffer.concat([request, Buffer.from([1])])),
  }),
  'a request with a wrong signature': () => ({
    encrypted: encipher(certificateRequest(requested, { key: ra.key })),
  }),
  'a request for a key of no type': () => ({
    encrypted: encipher(certificationRequest(der.sequence())),
  }),
  'a request for a weak key that is not its own': () => ({
    encrypted: encipher(certificationRequest(rsaKey(randomBytes(128)))),
  }),
  'a request for an unusable key': () => ({
    encrypted: encipher(certificationRequest(rsaKey(Buffer.alloc(1)))),
  }),
  'a changed block in the key of the request': () => ({ encrypted: flip(whole, rsaModulus + 64) }),
}

test('opens what is sealed as it should be', () => {
  assert.equal(heard({}), 'request')
})

test(`${Object.keys(FAULTS).length} kinds of broken envelopes are told apart by nothing that the client hears [security C1 C11]`, () => {
  for (const [what, fault] of Object.entries(FAULTS)) {
    for (let round = 0; round < 10; round++) {
      assert.equal(heard(fault()), 'badMessageCheck: the request cannot be read', what)
    }
  }
})

test('every byte of the encrypted request, changed, is answered alike [security C11]', () => {
  for (let at = 0; at < whole.length; at++) {
    const encrypted = flip(whole, at, 1 << (at & 7))
    assert.equal(heard({ encrypted }), 'badMessageCheck: the request cannot be read', `byte ${at}`)
  }
})

test('a weak key that signs its own request is named as what it is', () => {
  const weak = { key: makeKey('rsa-1024') }
  assert.equal(publicKeyOf(weak.key).length, 162)
  assert.equal(
    heard({ encrypted: encipher(certificateRequest(weak)) }),
    'badAlg: the key is not accepted',
  )
})
