import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { refusal } from '../../../test/codec/damage.ts'
import {
  content,
  device,
  encrypt,
  open,
  other,
  recipientOf,
  seal,
} from '../../../test/codec/envelope.ts'
import { readDer, readFixture } from '../../../test/codec/fixture.ts'
import { makeHolder, makeKey } from '../../../test/codec/holder.ts'
import {
  bareEnvelopedData,
  chunked,
  envelopedData,
  indefinite,
  keyIdentifierOf,
} from '../../../test/codec/message.ts'
import { der } from '../asn1/index.ts'
import { encodeHash, encodeIssuerAndSerialNumber } from '../x509/index.ts'
import type { Cipher } from './cipher.ts'
import { decodeEnvelopedData, sealEnvelopedData } from './index.ts'

const CIPHER_NAMES = [
  'aes-128-cbc',
  'aes-192-cbc',
  'aes-256-cbc',
  'des-ede3-cbc',
  'des-cbc',
] as const

for (const cipher of CIPHER_NAMES) {
  test(`what is sealed with ${cipher} opens again, at every length around a block`, () => {
    for (const length of [0, 1, 7, 8, 9, 15, 16, 17, 1000]) {
      const plain = randomBytes(length)
      const sealed = sealEnvelopedData(plain, { recipient: device.certificate, cipher })
      assert.deepEqual(open(sealed), plain)
    }
  })
}

test('seals to exactly one recipient, named by the issuer and serial number of its certificate [security C7]', () => {
  const sealed = sealEnvelopedData(content, {
    recipient: device.certificate,
    cipher: 'aes-256-cbc',
  })

  const { recipients, otherRecipients } = decodeEnvelopedData(sealed)
  assert.equal(recipients.length, 1)
  assert.equal(otherRecipients, 0)
  assert.equal(recipients[0]?.transport, 'rsaes-pkcs1-v1_5')
  const name = encodeIssuerAndSerialNumber(device.certificate)
  assert.ok(Buffer.from(sealed).includes(Buffer.from(name)))
})

test('never seals twice with the same key or initialization vector', () => {
  const seal = (): string =>
    Buffer.from(
      decodeEnvelopedData(
        sealEnvelopedData(content, { recipient: device.certificate, cipher: 'aes-128-cbc' }),
      ).iv,
    ).toString('hex')
  assert.equal(new Set(Array.from({ length: 20 }, seal)).size, 20)
})

test('refuses to seal to a key that is not RSA', () => {
  const ec = makeHolder({ key: makeKey('p-256') })

  assert.equal(
    refusal(() => sealEnvelopedData(content, { recipient: ec.certificate, cipher: 'aes-256-cbc' })),
    'cms_recipient',
  )
})

const OAEP = '1.2.840.113549.1.1.7'

test('opens content in chunks, an envelope of indefinite lengths, a bare envelope', () => {
  const contentKey = randomBytes(16)
  const { iv, encrypted } = encrypt({ contentKey })
  for (const size of [1, 16, 100, 10_000]) {
    const inChunks = { iv, encryptedContent: chunked(encrypted, size, 0xa0) }
    assert.deepEqual(open(envelopedData(seal({ contentKey }, inChunks))), content)
  }
  const bare = bareEnvelopedData(seal())
  assert.deepEqual(open(bare), content)
  const loose = indefinite(0x30, der.oid('1.2.840.113549.1.7.3'), indefinite(0xa0, bare))
  assert.deepEqual(open(loose), content)
})

test('opens an envelope whose recipient is named by key identifier', () => {
  assert.deepEqual(open(envelopedData(seal({ rid: keyIdentifierOf(device) }))), content)
})

test('opens an envelope under OAEP with SHA-1, named or not, and SHA-256', () => {
  const transport = (...parameters: Uint8Array[]): Uint8Array =>
    der.sequence(der.oid(OAEP), ...parameters)
  const sha256 = encodeHash('sha256')
  const mgf1 = der.sequence(der.oid('1.2.840.113549.1.1.8'), sha256)
  for (const [oaepHash, keyTransport] of [
    ['sha1', transport()],
    ['sha1', transport(der.sequence())],
    ['sha1', transport(der.sequence(der.tagged(0, encodeHash('sha1'))))],
    ['sha256', transport(der.sequence(der.tagged(0, sha256), der.tagged(1, mgf1)))],
  ] as const) {
    assert.deepEqual(open(envelopedData(seal({ oaepHash, keyTransport }))), content)
  }
})

test('finds its own among several recipients and passes over those that are not RSA', () => {
  const contentKey = randomBytes(16)
  const mine = recipientOf(contentKey, {})
  const foreign = recipientOf(contentKey, { holder: other })
  const agreement = der.tagged(1, der.smallInteger(3))
  const body = seal({ contentKey })
  const addressed = (...recipientInfos: Uint8Array[]): Uint8Array =>
    envelopedData({ ...body, recipientInfos })

  for (const bytes of [
    addressed(foreign, mine),
    addressed(mine, foreign),
    addressed(agreement, foreign, mine),
  ]) {
    assert.deepEqual(open(bytes), content)
    assert.deepEqual(open(bytes, other), content)
  }
  assert.equal(decodeEnvelopedData(addressed(agreement, mine)).otherRecipients, 1)
})

test('opens an envelope for one recipient that names the certificate of before a renewal', () => {
  const renewed = makeHolder({
    key: device.key,
    serialNumber: Uint8Array.of(9),
    subject: [[['CN', 'Device']]],
  })

  assert.deepEqual(open(envelopedData(seal()), renewed), content)
})

test('reads the foreign envelopes of PyCA', () => {
  const read = (file: string): { cipher: Cipher; transports: readonly string[] } => {
    const { cipher, recipients } = decodeEnvelopedData(readDer(`pyca/pkcs7/${file}`))
    return { cipher, transports: recipients.map(({ transport }) => transport) }
  }
  assert.deepEqual(read('enveloped.pem'), {
    cipher: 'des-ede3-cbc',
    transports: ['rsaes-pkcs1-v1_5', 'rsaes-pkcs1-v1_5'],
  })
  assert.deepEqual(read('enveloped-triple-des.pem'), {
    cipher: 'des-ede3-cbc',
    transports: ['rsaes-pkcs1-v1_5'],
  })
  assert.deepEqual(read('enveloped-rsa-oaep.pem'), {
    cipher: 'aes-128-cbc',
    transports: ['rsaes-oaep-sha1'],
  })
  assert.equal(
    refusal(() => read('enveloped-no-content.der')),
    'asn1_unexpected',
  )
})

test("reads the envelope among the SCEP standard's samples", () => {
  const { cipher, recipients } = decodeEnvelopedData(readFixture('scep/jscep-req1.der'))

  assert.equal(cipher, 'aes-128-cbc')
  assert.equal(recipients.length, 1)
})
