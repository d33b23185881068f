import assert from 'node:assert/strict'
import { decode, Tag } from '../../src/protocol/asn1/index.ts'
import {
  decodeEnvelopedData,
  decodeSignedData,
  openEnvelopedData,
  verifyDecoded,
} from '../../src/protocol/cms/index.ts'
import { decodeCertificates } from '../../src/protocol/scep/index.ts'
import { type Certificate, decodeAlgorithm } from '../../src/protocol/x509/index.ts'
import { OIDS } from '../codec/cert-rep.ts'
import { type Holder, makeDecrypter } from '../codec/holder.ts'
import { headerOf, type WireAnswer } from './wire.ts'

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'
const SHA_256 = '2.16.840.1.101.3.4.2.1'

/** What an answer must be to be read by every client that is known: each line says whose demand it is. */
export const assertReadableHttp = (answer: WireAnswer, type: string): void => {
  assert.equal(answer.status, 200)
  // sscep before 0.9 compares the whole value, so that a charset is another type.
  assert.equal(headerOf(answer, 'content-type'), type)
  // sscep before 0.8 and clients of the time of IIS 6 know no chunks; iOS takes what a proxy compressed for noise.
  assert.equal(headerOf(answer, 'content-length'), String(answer.body.length))
  for (const name of ['transfer-encoding', 'content-encoding']) {
    assert.equal(headerOf(answer, name), undefined)
  }
}

/** Who asked, and whom the answer must come from. */
export interface Asked {
  readonly signer: Holder
  readonly responder: Certificate
  readonly transactionId: string
  readonly senderNonce: Uint8Array
  readonly cipher: string
}

/** Reads a CertRep with the demands of all clients: the issued certificates, or failInfo. */
export const readStrictly = (
  body: Uint8Array,
  asked: Asked,
): { readonly issued: readonly Certificate[]; readonly failInfo: string | undefined } => {
  const message = decodeSignedData(body)
  assert.equal(message.contentType, '1.2.840.113549.1.7.1')
  // strongSwan, sscep and certmonger look for the signer in the message, and it is whom they encrypted to.
  assert.deepEqual(
    message.certificates.map(({ bytes }) => Buffer.from(bytes)),
    [Buffer.from(asked.responder.bytes)],
  )
  const [signerInfo = assert.fail('nobody signed')] = message.signerInfos
  // strongSwan takes no other; iOS before 12 crashed on a digestAlgorithm that names a signature.
  assert.equal(signerInfo.signatureAlgorithm.oid, RSA_ENCRYPTION)
  assert.equal(signerInfo.digestAlgorithm.oid, SHA_256)
  assert.deepEqual(digestAlgorithmsOf(body), [SHA_256])
  const { attributes } = verifyDecoded(
    { ...message, content: message.content ?? new Uint8Array() },
    { signedAttributes: 'required', hashes: ['sha256'] },
  )
  // Bouncy Castle refuses a message without it.
  assert.ok(attributes.has(OIDS.contentType))
  const value = (name: keyof typeof OIDS) => {
    const [found, ...more] = attributes.get(OIDS[name]) ?? []
    assert.equal(more.length, 0)
    return found
  }
  // sscep and micromdm look for these types only.
  const printable = (name: keyof typeof OIDS) => value(name)?.is(Tag.printableString).text()
  assert.equal(value('transactionID')?.text(), asked.transactionId)
  assert.equal(printable('messageType'), '3')
  // jscep fails without a recipientNonce, and keeps senderNonces to tell replays.
  const nonce = asked.senderNonce.length === 0 ? undefined : Buffer.from(asked.senderNonce)
  const echoed = value('recipientNonce')?.octets()
  assert.deepEqual(echoed && Buffer.from(echoed), nonce)
  assert.equal(value('senderNonce')?.octets().length, 16)
  if (printable('pkiStatus') === '2') {
    // micromdm fails to read a failure without failInfo; sscep complains of content in one.
    assert.equal(message.content, undefined)
    return { issued: [], failInfo: printable('failInfo') ?? assert.fail('no failInfo') }
  }
  assert.equal(printable('pkiStatus'), '0')
  return { issued: open(message.content ?? new Uint8Array(), asked), failInfo: undefined }
}

const digestAlgorithmsOf = (body: Uint8Array): readonly string[] => {
  const signedData = decode(body, 'der').children[1]?.inner()
  return (signedData?.children[1]?.list(Tag.set) ?? []).map((each) => decodeAlgorithm(each).oid)
}

const open = (content: Uint8Array, { signer, cipher }: Asked): readonly Certificate[] => {
  const envelope = decodeEnvelopedData(content)
  // NDES answered AES with what nobody could read: the cipher is the one that was asked with.
  assert.equal(envelope.cipher, cipher)
  const [recipient = assert.fail('nobody can open it'), ...others] = envelope.recipients
  assert.equal(others.length + envelope.otherRecipients, 0)
  const { rid } = recipient
  // Many compare issuer and serial number byte for byte.
  assert.ok(rid.kind === 'issuer-and-serial-number')
  assert.deepEqual(Buffer.from(rid.name.issuer), Buffer.from(signer.certificate.issuer))
  assert.deepEqual(Buffer.from(rid.name.serialNumber), Buffer.from(signer.certificate.serialNumber))
  assert.equal(recipient.transport, 'rsaes-pkcs1-v1_5')
  const { certificate, key } = signer
  return decodeCertificates(
    openEnvelopedData(envelope, { certificate, decrypter: makeDecrypter(key) }),
  )
}
