import { createHash, randomBytes } from 'node:crypto'
import { ProtocolError } from '../../errors.ts'
import { Tag } from '../asn1/index.ts'
import {
  type Cipher,
  decodeEnvelopedData,
  decodeSignedData,
  type Identity,
  openEnvelopedData,
  type Recipient,
  sealEnvelopedData,
  signData,
  verifyDecoded,
} from '../cms/index.ts'
import { type Certificate, decodeCertificate } from '../x509/index.ts'
import {
  decodeTransaction,
  FAIL_INFO,
  type FailInfo,
  findAttributeValue,
  findPrintable,
  octets,
  printable,
} from './attribute.ts'

/** A transactionID as Apple's clients make it: SHA-1 of the RSAPublicKey, upper-case hexadecimal. */
export const appleTransactionId = (rsaPublicKey: Uint8Array): string =>
  createHash('sha1').update(rsaPublicKey).digest('hex').toUpperCase()

/** A PKCSReq on its way, and what its answer must repeat. */
export interface PendingRequest {
  readonly bytes: Uint8Array
  readonly transactionId: string
  readonly senderNonce: Uint8Array
}

/** PKCSReq (RFC 8894 §3.3.1): the request, encrypted to the CA or RA and signed. */
export const sealRequest = async (options: {
  /** CertificationRequest, DER. */
  readonly certificateRequest: Uint8Array
  readonly recipient: Certificate
  /** Usually self-signed and made for this message. */
  readonly identity: Identity
  readonly transactionId: string
  readonly cipher: Cipher
  readonly hash: 'sha1' | 'sha256'
}): Promise<PendingRequest> => {
  const { certificateRequest, recipient, identity, transactionId, cipher, hash } = options
  const senderNonce = randomBytes(16)
  const bytes = await signData({
    content: sealEnvelopedData(certificateRequest, { recipient, cipher }),
    identity,
    hash,
    attributes: [
      printable('messageType', '19'),
      printable('transactionID', transactionId),
      octets('senderNonce', senderNonce),
    ],
  })
  return { bytes, transactionId, senderNonce }
}

/** What a CA answered. */
export type ScepReply =
  | { readonly kind: 'success'; readonly certificates: readonly Certificate[] }
  | { readonly kind: 'failure'; readonly failInfo: FailInfo; readonly text: string | undefined }
  | { readonly kind: 'pending' }

/**
 * Opens a CertRep as a device does: signed by the expected certificate, for this transaction and nonce.
 * @throws ProtocolError `scep_reply_…`, `cms_…`
 */
export const openReply = (
  bytes: Uint8Array,
  options: {
    readonly pending: PendingRequest
    /** The certificate that GetCACert announced as the signer. */
    readonly signer: Certificate
    readonly recipient: Recipient
  },
): ScepReply => {
  const { pending, signer, recipient } = options
  const message = decodeSignedData(bytes)
  const verified = verifyDecoded(
    // A failure has no eContent; its digest is that of nothing.
    { ...message, content: message.content ?? new Uint8Array() },
    { signedAttributes: 'required', hashes: ['sha1', 'sha256', 'sha384', 'sha512'] },
  )
  if (Buffer.compare(verified.signer.bytes, signer.bytes) !== 0) {
    throw new ProtocolError('scep_reply_signer', 'the answer is signed by somebody else')
  }
  const { attributes } = verified
  const nonce = findAttributeValue(attributes, 'recipientNonce')?.octets()
  const isOurs =
    decodeTransaction(attributes).id === pending.transactionId &&
    nonce !== undefined &&
    Buffer.compare(nonce, pending.senderNonce) === 0
  if (!isOurs || findPrintable(attributes, 'messageType') !== '3') {
    throw new ProtocolError('scep_reply_transaction', 'the answer belongs to another request')
  }
  switch (findPrintable(attributes, 'pkiStatus')) {
    case '0':
      return { kind: 'success', certificates: openCertificates(verified.content, recipient) }
    case '2':
      return {
        kind: 'failure',
        failInfo: decodeFailInfo(findPrintable(attributes, 'failInfo')),
        text: findAttributeValue(attributes, 'failInfoText')?.text(),
      }
    case '3':
      return { kind: 'pending' }
    default:
      throw new ProtocolError('scep_reply_status', 'unknown pkiStatus')
  }
}

const openCertificates = (content: Uint8Array, recipient: Recipient): readonly Certificate[] =>
  decodeCertificates(openEnvelopedData(decodeEnvelopedData(content), recipient))

const decodeFailInfo = (value: string | undefined): FailInfo => {
  for (const name of ['badAlg', 'badMessageCheck', 'badRequest', 'badTime', 'badCertId'] as const) {
    if (FAIL_INFO[name] === value) return name
  }
  throw new ProtocolError('scep_reply_status', 'a failure without a known failInfo')
}

/** The certificates of a certs-only SignedData, in the order in which they were sent. */
export const decodeCertificates = (bytes: Uint8Array): readonly Certificate[] =>
  decodeSignedData(bytes).certificates.map((element) =>
    decodeCertificate(element.is(Tag.sequence).bytes),
  )
