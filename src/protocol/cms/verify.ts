import { hash as digestOf } from 'node:crypto'
import { ProtocolError } from '../../errors.ts'
import { der, type Element, Tag } from '../asn1/index.ts'
import {
  allowsKeyUsage,
  type Certificate,
  createNameMatcher,
  decodeCertificate,
  findHash,
  findSubjectKeyIdentifier,
  type Hash,
  peekIssuerAndSerialNumber,
  verifySignature,
} from '../x509/index.ts'
import {
  ContentType,
  decodeSignedData,
  type SignedAttributes,
  type SignedData,
  type SignerIdentifier,
  type SignerInfo,
} from './signed-data.ts'

const CONTENT_TYPE = '1.2.840.113549.1.9.3'
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'

/** What a receiver insists on. */
export interface VerifyOptions {
  /** SCEP always signs attributes; Apple's profile service sends both shapes. */
  readonly signedAttributes: 'required' | 'optional'
  readonly hashes: readonly Hash[]
}

/** A message whose one signature is good. Who signed it is known; whether that one may is not. */
export interface VerifiedMessage {
  readonly content: Uint8Array
  /** The certificate whose key made the signature: use this one and no other of the bag. */
  readonly signer: Certificate
  readonly hash: Hash
  /** The values of the signed attributes by type; empty where there are none. */
  readonly attributes: ReadonlyMap<string, readonly Element[]>
}

/**
 * Verifies SignedData with exactly one SignerInfo and attached content (RFC 5652 §5.4).
 * @throws ProtocolError `asn1_…`, `cms_…`, `x509_…`, `key_malformed`
 */
export const verifySignedData = (bytes: Uint8Array, options: VerifyOptions): VerifiedMessage =>
  verifyDecoded(decodeSignedData(bytes), options)

/** The same for a message that is decoded already. */
export const verifyDecoded = (message: SignedData, options: VerifyOptions): VerifiedMessage => {
  const [signerInfo, ...others] = message.signerInfos
  if (signerInfo === undefined || others.length > 0) {
    throw new ProtocolError('cms_signer_count', 'exactly one signer was expected')
  }
  if (message.content === undefined) {
    throw new ProtocolError('cms_no_content', 'the message carries no content')
  }
  const hash = findHash(signerInfo.digestAlgorithm)
  if (hash === undefined || !options.hashes.includes(hash)) {
    throw new ProtocolError('cms_algorithm', 'the digest algorithm is not accepted')
  }
  const signer = findSigner(message.certificates, signerInfo.sid)
  if (!allowsKeyUsage(signer.extensions, 'digitalSignature')) {
    throw new ProtocolError('cms_key_usage', "the signer's certificate is not for signatures")
  }
  verifySigner(message.content, message.contentType, { signerInfo, signer, hash, options })
  const attributes = signerInfo.signedAttributes?.values ?? new Map<string, readonly Element[]>()
  return { content: message.content, signer, hash, attributes }
}

interface SignerCheck {
  readonly signerInfo: SignerInfo
  readonly signer: Certificate
  readonly hash: Hash
  readonly options: VerifyOptions
}

const verifySigner = (content: Uint8Array, contentType: string, check: SignerCheck): void => {
  const { signerInfo, signer, hash, options } = check
  const { signedAttributes, signatureAlgorithm: algorithm, signature } = signerInfo
  const isGood = (data: Uint8Array): boolean =>
    verifySignature({ algorithm, hash, data, signature, key: signer.publicKey.key })
  if (signedAttributes === undefined) {
    requireNoAttributes(content, contentType, options)
    if (!isGood(content)) throw badSignature()
    return
  }
  const digest = digestOf(hash, content, 'buffer')
  const messageDigest = singleValue(signedAttributes, MESSAGE_DIGEST).octets()
  if (Buffer.compare(digest, messageDigest) !== 0) {
    throw new ProtocolError('cms_message_digest', 'the content is not the one that was signed')
  }
  if (singleValue(signedAttributes, CONTENT_TYPE).oid() !== contentType) {
    throw new ProtocolError('cms_attributes', 'the content type is not the one that was signed')
  }
  // RFC 5652 §5.4: signed as an explicit SET OF. Some senders do not sort it as DER asks: first as sent.
  const asSent = der.tlv(Tag.set | 0x20, ...signedAttributes.elements)
  if (!isGood(asSent) && !isGood(der.setOf(signedAttributes.elements))) throw badSignature()
}

const requireNoAttributes = (
  content: Uint8Array,
  contentType: string,
  options: VerifyOptions,
): void => {
  if (options.signedAttributes === 'required') {
    throw new ProtocolError('cms_attributes', 'signed attributes are missing')
  }
  // RFC 5652 §5.3: attributes may be absent only for id-data. Content that is itself a SET could be the
  // signed attributes of another message (draft-ietf-lamps-cms-euf-cma-signeddata).
  if (contentType !== ContentType.data || content[0] === 0x31) {
    throw new ProtocolError('cms_attributes', 'such content needs signed attributes')
  }
}

const badSignature = (): ProtocolError =>
  new ProtocolError('cms_signature', 'the signature is not good')

/** The one value of an attribute that must be there. */
const singleValue = (attributes: SignedAttributes, type: string): Element => {
  const [value, ...more] = attributes.values.get(type) ?? []
  if (value === undefined || more.length > 0) {
    throw new ProtocolError('cms_attributes', 'a signed attribute does not have exactly one value')
  }
  return value
}

const findSigner = (bag: readonly Element[], sid: SignerIdentifier): Certificate => {
  const [found, ...others] = bag.filter(createSignerMatcher(sid))
  if (found === undefined) {
    throw new ProtocolError('cms_signer_certificate', "the signer's certificate is missing")
  }
  // The bag is not signed: two different certificates of one name are somebody's game.
  if (others.some((other) => Buffer.compare(other.bytes, found.bytes) !== 0)) {
    throw new ProtocolError('cms_signer_certificate', "the signer's certificate is ambiguous")
  }
  return decodeCertificate(found.bytes)
}

const createSignerMatcher = (sid: SignerIdentifier): ((element: Element) => boolean) => {
  if (sid.kind === 'subject-key-identifier') {
    return (element) => {
      const identifier = findSubjectKeyIdentifier(decodeCertificate(element.bytes).extensions)
      return identifier !== undefined && Buffer.compare(identifier, sid.identifier) === 0
    }
  }
  const isIssuer = createNameMatcher(sid.name.issuer)
  return (element) => {
    const { issuer, serialNumber } = peekIssuerAndSerialNumber(element)
    return Buffer.compare(serialNumber, sid.name.serialNumber) === 0 && isIssuer(issuer)
  }
}
