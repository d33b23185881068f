import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto'
import { der } from '../../src/protocol/asn1/index.ts'
import { CIPHERS, type Cipher, nodeCipher } from '../../src/protocol/cms/cipher.ts'
import {
  type Certificate,
  encodeIssuerAndSerialNumber,
  encodeSignatureAlgorithm,
} from '../../src/protocol/x509/index.ts'
import type { Holder } from '../codec/holder.ts'
import {
  attribute,
  bareEnvelopedData,
  chunked,
  envelopedData,
  ID_DATA,
  ID_ENVELOPED_DATA,
  indefinite,
  recipientInfo,
  signedAttributes,
  signedData,
  signedDataIndefinite,
  signerInfo,
} from '../codec/message.ts'
import { MESSAGE_TYPE, SENDER_NONCE, TRANSACTION_ID } from '../codec/pki-message.ts'

/** How a client writes a PKCSReq, where it differs from RFC 8894 and from DER. */
export interface MessageForm {
  readonly hash: 'sha1' | 'sha256' | 'sha512'
  readonly cipher: Cipher
  /** `chunked`: indefinite lengths and strings in chunks of 1,000 bytes, in both layers. */
  readonly encoding?: 'chunked' | 'definite'
  /** Without the ContentInfo around it. */
  readonly isBareEnvelope?: boolean
  readonly keyTransport?: 'oaep'
  /** As the name of a hash with the key: `sha1WithRSAEncryption`; else `rsaEncryption`. */
  readonly namesSignatureHash?: boolean
  readonly transactionIdType?: 'printable' | 'utf8'
  /** Bytes; 0: there is none. */
  readonly nonceLength: number
  /** Beside those of SCEP. */
  readonly attributes?: readonly Uint8Array[]
}

export interface ForeignMessage {
  readonly bytes: Uint8Array
  readonly senderNonce: Uint8Array
}

/** A PKCSReq in the hand of somebody else. */
export const writeMessage = (
  form: MessageForm,
  parts: {
    readonly request: Uint8Array
    readonly recipient: Certificate
    readonly signer: Holder
    readonly transactionId: string
  },
): ForeignMessage => {
  const { hash, attributes = [] } = form
  const { signer, transactionId } = parts
  const senderNonce = randomBytes(form.nonceLength)
  const envelope = writeEnvelope(form, parts)
  const idType = form.transactionIdType === 'utf8' ? der.utf8String : der.printableString
  const signed = signedAttributes(
    envelope,
    hash,
    attribute(MESSAGE_TYPE, der.printableString('19')),
    attribute(TRANSACTION_ID, idType(transactionId)),
    ...(senderNonce.length === 0 ? [] : [attribute(SENDER_NONCE, der.octetString(senderNonce))]),
    ...attributes,
  )
  const signerInfos = [
    signerInfo(signer, envelope, {
      hash,
      attributes: signed,
      ...(form.namesSignatureHash && hash === 'sha1'
        ? { signatureAlgorithm: encodeSignatureAlgorithm('rsa', hash) }
        : {}),
    }),
  ]
  const certificates = [signer.certificate.bytes]
  const bytes =
    form.encoding === 'chunked'
      ? signedDataIndefinite({ signerInfos, certificates, content: chunked(envelope, 1000) })
      : signedData({ signerInfos, certificates, content: der.octetString(envelope) })
  return { bytes, senderNonce }
}

const writeEnvelope = (
  { cipher, encoding, isBareEnvelope, keyTransport }: MessageForm,
  { request, recipient }: { readonly request: Uint8Array; readonly recipient: Certificate },
): Uint8Array => {
  const { oid, keyLength, ivLength } = CIPHERS[cipher]
  const contentKey = randomBytes(keyLength)
  const iv = randomBytes(ivLength)
  const encipher = createCipheriv(...nodeCipher(cipher, contentKey), iv)
  const encrypted = Buffer.concat([encipher.update(request), encipher.final()])
  const isOaep = keyTransport === 'oaep'
  const padding = isOaep ? constants.RSA_PKCS1_OAEP_PADDING : constants.RSA_PKCS1_PADDING
  const recipientInfos = [
    recipientInfo({
      rid: encodeIssuerAndSerialNumber(recipient),
      encryptedKey: publicEncrypt({ key: recipient.publicKey.key, padding }, contentKey),
      ...(isOaep ? { keyTransport: der.sequence(der.oid(RSAES_OAEP), der.sequence()) } : {}),
    }),
  ]
  if (encoding === 'chunked') return indefiniteEnvelope(recipientInfos, { oid, iv, encrypted })
  const encryptedContent = der.taggedPrimitive(0, encrypted)
  const options = { recipientInfos, cipher: oid, iv, encryptedContent }
  return isBareEnvelope ? bareEnvelopedData(options) : envelopedData(options)
}

const RSAES_OAEP = '1.2.840.113549.1.1.7'

/** As Bouncy Castle streams it. */
const indefiniteEnvelope = (
  recipientInfos: readonly Uint8Array[],
  { oid, iv, encrypted }: { oid: string; iv: Uint8Array; encrypted: Uint8Array },
): Uint8Array =>
  indefinite(
    0x30,
    der.oid(ID_ENVELOPED_DATA),
    indefinite(
      0xa0,
      indefinite(
        0x30,
        der.smallInteger(0),
        der.tlv(0x31, ...recipientInfos),
        indefinite(
          0x30,
          der.oid(ID_DATA),
          der.sequence(der.oid(oid), der.octetString(iv)),
          chunked(encrypted, 1000, 0xa0),
        ),
      ),
    ),
  )
