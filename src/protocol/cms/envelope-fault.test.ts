import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { flip, refusal } from '../../../test/codec/damage.ts'
import {
  content,
  device,
  encrypt,
  open,
  other,
  recipientOf,
  seal,
} from '../../../test/codec/envelope.ts'
import { makeDecrypter, makeHolder } from '../../../test/codec/holder.ts'
import {
  chunked,
  contentInfo,
  type EnvelopedDataOptions,
  envelopedData,
  ID_DATA,
  ID_SIGNED_DATA,
} from '../../../test/codec/message.ts'
import { der } from '../asn1/index.ts'
import { encodeHash } from '../x509/index.ts'
import { CIPHERS } from './cipher.ts'
import { type Decrypter, decodeEnvelopedData, openEnvelopedData } from './index.ts'

const OAEP = '1.2.840.113549.1.1.7'

test('refuses a key transport that it does not know', () => {
  for (const keyTransport of [
    der.sequence(der.oid(OAEP), der.sequence(der.tagged(0, encodeHash('sha512')))),
    der.sequence(der.oid('1.2.840.113549.1.1.10')),
    der.sequence(der.oid('1.2.840.10045.2.1')),
  ]) {
    assert.equal(
      refusal(() => open(envelopedData(seal({ keyTransport })))),
      'cms_key_transport',
    )
  }
})

test('refuses RC2, AES-GCM and whatever else is no cipher of ours [security S14]', () => {
  for (const cipher of [
    '1.2.840.113549.3.2',
    '2.16.840.1.101.3.4.1.6',
    '1.2.840.113549.3.4',
    '1.2.3',
  ]) {
    assert.equal(
      refusal(() => open(envelopedData(seal({}, { cipher })))),
      'cms_cipher',
    )
  }
})

test('refuses an initialization vector of another length', () => {
  for (const length of [0, 8, 15, 17]) {
    assert.equal(
      refusal(() => open(envelopedData(seal({}, { iv: Buffer.alloc(length) })))),
      'cms_cipher',
    )
  }
})

test('refuses an envelope without an RSA recipient, and one for several others', () => {
  const { certificate: stranger, key } = makeHolder({
    key: device.key,
    subject: [[['CN', 'Stranger']]],
  })
  const contentKey = randomBytes(16)
  const recipientInfos = [recipientOf(contentKey, {}), recipientOf(contentKey, { holder: other })]
  const both = decodeEnvelopedData(envelopedData(seal({ contentKey }, { recipientInfos })))

  assert.equal(
    refusal(() =>
      openEnvelopedData(both, { certificate: stranger, decrypter: makeDecrypter(key) }),
    ),
    'cms_recipient',
  )
  for (const none of [[], [der.tagged(1, der.smallInteger(3))]]) {
    assert.equal(
      refusal(() => open(envelopedData(seal({}, { recipientInfos: none })))),
      'cms_recipient',
    )
  }
})

/** A Decrypter that yields one content key whatever is sent. */
const fixedKey = (contentKey: Uint8Array): Decrypter => ({
  publicKey: new Uint8Array(),
  decrypt: () => contentKey,
})

test('every fault behind the recipient is one error: key, padding, length, cipher text [security C1 C11]', () => {
  const contentKey = Buffer.alloc(16, 7)
  const iv = Buffer.alloc(16, 1)
  const { encrypted } = encrypt({ contentKey, iv })
  const cut = (length: number): Uint8Array => der.taggedPrimitive(0, encrypted.subarray(0, length))
  const padding = 16 - (content.length % 16)
  const padded = (byte: number): Uint8Array =>
    der.taggedPrimitive(0, flip(encrypted, encrypted.length - 17, padding ^ byte))
  const faults: Readonly<Record<string, [Partial<EnvelopedDataOptions>, Uint8Array]>> = {
    'another key': [{}, Buffer.alloc(16, 8)],
    'a cipher text of no block': [{ encryptedContent: cut(0) }, contentKey],
    'a cipher text of half a block': [{ encryptedContent: cut(8) }, contentKey],
    'a cipher text without its last byte': [
      { encryptedContent: cut(encrypted.length - 1) },
      contentKey,
    ],
    'a cipher text without its last block': [
      { encryptedContent: cut(encrypted.length - 16) },
      contentKey,
    ],
    'padding of 0': [{ encryptedContent: padded(0) }, contentKey],
    'padding of 17': [{ encryptedContent: padded(17) }, contentKey],
    'padding of 255': [{ encryptedContent: padded(255) }, contentKey],
  }
  for (const [what, [change, key]] of Object.entries(faults)) {
    const envelope = decodeEnvelopedData(envelopedData(seal({ contentKey, iv }, change)))
    assert.equal(
      refusal(() =>
        openEnvelopedData(envelope, { certificate: device.certificate, decrypter: fixedKey(key) }),
      ),
      'cms_decryption',
      what,
    )
  }
})

test('a content key of another length than the cipher has opens nothing [security C1]', () => {
  for (const [cipher, wrong] of [
    ['aes-128-cbc', 'aes-256-cbc'],
    ['aes-256-cbc', 'aes-128-cbc'],
    ['aes-256-cbc', 'aes-192-cbc'],
  ] as const) {
    const code = refusal(() => {
      const opened = open(envelopedData(seal({ cipher }, { cipher: CIPHERS[wrong].oid })))
      assert.notDeepEqual(opened, content)
    })
    // One in 256 wrong keys leaves a padding that looks right, and then what comes out is noise.
    assert.ok(code === undefined || code === 'cms_decryption')
  }
})

test('2,000 changed keys and contents open nothing and fail in no other way [security C1]', () => {
  const bytes = Uint8Array.from(envelopedData(seal()))
  const { recipients, encryptedContent } = decodeEnvelopedData(bytes)
  const parts = [recipients[0]?.encryptedKey ?? new Uint8Array(), encryptedContent]
  const places = parts.flatMap((part) => Array.from(part, (_, at) => part.byteOffset + at))
  const codes = new Set<string | undefined>()
  for (let round = 0; round < 2000; round++) {
    const changed = flip(bytes, places[round % places.length] ?? 0, 1 << (round & 7))
    codes.add(refusal(() => assert.notDeepEqual(open(changed), content)))
  }
  // Where the changed cipher text ends in a good padding, noise comes out.
  assert.deepEqual(codes, new Set(['cms_decryption', undefined]))
})

test('refuses other content types and an envelope without content', () => {
  for (const [bytes, code] of [
    [contentInfo(ID_SIGNED_DATA, der.sequence()), 'cms_content_type'],
    [contentInfo(ID_DATA, der.octetString(content)), 'cms_content_type'],
    [envelopedData(seal({}, { encryptedContent: undefined })), 'asn1_unexpected'],
    [envelopedData(seal({}, { encryptedContent: chunked(content, 5, 0xa1) })), 'asn1_unexpected'],
  ] as const) {
    assert.equal(
      refusal(() => decodeEnvelopedData(bytes)),
      code,
    )
  }
})
