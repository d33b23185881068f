import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import {
  device,
  issued,
  OIDS,
  options,
  ra,
  recipient,
  success,
  transaction,
} from '../../../test/codec/cert-rep.ts'
import { readFixture } from '../../../test/codec/fixture.ts'
import { decode, type Element } from '../asn1/index.ts'
import {
  decodeEnvelopedData,
  decodeSignedData,
  encodeCertificatesOnly,
  openEnvelopedData,
  verifySignedData,
} from '../cms/index.ts'
import { encodeIssuerAndSerialNumber, RSA_ENCRYPTION_ALGORITHM } from '../x509/index.ts'
import { decodeCertificates, type FailInfo, sealFailure } from './index.ts'

const attributesOf = (bytes: Uint8Array): ReadonlyMap<string, readonly Element[]> =>
  decodeSignedData(bytes).signerInfos[0]?.signedAttributes?.values ?? new Map()
const attributeOf = (bytes: Uint8Array, name: keyof typeof OIDS): Element | undefined =>
  attributesOf(bytes).get(OIDS[name])?.[0]

test('a success says so, for this transaction and nonce, with a nonce of its own', async () => {
  const [first, second] = [await success(), await success()]

  const names = [
    'contentType',
    'messageDigest',
    'pkiStatus',
    'messageType',
    'transactionID',
    'senderNonce',
    'recipientNonce',
  ] as const
  assert.deepEqual(
    [...attributesOf(first).keys()].toSorted(),
    names.map((name) => OIDS[name]).toSorted(),
  )
  assert.equal(attributeOf(first, 'messageType')?.text(), '3')
  assert.equal(attributeOf(first, 'pkiStatus')?.text(), '0')
  assert.deepEqual(
    Buffer.from(attributeOf(first, 'transactionID')?.bytes ?? []),
    Buffer.from(transaction.encodedId),
  )
  assert.deepEqual(
    Buffer.from(attributeOf(first, 'recipientNonce')?.octets() ?? []),
    Buffer.alloc(8, 9),
  )
  assert.equal(attributeOf(first, 'senderNonce')?.octets().length, 16)
  assert.notDeepEqual(
    attributeOf(first, 'senderNonce')?.octets(),
    attributeOf(second, 'senderNonce')?.octets(),
  )
})

test('repeats no nonce to a client that sent none', async () => {
  const bytes = await success({ transaction: { ...transaction, senderNonce: undefined } })

  assert.equal(attributeOf(bytes, 'recipientNonce'), undefined)
})

test('a success is of the shape that every client takes: rsaEncryption, a pure hash, DER', async () => {
  for (const hash of ['sha1', 'sha256'] as const) {
    const bytes = await success({ hash })
    const [info] = decodeSignedData(bytes).signerInfos
    assert.deepEqual(
      Buffer.from(info?.signatureAlgorithm.bytes ?? []),
      Buffer.from(RSA_ENCRYPTION_ALGORITHM),
    )
    assert.doesNotThrow(() => decode(bytes, 'der'))
    const verified = verifySignedData(bytes, { signedAttributes: 'required', hashes: [hash] })
    assert.deepEqual(verified.signer.bytes, ra.certificate.bytes)
  }
})

test('a success holds the issued certificate alone, encrypted to the signer of the request alone [security C7]', async () => {
  const { content } = decodeSignedData(await success())

  const envelope = decodeEnvelopedData(content ?? new Uint8Array())
  assert.equal(envelope.recipients.length, 1)
  assert.equal(envelope.otherRecipients, 0)
  assert.equal(envelope.cipher, 'aes-128-cbc')
  const inner = openEnvelopedData(envelope, recipient)
  assert.deepEqual(
    Buffer.from(inner),
    Buffer.from(encodeCertificatesOnly([issued.certificate.bytes])),
  )
  assert.deepEqual(
    decodeCertificates(inner).map((one) => Buffer.from(one.bytes)),
    [Buffer.from(issued.certificate.bytes)],
  )
})

test('names the recipient by the very bytes of its certificate, leading zero of the serial number included', async () => {
  const name = Buffer.from(encodeIssuerAndSerialNumber(device.certificate))

  assert.ok(name.includes(Buffer.from([0x02, 0x04, 0x00, 0x80, 0x00, 0x01])))
  assert.ok(Buffer.from(device.certificate.bytes).includes(Buffer.from(device.certificate.issuer)))
  assert.ok(Buffer.from(await success()).includes(name))
})

const FAIL_INFOS: readonly (readonly [FailInfo, string])[] = [
  ['badAlg', '0'],
  ['badMessageCheck', '1'],
  ['badRequest', '2'],
  ['badTime', '3'],
  ['badCertId', '4'],
]

for (const [failInfo, number] of FAIL_INFOS) {
  test(`a failure ${failInfo} is sent as ${number}, with a sentence and without content`, async () => {
    const bytes = await sealFailure({ ...options, failInfo, text: 'Schlüssel zu kurz' })

    assert.equal(decodeSignedData(bytes).content, undefined)
    assert.equal(attributeOf(bytes, 'pkiStatus')?.text(), '2')
    assert.equal(attributeOf(bytes, 'failInfo')?.text(), number)
    assert.equal(attributeOf(bytes, 'failInfoText')?.text(), 'Schlüssel zu kurz')
    assert.equal(attributeOf(bytes, 'messageType')?.text(), '3')
    assert.deepEqual(
      Buffer.from(attributeOf(bytes, 'recipientNonce')?.octets() ?? []),
      Buffer.alloc(8, 9),
    )
  })
}

test('reads what is in the clear of the answers that other servers gave', () => {
  const micromdm = readFixture('scep/smallstep-CertRep.der')
  assert.equal(attributeOf(micromdm, 'messageType')?.text(), '3')
  assert.equal(attributeOf(micromdm, 'pkiStatus')?.text(), '0')
  assert.equal(attributeOf(micromdm, 'recipientNonce')?.octets().length, 8)
  const envelope = decodeEnvelopedData(decodeSignedData(micromdm).content ?? new Uint8Array())
  assert.equal(envelope.recipients.length, 1)

  const ndes = readFixture('scep/smallstep-CertRep_NoCertificatesForSigners.der')
  assert.equal(attributeOf(ndes, 'pkiStatus')?.text(), '0')
  assert.equal(attributesOf(ndes).get('1.3.6.1.4.1.311.21.38')?.[0]?.text(), 'Issued')
  assert.equal(decodeSignedData(ndes).certificates.length, 0)
})

test("reads the certificates of the standard's sample answer", () => {
  const certificates = decodeCertificates(readFixture('scep/jscep-resp0.der'))

  assert.ok(certificates.length > 0)
  for (const { bytes } of certificates) assert.ok(new X509Certificate(bytes).subject)
})
