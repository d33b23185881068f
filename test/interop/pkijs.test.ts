import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { test } from 'node:test'
import * as pkijs from 'pkijs'
import { der } from '../../src/protocol/asn1/index.ts'
import {
  decodeEnvelopedData,
  decodeSignedData,
  openEnvelopedData,
  sealEnvelopedData,
  signData,
  verifySignedData,
} from '../../src/protocol/cms/index.ts'
import {
  decodeCertificateRequest,
  verifyCertificateRequest,
} from '../../src/protocol/x509/index.ts'
import { flip } from '../codec/damage.ts'
import { readFixture } from '../codec/fixture.ts'
import { makeDecrypter, makeHolder, makeKey } from '../codec/holder.ts'
import {
  attribute,
  contentTypeAttribute,
  messageDigestAttribute,
  signedData,
  signerInfo,
} from '../codec/message.ts'
import { certificateRequest } from '../codec/pki-message.ts'

const rsa = makeHolder({ key: makeKey('rsa-2048'), subject: [[['CN', 'Anna']]] })
const ec = makeHolder({
  key: makeKey('p-256'),
  subject: [[['CN', 'Emma']]],
  serialNumber: Uint8Array.of(0x80),
})
const content = Buffer.from('<plist><dict/></plist>'.repeat(50))

const readInfo = (bytes: Uint8Array): pkijs.ContentInfo =>
  pkijs.ContentInfo.fromBER(Uint8Array.from(bytes))
const readSigned = (bytes: Uint8Array): pkijs.SignedData =>
  new pkijs.SignedData({ schema: readInfo(bytes).content })
const verifies = (message: pkijs.SignedData): Promise<boolean> =>
  message.verify({ signer: 0, checkChain: false })

for (const [name, identity] of Object.entries({ rsa, ec })) {
  test(`pkijs verifies what we sign with ${name}, and refuses it changed`, async () => {
    const bytes = await signData({ content, identity, hash: 'sha256' })

    assert.equal(await verifies(readSigned(bytes)), true)
    const at = Buffer.from(bytes).indexOf('<dict/>')
    assert.notEqual(await verifies(readSigned(flip(bytes, at))).catch(() => false), true)
  })
}

test('pkijs reads what we seal: one recipient, its name, the cipher', () => {
  const { certificate } = rsa
  const bytes = sealEnvelopedData(content, { recipient: certificate, cipher: 'aes-256-cbc' })
  const { recipientInfos, encryptedContentInfo } = new pkijs.EnvelopedData({
    schema: readInfo(bytes).content,
  })

  const [recipient, ...others] = recipientInfos.map(({ value }) => value)
  assert.equal(others.length, 0)
  assert.ok(recipient instanceof pkijs.KeyTransRecipientInfo)
  assert.equal(recipient.keyEncryptionAlgorithm.algorithmId, '1.2.840.113549.1.1.1')
  assert.ok(recipient.rid instanceof pkijs.IssuerAndSerialNumber)
  assert.ok(recipient.rid.issuer.isEqual(readCertificate(certificate.bytes).subject))
  assert.equal(
    encryptedContentInfo.contentEncryptionAlgorithm.algorithmId,
    '2.16.840.1.101.3.4.1.42',
  )
})

const readCertificate = (bytes: Uint8Array): pkijs.Certificate =>
  pkijs.Certificate.fromBER(Uint8Array.from(bytes))

test('pkijs reads the certificates that we build as we do', async () => {
  for (const { certificate } of [rsa, ec]) {
    const read = readCertificate(certificate.bytes)

    assert.deepEqual(
      Buffer.from(read.serialNumber.valueBlock.valueHexView),
      Buffer.from(certificate.serialNumber),
    )
    assert.equal(read.notBefore.value.getTime(), certificate.notBefore)
    assert.equal(read.notAfter.value.getTime(), certificate.notAfter)
    assert.deepEqual(Buffer.from(read.subject.valueBeforeDecode), Buffer.from(certificate.subject))
    assert.equal(await read.verify(), true)
  }
})

test('pkijs verifies the requests that we build, and reads their challenge', async () => {
  const bytes = certificateRequest(rsa)
  const request = pkijs.CertificationRequest.fromBER(Uint8Array.from(bytes))

  assert.equal(await request.verify(), true)
  assert.deepEqual(
    request.attributes?.map(({ type }) => type),
    ['1.2.840.113549.1.9.7'],
  )
  const again = decodeCertificateRequest(new Uint8Array(request.toSchema().toBER()))
  assert.ok(verifyCertificateRequest(again))
})

const importKey = (hash: string): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey(
    'pkcs8',
    Uint8Array.from(rsa.key.export({ type: 'pkcs8', format: 'der' })),
    { name: 'RSASSA-PKCS1-v1_5', hash },
    false,
    ['sign'],
  )

for (const [name, hash] of [
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-512', 'sha512'],
] as const) {
  for (const shape of ['with', 'without'] as const) {
    test(`we verify what pkijs signs with ${name} ${shape} signed attributes`, async () => {
      const attributes = [
        contentTypeAttribute(),
        messageDigestAttribute(content, hash),
        attribute('1.2.3', der.nothing),
      ]
      const unsigned = signedData({
        // Signed by nobody yet: pkijs puts its own signature in the place of this one.
        signerInfos: [signerInfo(rsa, Buffer.alloc(0), shape === 'with' ? { attributes } : {})],
        certificates: [rsa.certificate.bytes],
        content: der.octetString(content),
      })
      const message = readSigned(unsigned)
      await message.sign(await importKey(name), 0, name)
      const info = new pkijs.ContentInfo({
        contentType: pkijs.ContentInfo.SIGNED_DATA,
        content: message.toSchema(true),
      })
      const bytes = new Uint8Array(info.toSchema().toBER())

      const verified = verifySignedData(bytes, { signedAttributes: 'optional', hashes: [hash] })
      assert.deepEqual(Buffer.from(verified.content), content)
      assert.equal(verified.attributes.size, shape === 'with' ? 3 : 0)
    })
  }
}

for (const [cipher, length] of [
  ['aes-128-cbc', 128],
  ['aes-192-cbc', 192],
  ['aes-256-cbc', 256],
] as const) {
  for (const hash of ['SHA-1', 'SHA-256']) {
    test(`we open what pkijs seals with ${cipher} under OAEP with ${hash}`, async () => {
      const envelope = new pkijs.EnvelopedData()
      envelope.addRecipientByCertificate(readCertificate(rsa.certificate.bytes), {
        oaepHashAlgorithm: hash,
      })
      const algorithm = { name: 'AES-CBC', length } as const
      await envelope.encrypt(algorithm, Uint8Array.from(content).buffer)
      const info = new pkijs.ContentInfo({
        contentType: pkijs.ContentInfo.ENVELOPED_DATA,
        content: envelope.toSchema(),
      })
      const bytes = new Uint8Array(info.toSchema().toBER())

      const decoded = decodeEnvelopedData(bytes)
      assert.equal(decoded.cipher, cipher)
      const recipient = { certificate: rsa.certificate, decrypter: makeDecrypter(rsa.key) }
      assert.deepEqual(Buffer.from(openEnvelopedData(decoded, recipient)), content)
    })
  }
}

for (const file of [
  'ota/phase2-zentral.p7m',
  'scep/micromdm-PKCSReq.der',
  'scep/commandment-mdmclient-PKIOperation.der',
  'scep/jscep-req2.der',
]) {
  test(`pkijs and we read ${file} alike: certificates, signer, attributes`, () => {
    const bytes = readFixture(file)
    const [ours, theirs] = [decodeSignedData(bytes), readSigned(bytes)]

    assert.equal(theirs.certificates?.length, ours.certificates.length)
    const [info] = theirs.signerInfos
    assert.equal(info?.digestAlgorithm.algorithmId, ours.signerInfos[0]?.digestAlgorithm.oid)
    assert.deepEqual(info?.signedAttrs?.attributes.map(({ type }) => type) ?? [], [
      ...(ours.signerInfos[0]?.signedAttributes?.values.keys() ?? []),
    ])
  })
}
