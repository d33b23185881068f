import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { flip, refusal } from '../../../test/codec/damage.ts'
import { readFixture } from '../../../test/codec/fixture.ts'
import { type Holder, makeDecrypter, makeHolder, makeKey } from '../../../test/codec/holder.ts'

import { certificateRequest } from '../../../test/codec/pki-message.ts'
import { decode, der, type Element } from '../asn1/index.ts'
import {
  type Attribute,
  decodeEnvelopedData,
  decodeSignedData,
  encodeCertificatesOnly,
  openEnvelopedData,
  signData,
  verifySignedData,
} from '../cms/index.ts'
import {
  encodeIssuerAndSerialNumber,
  keyUsage,
  RSA_ENCRYPTION_ALGORITHM,
  STANDARD_KEY_POLICY,
} from '../x509/index.ts'
import {
  decodeCertificates,
  type FailInfo,
  openReply,
  openRequest,
  type PendingRequest,
  type ReplyOptions,
  type ScepReply,
  sealFailure,
  sealRequest,
  sealSuccess,
  type Transaction,
} from './index.ts'

const OIDS = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  messageType: '2.16.840.1.113733.1.9.2',
  pkiStatus: '2.16.840.1.113733.1.9.3',
  failInfo: '2.16.840.1.113733.1.9.4',
  senderNonce: '2.16.840.1.113733.1.9.5',
  recipientNonce: '2.16.840.1.113733.1.9.6',
  transactionID: '2.16.840.1.113733.1.9.7',
  failInfoText: '1.3.6.1.5.5.7.24.1',
} as const

const ra = makeHolder({ key: makeKey('rsa-2048'), subject: [[['CN', 'RA']]] })
/** As Apple's client signs: for signatures only, and here with a serial number that starts with 00. */
const device = makeHolder({
  key: makeKey('rsa-2048'),
  subject: [[['C', 'US']], [['CN', 'MDM SCEP SIGNER']]],
  serialNumber: Uint8Array.of(0x80, 0x00, 0x01),
  extensions: [keyUsage('digitalSignature')],
})
const issued = makeHolder({
  key: makeKey('p-256'),
  issuer: ra,
  subject: [[['CN', 'issued']]],
  serialNumber: Uint8Array.of(7),
})
const recipient = { certificate: device.certificate, decrypter: makeDecrypter(device.key) }

const transaction: Transaction = {
  id: 'A+/=',
  encodedId: der.utf8String('A+/='),
  senderNonce: Buffer.alloc(8, 9),
}
const options: ReplyOptions = { identity: ra, transaction, hash: 'sha256' }
const success = (change: Partial<ReplyOptions> = {}): Promise<Uint8Array> =>
  sealSuccess({
    ...options,
    ...change,
    certificate: issued.certificate.bytes,
    recipient: device.certificate,
    cipher: 'aes-128-cbc',
  })

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

const certificateRequestBytes = certificateRequest({ key: makeKey('rsa-2048') })
const ask = (): Promise<PendingRequest> =>
  sealRequest({
    certificateRequest: certificateRequestBytes,
    recipient: ra.certificate,
    identity: device,
    transactionId: 'A130',
    cipher: 'aes-256-cbc',
    hash: 'sha256',
  })
const transactionOf = (pending: PendingRequest): Transaction => {
  const opened = openRequest(pending.bytes, {
    recipient: { certificate: ra.certificate, decrypter: makeDecrypter(ra.key) },
    keyPolicy: STANDARD_KEY_POLICY,
    allowSingleDes: false,
  })
  assert.equal(opened.kind, 'request')
  return opened.transaction
}
const read = (bytes: Uint8Array, pending: PendingRequest, signer: Holder = ra): ScepReply =>
  openReply(bytes, { pending, signer: signer.certificate, recipient })

test('a client gets through: request, success, the certificate', async () => {
  const pending = await ask()
  const reply = read(await success({ transaction: transactionOf(pending) }), pending)

  assert.ok(reply.kind === 'success')
  const [certificate, ...more] = reply.certificates
  assert.equal(more.length, 0)
  assert.equal(new X509Certificate(certificate?.bytes ?? '').subject, 'CN=issued')
})

test('a client hears why not', async () => {
  const pending = await ask()
  for (const [failInfo] of FAIL_INFOS) {
    const bytes = await sealFailure({
      ...options,
      transaction: transactionOf(pending),
      failInfo,
      text: 'no',
    })
    assert.deepEqual(read(bytes, pending), { kind: 'failure', failInfo, text: 'no' })
  }
})

const printable = (name: keyof typeof OIDS, text: string): Attribute => ({
  oid: OIDS[name],
  value: der.printableString(text),
})
const octets = (name: keyof typeof OIDS, value: Uint8Array): Attribute => ({
  oid: OIDS[name],
  value: der.octetString(value),
})

test('a client takes no answer to another request, by another signer or of another kind', async () => {
  const pending = await ask()
  const attributes = {
    messageType: printable('messageType', '3'),
    pkiStatus: printable('pkiStatus', '3'),
    transactionID: printable('transactionID', 'A130'),
    recipientNonce: octets('recipientNonce', pending.senderNonce),
  }
  const answer = async (
    change: Partial<Record<keyof typeof attributes, Attribute | undefined>>,
  ): Promise<string | undefined> => {
    const chosen = Object.values({ ...attributes, ...change }).filter((one) => one !== undefined)
    const bytes = await signData({
      content: undefined,
      identity: ra,
      hash: 'sha256',
      attributes: chosen,
    })
    return refusal(() => read(bytes, pending))
  }
  assert.equal(await answer({}), undefined)
  assert.equal(await answer({ recipientNonce: undefined }), 'scep_reply_transaction')
  assert.equal(
    await answer({ recipientNonce: octets('recipientNonce', flip(pending.senderNonce, 0)) }),
    'scep_reply_transaction',
  )
  assert.equal(
    await answer({ transactionID: printable('transactionID', 'a130') }),
    'scep_reply_transaction',
  )
  assert.equal(await answer({ transactionID: undefined }), 'scep_transaction_id')
  assert.equal(
    await answer({ messageType: printable('messageType', '19') }),
    'scep_reply_transaction',
  )
  assert.equal(await answer({ messageType: undefined }), 'scep_reply_transaction')
  assert.equal(await answer({ pkiStatus: printable('pkiStatus', '1') }), 'scep_reply_status')
  assert.equal(await answer({ pkiStatus: undefined }), 'scep_reply_status')
  assert.equal(await answer({ pkiStatus: printable('pkiStatus', '2') }), 'scep_reply_status')
  assert.equal(await answer({ pkiStatus: printable('pkiStatus', '0') }), 'asn1_truncated')

  const impostor = makeHolder({ key: makeKey('p-256'), subject: [[['CN', 'RA']]] })
  const forged = await success({ identity: impostor, transaction: transactionOf(pending) })
  assert.equal(
    refusal(() => read(forged, pending)),
    'scep_reply_signer',
  )
})

test('a client waits where it is told to', async () => {
  const pending = await ask()
  const bytes = await signData({
    content: undefined,
    identity: ra,
    hash: 'sha256',
    attributes: [
      printable('messageType', '3'),
      printable('pkiStatus', '3'),
      printable('transactionID', 'A130'),
      octets('recipientNonce', pending.senderNonce),
    ],
  })
  assert.deepEqual(read(bytes, pending), { kind: 'pending' })
})

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
