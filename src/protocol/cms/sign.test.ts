import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { refusal } from '../../../test/codec/damage.ts'
import { makeHolder, makeKey } from '../../../test/codec/holder.ts'
import { decode, der, Tag } from '../asn1/index.ts'
import {
  basicConstraints,
  encodeSignatureAlgorithm,
  RSA_ENCRYPTION_ALGORITHM,
} from '../x509/index.ts'
import { decodeSignedData, encodeCertificatesOnly, signData, verifySignedData } from './index.ts'

const ca = makeHolder({
  key: makeKey('p-256'),
  subject: [[['CN', 'CA']]],
  extensions: [basicConstraints({ ca: true })],
})
const rsa = {
  ...makeHolder({
    key: makeKey('rsa-2048'),
    issuer: ca,
    serialNumber: Uint8Array.of(2),
    subject: [[['CN', 'RSA']]],
  }),
  chain: [ca.certificate],
}
const ec = makeHolder({
  key: makeKey('p-256'),
  issuer: ca,
  serialNumber: Uint8Array.of(3),
  subject: [[['CN', 'EC']]],
})
const content = Buffer.from('<plist/>')
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
const SIGNING_TIME = '1.2.840.113549.1.9.5'

for (const [kind, identity] of [
  ['RSA', rsa],
  ['P-256', ec],
] as const) {
  for (const hash of ['sha1', 'sha256'] as const) {
    test(`what is signed with ${kind} and ${hash} verifies and says who signed it`, async () => {
      const bytes = await signData({ content, identity, hash })

      const verified = verifySignedData(bytes, { signedAttributes: 'required', hashes: [hash] })
      assert.deepEqual(Buffer.from(verified.content), content)
      assert.deepEqual(verified.signer.bytes, identity.certificate.bytes)
      assert.equal(verified.hash, hash)
    })
  }
}

test('is DER, with the attributes in its order', async () => {
  const attributes = ['1.2.3.4', '1.2.3', '1.2.3.4.5'].map((oid) => ({ oid, value: der.nothing }))
  const bytes = await signData({ content, identity: rsa, hash: 'sha256', attributes })

  assert.equal(
    refusal(() => decode(bytes, 'der')),
    undefined,
  )
  const [info] = decodeSignedData(bytes).signerInfos
  const elements = info?.signedAttributes?.elements ?? []
  assert.equal(elements.length, 5)
  assert.deepEqual(elements, elements.toSorted(Buffer.compare))
})

test('carries the signer and what leads to a root, and no root', async () => {
  const { certificates } = decodeSignedData(
    await signData({ content, identity: rsa, hash: 'sha256' }),
  )

  assert.deepEqual(
    certificates.map(({ bytes }) => Buffer.from(bytes)),
    [rsa.certificate, ca.certificate].map(({ bytes }) => Buffer.from(bytes)),
  )
})

test('names RSA signatures rsaEncryption, with a pure hash beside them', async () => {
  const algorithms = async (identity: typeof ec): Promise<(Uint8Array | undefined)[]> => {
    const bytes = await signData({ content, identity, hash: 'sha256' })
    const [info] = decodeSignedData(bytes).signerInfos
    return [info?.digestAlgorithm.bytes, info?.signatureAlgorithm.bytes].map(
      (one) => one && Buffer.from(one),
    )
  }
  const sha256 = Buffer.from(der.sequence(der.oid('2.16.840.1.101.3.4.2.1'), der.nothing))
  assert.deepEqual(await algorithms(rsa), [sha256, Buffer.from(RSA_ENCRYPTION_ALGORITHM)])
  assert.deepEqual(await algorithms(ec), [
    sha256,
    Buffer.from(encodeSignatureAlgorithm('ecdsa', 'sha256')),
  ])
})

test('says when it was signed if it is told', async () => {
  const signingTime = Date.UTC(2026, 10, 21, 9, 30)
  const bytes = await signData({ content, identity: ec, hash: 'sha256', signingTime })

  const { attributes } = verifySignedData(bytes, {
    signedAttributes: 'required',
    hashes: ['sha256'],
  })
  assert.deepEqual(
    attributes.get(SIGNING_TIME)?.map((value) => value.time()),
    [signingTime],
  )
})

test('without content it has no eContent and the digest of nothing', async () => {
  const message = decodeSignedData(
    await signData({ content: undefined, identity: rsa, hash: 'sha256' }),
  )

  assert.equal(message.content, undefined)
  const digest = message.signerInfos[0]?.signedAttributes?.values.get(MESSAGE_DIGEST)?.[0]?.octets()
  assert.deepEqual(Buffer.from(digest ?? []), createHash('sha256').digest())
})

test('certificates alone come in the given order, without signer and content', () => {
  const given = [rsa, ca, ec].map(({ certificate }) => certificate.bytes)
  const bytes = encodeCertificatesOnly(given)

  const { certificates, signerInfos, content: none } = decodeSignedData(bytes)
  assert.deepEqual(
    certificates.map((one) => Buffer.from(one.bytes)),
    given.map((one) => Buffer.from(one)),
  )
  assert.deepEqual([signerInfos.length, none], [0, undefined])
  const [version, digests] = decode(bytes, 'der').children[1]?.inner().children ?? []
  assert.equal(version?.smallInteger(), 1)
  assert.equal(digests?.is(Tag.set).children.length, 0)
})
