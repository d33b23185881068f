import assert from 'node:assert/strict'
import { constants, sign } from 'node:crypto'
import { test } from 'node:test'
import { refusal } from '../../../test/codec/damage.ts'
import {
  readCertificate,
  readFixture,
  readShared,
  skipWithoutShared,
} from '../../../test/codec/fixture.ts'
import {
  attribute,
  chunked,
  indefinite,
  keyIdentifierOf,
  signedAttributes,
  signedData,
  signedDataIndefinite,
  signerInfo,
} from '../../../test/codec/message.ts'
import {
  codeOf,
  content,
  ec,
  HASHES,
  message,
  rsa,
  sorted,
  verify,
} from '../../../test/codec/signed-message.ts'
import { der } from '../asn1/index.ts'
import { encodeHash, encodeSignatureAlgorithm } from '../x509/index.ts'
import { decodeSignedData, verifyDecoded, verifySignedData } from './index.ts'

const phase2 = readFixture('ota/phase2-zentral.p7m')
const phase2Content = readFixture('ota/phase2-zentral.content.plist')

test('verifies what a Mac signed for phase 2: BER, SHA-1, no signed attributes', () => {
  const { content, signer, hash, attributes } = verify(phase2)

  assert.deepEqual(Buffer.from(content), Buffer.from(phase2Content))
  assert.equal(hash, 'sha1')
  assert.equal(attributes.size, 0)
  const leaf = readCertificate('certs/apple-0B5938EB-A130-466F-BFA5-BFA950500D03.pem')
  assert.deepEqual(Buffer.from(signer.bytes), Buffer.from(leaf.bytes))
})

test('refuses the same where signed attributes or a newer hash are asked for', () => {
  assert.equal(
    refusal(() => verifySignedData(phase2, { signedAttributes: 'required', hashes: HASHES })),
    'cms_attributes',
  )
  assert.equal(
    refusal(() => verifySignedData(phase2, { signedAttributes: 'optional', hashes: ['sha256'] })),
    'cms_algorithm',
  )
})

for (const [file, hash] of [
  ['micromdm-PKCSReq.der', 'sha1'],
  ['commandment-mdmclient-PKIOperation.der', 'sha512'],
  ['jscep-req2.der', 'sha256'],
  ['jscep-resp2.der', 'sha256'],
] as const) {
  test(`verifies the captured SCEP message ${file}`, () => {
    const bytes = readFixture(`scep/${file}`)
    const verified = verifySignedData(bytes, { signedAttributes: 'required', hashes: HASHES })

    assert.equal(verified.hash, hash)
    assert.ok(verified.attributes.size >= 5)
  })
}

test('refuses an answer signed by a CA whose key is for certificates only', () => {
  assert.equal(codeOf(readFixture('scep/smallstep-CertRep.der')), 'cms_key_usage')
})

test("cannot verify an answer that leaves out the signer's certificate", () => {
  const bytes = readFixture('scep/smallstep-CertRep_NoCertificatesForSigners.der')

  assert.equal(codeOf(bytes), 'cms_signer_certificate')
})

test('refuses what is no SignedData, and SignedData without signers', () => {
  assert.equal(codeOf(readFixture('scep/jscep-resp0.der')), 'cms_signer_count')
  assert.equal(codeOf(readFixture('scep/jscep-req1.der')), 'cms_content_type')
})

const FORMS: Readonly<Record<string, Uint8Array>> = {
  'without signed attributes': message(),
  'with signed attributes': message({ attributes: sorted }),
  'with signed attributes in another order, signed as sent': message({
    attributes: sorted.toReversed(),
  }),
  'with signed attributes in another order, signed as DER would have them': message({
    attributes: sorted.toReversed(),
    signed: der.setOf(sorted),
  }),
  'with signed attributes of indefinite length': message({
    attributes: sorted,
    encodedAttributes: indefinite(0xa0, ...sorted),
  }),
  'with the signer named by key identifier': message({
    attributes: sorted,
    sid: keyIdentifierOf(rsa),
  }),
  'with sha256WithRSAEncryption as its algorithm': message({
    attributes: sorted,
    signatureAlgorithm: encodeSignatureAlgorithm('rsa', 'sha256'),
  }),
  'with a digest algorithm without parameters': message({
    attributes: sorted,
    digestAlgorithm: der.sequence(der.oid('2.16.840.1.101.3.4.2.1')),
  }),
  'by SHA-1': message({ attributes: signedAttributes(content, 'sha1'), hash: 'sha1' }),
  'by SHA-512': message({ attributes: signedAttributes(content, 'sha512'), hash: 'sha512' }),
  'by P-256': message({ attributes: sorted }, ec),
  'by P-256 without signed attributes': message({}, ec),
  'by P-256 and SHA-1': message(
    { attributes: signedAttributes(content, 'sha1'), hash: 'sha1' },
    ec,
  ),
}

for (const [form, bytes] of Object.entries(FORMS)) {
  test(`verifies a message ${form}`, () => {
    const verified = verify(bytes)

    assert.deepEqual(Buffer.from(verified.content), content)
    const { certificate } = form.includes('P-256') ? ec : rsa
    assert.deepEqual(verified.signer.bytes, certificate.bytes)
  })
}

const wrapped = (octets: Uint8Array, attributes?: readonly Uint8Array[]): Uint8Array =>
  signedDataIndefinite({
    signerInfos: [signerInfo(rsa, content, attributes ? { attributes } : {})],
    certificates: [rsa.certificate.bytes],
    content: octets,
  })

for (const [form, octets] of [
  ['whole', der.octetString(content)],
  ['in one chunk', chunked(content, content.length)],
  ['in chunks of 100 bytes', chunked(content, 100)],
  ['in chunks of 1 byte', chunked(content, 1)],
  [
    'in chunks inside chunks',
    indefinite(0x24, chunked(content.subarray(0, 9), 4), chunked(content.subarray(9), 500)),
  ],
] as const) {
  test(`verifies a message of indefinite lengths with its content ${form}`, () => {
    for (const bytes of [wrapped(octets), wrapped(octets, sorted)]) {
      assert.deepEqual(Buffer.from(verify(bytes).content), content)
      assert.deepEqual(
        Buffer.from(verify(Buffer.concat([bytes, Buffer.alloc(6)])).content),
        content,
      )
    }
  })
}

test('returns the signed attributes by type, unknown ones too', () => {
  const extra = attribute('1.2.3.4', der.smallInteger(7))
  const { attributes } = verify(message({ attributes: [...sorted, extra] }))

  assert.deepEqual(
    attributes.get('1.2.3.4')?.map((value) => value.smallInteger()),
    [7],
  )
  assert.equal(attributes.size, 4)
})

test('verifies RSASSA-PSS by its parameters', () => {
  const sha256 = encodeHash('sha256')
  const pss = (...fields: Uint8Array[]): Uint8Array =>
    der.sequence(der.oid('1.2.840.113549.1.1.10'), der.sequence(...fields))
  const parameters = [
    der.tagged(0, sha256),
    der.tagged(1, der.sequence(der.oid('1.2.840.113549.1.1.8'), sha256)),
    der.tagged(2, der.smallInteger(32)),
  ]
  const signature = sign('sha256', der.tlv(0x31, ...sorted), {
    key: rsa.key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: 32,
  })
  const withParameters = (...fields: Uint8Array[]): string | undefined => {
    const bytes = message({ attributes: sorted, signatureAlgorithm: pss(...fields) })
    const decoded = decodeSignedData(bytes)
    const signerInfos = decoded.signerInfos.map((info) => ({ ...info, signature }))
    return refusal(() =>
      verifyDecoded({ ...decoded, signerInfos }, { signedAttributes: 'required', hashes: HASHES }),
    )
  }
  assert.equal(withParameters(...parameters), undefined)
  assert.equal(withParameters(...parameters.slice(0, 2)), 'cms_signature')
  assert.equal(withParameters(...parameters.slice(1)), 'cms_signature')
  assert.equal(withParameters(), 'cms_signature')
})

test('refuses detached content, in which nothing is left to verify', () => {
  const detached = signedData({
    signerInfos: [signerInfo(rsa, content, { attributes: sorted })],
    certificates: [rsa.certificate.bytes],
    content: undefined,
  })
  assert.equal(codeOf(detached), 'cms_no_content')
})

const mdm = (name: string): Uint8Array => readShared(`fixtures/mdm/nanomdm/mdm-signature-${name}`)
const header = (number: number): Uint8Array =>
  Buffer.from(mdm(`header-${number}.b64`).toString(), 'base64')

test('the Mdm-Signature headers of devices are detached: nothing to verify without the body', {
  skip: skipWithoutShared,
}, () => {
  for (const number of [1, 2]) assert.equal(codeOf(header(number)), 'cms_no_content')
})

test('an Mdm-Signature verifies over the very body it came with, and over no other', {
  skip: skipWithoutShared,
}, () => {
  const decoded = decodeSignedData(header(2))
  const body = mdm('body-2.plist')
  const over = (bytes: Uint8Array): string | undefined =>
    refusal(() =>
      verifyDecoded(
        { ...decoded, content: bytes },
        { signedAttributes: 'optional', hashes: HASHES },
      ),
    )
  assert.equal(over(body), undefined)
  assert.equal(over(Buffer.concat([body, Buffer.from('\n')])), 'cms_signature')
})
