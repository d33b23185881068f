import { createHash, type KeyObject, sign } from 'node:crypto'
import { der } from '../../src/protocol/asn1/index.ts'
import {
  encodeHash,
  encodeIssuerAndSerialNumber,
  encodeSignatureAlgorithm,
  findSubjectKeyIdentifier,
  type Hash,
  RSA_ENCRYPTION_ALGORITHM,
} from '../../src/protocol/x509/index.ts'
import { algorithmOf, type Holder } from './holder.ts'

export const ID_DATA = '1.2.840.113549.1.7.1'
export const ID_SIGNED_DATA = '1.2.840.113549.1.7.2'
export const ID_ENVELOPED_DATA = '1.2.840.113549.1.7.3'
const CONTENT_TYPE = '1.2.840.113549.1.9.3'
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
const SIGNING_TIME = '1.2.840.113549.1.9.5'

const END_OF_CONTENTS = Uint8Array.of(0, 0)

/** An element of indefinite length. */
export const indefinite = (identifier: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat([Uint8Array.of(identifier, 0x80), ...parts, END_OF_CONTENTS])

/** Octets as an OCTET STRING of indefinite length in chunks; `identifier` where it is IMPLICIT. */
export const chunked = (octets: Uint8Array, size: number, identifier = 0x24): Uint8Array => {
  const chunks: Uint8Array[] = []
  for (let at = 0; at < octets.length; at += size) {
    chunks.push(der.octetString(octets.subarray(at, at + size)))
  }
  return indefinite(identifier, ...chunks)
}

/** Attribute of CMS with its values, DER. */
export const attribute = (oid: string, ...values: readonly Uint8Array[]): Uint8Array =>
  der.sequence(der.oid(oid), der.setOf(values))

export const contentTypeAttribute = (oid: string = ID_DATA): Uint8Array =>
  attribute(CONTENT_TYPE, der.oid(oid))

export const messageDigestAttribute = (content: Uint8Array, hash: Hash): Uint8Array =>
  attribute(MESSAGE_DIGEST, der.octetString(createHash(hash).update(content).digest()))

/** The signed attributes that every sender has, in the order of DER, and `more` after them. */
export const signedAttributes = (
  content: Uint8Array,
  hash: Hash,
  ...more: readonly Uint8Array[]
): readonly Uint8Array[] =>
  [
    contentTypeAttribute(),
    messageDigestAttribute(content, hash),
    attribute(SIGNING_TIME, der.time(Date.UTC(2026, 0, 1))),
    ...more,
  ].toSorted(Buffer.compare)

export interface SignerInfoOptions {
  readonly hash?: Hash
  /** As they are sent, in this order; without them the signature is over the content. */
  readonly attributes?: readonly Uint8Array[]
  /** `[0]` around the attributes, where it is not to be of definite length. */
  readonly encodedAttributes?: Uint8Array
  readonly sid?: Uint8Array
  readonly digestAlgorithm?: Uint8Array
  readonly signatureAlgorithm?: Uint8Array
  /** What is signed, where that is neither the attributes as sent nor the content. */
  readonly signed?: Uint8Array
  readonly key?: KeyObject
}

/** SignerInfo (RFC 5652 §5.3) of `holder`, right unless an option says otherwise. */
export const signerInfo = (
  holder: Holder,
  content: Uint8Array,
  options: SignerInfoOptions = {},
): Uint8Array => {
  const { hash = 'sha256', attributes, key = holder.key } = options
  const signed = attributes === undefined ? content : der.tlv(0x31, ...attributes)
  return der.sequence(
    der.smallInteger(1),
    options.sid ?? encodeIssuerAndSerialNumber(holder.certificate),
    options.digestAlgorithm ?? encodeHash(hash),
    ...(attributes === undefined
      ? []
      : [options.encodedAttributes ?? der.tagged(0, ...attributes)]),
    options.signatureAlgorithm ?? signatureAlgorithm(key, hash),
    der.octetString(sign(hash, options.signed ?? signed, key)),
  )
}

const signatureAlgorithm = (key: KeyObject, hash: Hash): Uint8Array =>
  algorithmOf(key) === 'rsa'
    ? RSA_ENCRYPTION_ALGORITHM
    : encodeSignatureAlgorithm('ecdsa', hash === 'sha1' ? 'sha1' : 'sha256')

/** A sid that names the certificate by its subject key identifier. */
export const keyIdentifierOf = ({ certificate }: Holder): Uint8Array =>
  der.taggedPrimitive(0, findSubjectKeyIdentifier(certificate.extensions) ?? new Uint8Array())

export interface SignedDataOptions {
  readonly signerInfos: readonly Uint8Array[]
  readonly certificates: readonly Uint8Array[]
  /** The element inside `[0]`; undefined: no eContent. */
  readonly content: Uint8Array | undefined
  readonly contentType?: string
}

/** ContentInfo of SignedData, definite lengths, nothing sorted. */
export const signedData = (options: SignedDataOptions): Uint8Array =>
  contentInfo(ID_SIGNED_DATA, der.sequence(...signedDataParts(options)))

/** The same with every length above the content indefinite, as Apple's devices send it. */
export const signedDataIndefinite = (options: SignedDataOptions): Uint8Array =>
  indefinite(
    0x30,
    der.oid(ID_SIGNED_DATA),
    indefinite(0xa0, indefinite(0x30, ...signedDataParts(options, indefinite))),
  )

const signedDataParts = (
  { signerInfos, certificates, content, contentType = ID_DATA }: SignedDataOptions,
  wrap: typeof der.tlv = der.tlv,
): Uint8Array[] => [
  der.smallInteger(1),
  der.setOf([encodeHash('sha256')]),
  wrap(0x30, der.oid(contentType), ...(content === undefined ? [] : [wrap(0xa0, content)])),
  ...(certificates.length === 0 ? [] : [wrap(0xa0, ...certificates)]),
  der.tlv(0x31, ...signerInfos),
]

export const contentInfo = (contentType: string, content: Uint8Array): Uint8Array =>
  der.sequence(der.oid(contentType), der.tagged(0, content))

export interface EnvelopedDataOptions {
  readonly recipientInfos: readonly Uint8Array[]
  readonly cipher: string
  readonly iv: Uint8Array
  /** `[0]` encryptedContent, whole; undefined: absent. */
  readonly encryptedContent: Uint8Array | undefined
}

/** ContentInfo of EnvelopedData. */
export const envelopedData = (options: EnvelopedDataOptions): Uint8Array =>
  contentInfo(ID_ENVELOPED_DATA, bareEnvelopedData(options))

/** EnvelopedData without the ContentInfo around it. */
export const bareEnvelopedData = (options: EnvelopedDataOptions): Uint8Array =>
  der.sequence(
    der.smallInteger(0),
    der.tlv(0x31, ...options.recipientInfos),
    der.sequence(
      der.oid(ID_DATA),
      der.sequence(der.oid(options.cipher), der.octetString(options.iv)),
      ...(options.encryptedContent === undefined ? [] : [options.encryptedContent]),
    ),
  )

/** KeyTransRecipientInfo. */
export const recipientInfo = (options: {
  readonly rid: Uint8Array
  readonly encryptedKey: Uint8Array
  readonly keyTransport?: Uint8Array
}): Uint8Array =>
  der.sequence(
    der.smallInteger(0),
    options.rid,
    options.keyTransport ?? RSA_ENCRYPTION_ALGORITHM,
    der.octetString(options.encryptedKey),
  )
