import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { flip } from '../../../test/codec/damage.ts'
import { readFixture } from '../../../test/codec/fixture.ts'
import {
  attribute,
  chunked,
  contentTypeAttribute,
  ID_DATA,
  ID_SIGNED_DATA,
  messageDigestAttribute,
  signedData,
  signedDataIndefinite,
  signerInfo,
} from '../../../test/codec/message.ts'
import {
  codeOf,
  content,
  ec,
  message,
  rsa,
  sorted,
  verify,
} from '../../../test/codec/signed-message.ts'
import { der } from '../asn1/index.ts'
import { encodeHash, encodeSignatureAlgorithm } from '../x509/index.ts'
import { decodeSignedData } from './index.ts'

const phase2 = readFixture('ota/phase2-zentral.p7m')

/** Every place of a part that lies inside `bytes`. */
const placesOf = (part: Uint8Array, bytes: Uint8Array): number[] => {
  const start = part.byteOffset - bytes.byteOffset
  assert.ok(part.length > 0 && start > 0 && start + part.length <= bytes.length)
  return Array.from(part, (_, index) => start + index)
}

const MESSAGES: Readonly<Record<string, Uint8Array>> = {
  'the Mac that signed for phase 2': phase2,
  "Apple's SCEP client": readFixture('scep/micromdm-PKCSReq.der'),
  'a message with signed attributes': Uint8Array.from(message({ attributes: sorted })),
  'a message without signed attributes': Uint8Array.from(message()),
  'a message by P-256': Uint8Array.from(message({ attributes: sorted }, ec)),
}

for (const [whose, bytes] of Object.entries(MESSAGES)) {
  test(`refuses one changed bit in content, signature and each attribute: ${whose} [security C2]`, () => {
    const decoded = decodeSignedData(bytes)
    const [info] = decoded.signerInfos
    assert.ok(decoded.content && info)
    const parts = [decoded.content, info.signature, ...(info.signedAttributes?.elements ?? [])]
    for (const place of parts.flatMap((part) => placesOf(part, bytes))) {
      assert.ok(codeOf(flip(bytes, place, 1 << (place & 7))), `byte ${place}`)
    }
  })

  test(`one changed bit anywhere is refused or changes nothing that was said: ${whose} [security C2]`, () => {
    const original = verify(bytes)
    for (let place = 0; place < bytes.length; place++) {
      const changed = flip(bytes, place, 1 << (place & 7))
      if (codeOf(changed) !== undefined) continue
      const verified = verify(changed)
      assert.deepEqual(Buffer.from(verified.content), Buffer.from(original.content))
      assert.ok(verified.signer.publicKey.key.equals(original.signer.publicKey.key))
      assert.deepEqual([...verified.attributes.keys()], [...original.attributes.keys()])
    }
  })
}

test('refuses other content under a valid signature [security C3]', () => {
  const swapped = (info: Uint8Array): Uint8Array =>
    signedData({
      signerInfos: [info],
      certificates: [rsa.certificate.bytes],
      content: der.octetString(Buffer.from('Something else')),
    })
  assert.equal(
    codeOf(swapped(signerInfo(rsa, content, { attributes: sorted }))),
    'cms_message_digest',
  )
  assert.equal(codeOf(swapped(signerInfo(rsa, content))), 'cms_signature')
})

const type = contentTypeAttribute()
const digest = messageDigestAttribute(content, 'sha256')
const digestValue = createHash('sha256').update(content).digest()
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
const CONTENT_TYPE = '1.2.840.113549.1.9.3'

const ATTRIBUTES: readonly (readonly [
  what: string,
  attributes: readonly Uint8Array[],
  code: string,
])[] = [
  ['no contentType', [digest], 'cms_attributes'],
  ['contentType twice', [type, type, digest], 'cms_attributes'],
  [
    'contentType of two values',
    [attribute(CONTENT_TYPE, der.oid(ID_DATA), der.oid(ID_SIGNED_DATA)), digest],
    'cms_attributes',
  ],
  ['contentType of no value', [attribute(CONTENT_TYPE), digest], 'cms_attributes'],
  ['another contentType', [contentTypeAttribute(ID_SIGNED_DATA), digest], 'cms_attributes'],
  [
    'contentType as text',
    [attribute(CONTENT_TYPE, der.utf8String(ID_DATA)), digest],
    'asn1_unexpected',
  ],
  ['no messageDigest', [type], 'cms_attributes'],
  ['messageDigest twice', [type, digest, digest], 'cms_attributes'],
  [
    'messageDigest of two values, one right',
    [
      type,
      attribute(MESSAGE_DIGEST, der.octetString(digestValue), der.octetString(Buffer.alloc(32))),
    ],
    'cms_attributes',
  ],
  ['messageDigest of no value', [type, attribute(MESSAGE_DIGEST)], 'cms_attributes'],
  [
    'an empty messageDigest',
    [type, attribute(MESSAGE_DIGEST, der.octetString())],
    'cms_message_digest',
  ],
  [
    'the first half of the messageDigest',
    [type, attribute(MESSAGE_DIGEST, der.octetString(digestValue.subarray(0, 16)))],
    'cms_message_digest',
  ],
  [
    'the messageDigest of nothing',
    [type, messageDigestAttribute(Buffer.alloc(0), 'sha256')],
    'cms_message_digest',
  ],
  [
    'messageDigest by another hash',
    [type, messageDigestAttribute(content, 'sha512')],
    'cms_message_digest',
  ],
  [
    'messageDigest as BIT STRING',
    [type, attribute(MESSAGE_DIGEST, der.bitString(digestValue))],
    'asn1_unexpected',
  ],
]

for (const [what, attributes, code] of ATTRIBUTES) {
  test(`refuses well signed attributes with ${what} [security C3]`, () => {
    assert.equal(codeOf(message({ attributes })), code)
  })
}

test('refuses signed attributes that are present but empty [security C3]', () => {
  assert.equal(codeOf(message({ attributes: [] })), 'cms_attributes')
  assert.equal(codeOf(message({ attributes: [], signed: content })), 'cms_attributes')
})

test('refuses signed attributes that were taken off and made the content [security C4]', () => {
  const attributes = der.setOf(sorted)
  const stripped = signedData({
    signerInfos: [signerInfo(rsa, attributes)],
    certificates: [rsa.certificate.bytes],
    content: der.octetString(attributes),
  })
  assert.equal(codeOf(stripped), 'cms_attributes')
  const chunks = signedDataIndefinite({
    signerInfos: [signerInfo(rsa, attributes)],
    certificates: [rsa.certificate.bytes],
    content: chunked(attributes, 1),
  })
  assert.equal(codeOf(chunks), 'cms_attributes')
})

test('refuses content without signed attributes that is not of type data [security C4]', () => {
  const bytes = signedData({
    signerInfos: [signerInfo(rsa, content)],
    certificates: [rsa.certificate.bytes],
    content: der.octetString(content),
    contentType: '1.2.840.113549.1.9.16.1.4',
  })
  assert.equal(codeOf(bytes), 'cms_attributes')
})

test('refuses a signature algorithm that contradicts the digest algorithm, and unknown ones', () => {
  const withAlgorithm = (signatureAlgorithm: Uint8Array): string | undefined =>
    codeOf(message({ attributes: sorted, signatureAlgorithm }))

  assert.equal(withAlgorithm(encodeSignatureAlgorithm('rsa', 'sha1')), 'cms_signature')
  assert.equal(withAlgorithm(encodeSignatureAlgorithm('ecdsa', 'sha256')), 'cms_signature')
  assert.equal(withAlgorithm(encodeHash('sha256')), 'cms_signature')
  assert.equal(
    withAlgorithm(der.sequence(der.oid('1.2.840.113549.1.1.4'), der.nothing)),
    'cms_signature',
  )
})

test('refuses MD5, and a signature algorithm in the place of a digest algorithm [security S14]', () => {
  for (const oid of ['1.2.840.113549.2.5', '1.2.840.113549.1.1.11', '1.2.840.113549.2.2']) {
    const digestAlgorithm = der.sequence(der.oid(oid), der.nothing)
    assert.equal(codeOf(message({ attributes: sorted, digestAlgorithm })), 'cms_algorithm')
  }
})
