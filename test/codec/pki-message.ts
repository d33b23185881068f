import { sign } from 'node:crypto'
import { der } from '../../src/protocol/asn1/index.ts'
import {
  encodeCertificateRequest,
  encodeCertificateRequestInfo,
  encodeName,
  type Hash,
} from '../../src/protocol/x509/index.ts'
import { algorithmOf, type Holder, publicKeyOf } from './holder.ts'
import {
  attribute,
  type SignerInfoOptions,
  signedAttributes,
  signedData,
  signerInfo,
} from './message.ts'

/** RFC 8894 §3.2.1. */
export const MESSAGE_TYPE = '2.16.840.1.113733.1.9.2'
export const SENDER_NONCE = '2.16.840.1.113733.1.9.5'
export const TRANSACTION_ID = '2.16.840.1.113733.1.9.7'

export const messageTypeAttribute = (type = '19'): Uint8Array =>
  attribute(MESSAGE_TYPE, der.printableString(type))

export const transactionIdAttribute = (id = 'ABC'): Uint8Array =>
  attribute(TRANSACTION_ID, der.printableString(id))

export const senderNonceAttribute = (nonce: Uint8Array = Buffer.alloc(16, 1)): Uint8Array =>
  attribute(SENDER_NONCE, der.octetString(nonce))

export interface PkiMessageOptions extends Omit<SignerInfoOptions, 'attributes'> {
  readonly hash?: Hash
  /** Beside contentType, messageDigest and signingTime. */
  readonly attributes?: readonly Uint8Array[]
}

/** A pkiMessage (RFC 8894 §3) around an envelope: a PKCSReq unless the attributes say otherwise. */
export const pkiMessage = (
  envelope: Uint8Array,
  signer: Holder,
  options: PkiMessageOptions = {},
): Uint8Array => {
  const { attributes = PKCS_REQ, hash = 'sha256' } = options
  return signedData({
    signerInfos: [
      signerInfo(signer, envelope, {
        ...options,
        attributes: signedAttributes(envelope, hash, ...attributes),
      }),
    ],
    certificates: [signer.certificate.bytes],
    content: der.octetString(envelope),
  })
}

const PKCS_REQ = [messageTypeAttribute(), transactionIdAttribute(), senderNonceAttribute()]

/** A CertificationRequest of the holder's key, signed with it unless `key` is another. */
export const certificateRequest = (
  { key: own }: Pick<Holder, 'key'>,
  { key = own, challengePassword = 'secret' } = {},
): Uint8Array => {
  const info = encodeCertificateRequestInfo({
    subject: encodeName([[['CN', 'Anna']]]),
    publicKey: publicKeyOf(own),
    challengePassword,
  })
  return encodeCertificateRequest(info, algorithmOf(key), sign('sha256', info, key))
}
