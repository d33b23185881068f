import { ProtocolError } from '../../errors.ts'
import { context, decode, der, type Element, Tag } from '../asn1/index.ts'
import {
  type AlgorithmIdentifier,
  decodeAlgorithm,
  encodeSignatureAlgorithm,
  verifySignature,
} from './algorithm.ts'
import { decodeExtensions, type Extension, type Extensions, encodeExtension } from './extension.ts'
import { PublicKey } from './public-key.ts'

const CHALLENGE_PASSWORD = '1.2.840.113549.1.9.7'
const EXTENSION_REQUEST = '1.2.840.113549.1.9.14'
const MICROSOFT_EXTENSION_REQUEST = '1.3.6.1.4.1.311.2.1.14'

/** A CertificationRequest (RFC 2986 §4). */
export interface CertificateRequest {
  readonly bytes: Uint8Array
  /** The part that is signed. */
  readonly info: Uint8Array
  /** Name, DER; may be empty. */
  readonly subject: Uint8Array
  readonly publicKey: PublicKey
  /** RFC 2985 §5.4.1. */
  readonly challengePassword: string | undefined
  readonly requestedExtensions: Extensions
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Uint8Array
}

/**
 * Reads a request. Most clients sign the message around it with the same key: `known` is that key, which
 * is then neither imported nor judged twice.
 * @throws ProtocolError `asn1_…`, `x509_request`, `x509_extension`
 */
export const decodeCertificateRequest = (
  bytes: Uint8Array,
  known?: PublicKey,
): CertificateRequest => {
  const fields = decode(bytes, 'ber').fields()
  const info = fields.next()
  const signatureAlgorithm = decodeAlgorithm(fields.next())
  const signature = fields.next().bits()
  fields.end()
  const body = info.fields()
  // RFC 2986 §4.1 knows version 0 only; Apple's client (mdmclient 2016) says 2.
  if (body.next().smallInteger() > 2) throw malformed('unknown version')
  const subject = body.next(Tag.sequence).bytes
  const key = body.next(Tag.sequence).bytes
  const isKnown = known !== undefined && Buffer.compare(key, known.bytes) === 0
  const publicKey = isKnown ? known : new PublicKey(key)
  const attributes = decodeAttributes(body.optional(context(0)))
  body.end()
  const challenge = attributes.get(CHALLENGE_PASSWORD)
  const extensions =
    attributes.get(EXTENSION_REQUEST) ?? attributes.get(MICROSOFT_EXTENSION_REQUEST)
  return {
    bytes,
    info: info.bytes,
    subject,
    publicKey,
    challengePassword: challenge?.text(),
    requestedExtensions: extensions === undefined ? new Map() : decodeExtensions(extensions),
    signatureAlgorithm,
    signature,
  }
}

// Every attribute that is looked at has exactly one value.
const decodeAttributes = (set: Element | undefined): ReadonlyMap<string, Element> => {
  const attributes = new Map<string, Element>()
  for (const attribute of set?.children ?? []) {
    const fields = attribute.fields()
    const oid = fields.next().oid()
    const [value, ...more] = fields.next().list(Tag.set)
    fields.end()
    if (value === undefined || more.length > 0 || attributes.has(oid)) {
      throw malformed('an attribute does not have exactly one value')
    }
    attributes.set(oid, value)
  }
  return attributes
}

const malformed = (message: string): ProtocolError => new ProtocolError('x509_request', message)

/** Whether the request is signed with the key that it asks a certificate for: proof of possession. */
export const verifyCertificateRequest = (request: CertificateRequest): boolean =>
  verifySignature({
    algorithm: request.signatureAlgorithm,
    data: request.info,
    signature: request.signature,
    key: request.publicKey.key,
  })

/** CertificationRequestInfo, DER, with an optional challengePassword and the extensions that are asked for. */
export const encodeCertificateRequestInfo = (template: {
  /** Name, DER. */
  readonly subject: Uint8Array
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array
  readonly challengePassword?: string
  readonly extensions?: readonly Extension[]
}): Uint8Array => {
  const { subject, publicKey, challengePassword, extensions = [] } = template
  const attributes: Uint8Array[] = []
  if (challengePassword !== undefined) {
    const value = der.isPrintable(challengePassword)
      ? der.printableString(challengePassword)
      : der.utf8String(challengePassword)
    attributes.push(der.sequence(der.oid(CHALLENGE_PASSWORD), der.setOf([value])))
  }
  if (extensions.length > 0) {
    const value = der.sequence(...extensions.map(encodeExtension))
    attributes.push(der.sequence(der.oid(EXTENSION_REQUEST), der.setOf([value])))
  }
  return der.sequence(der.smallInteger(0), subject, publicKey, der.tagged(0, ...attributes))
}

/** The request of a CertificationRequestInfo and the signature over it. */
export const encodeCertificateRequest = (
  info: Uint8Array,
  signer: 'rsa' | 'ecdsa',
  signature: Uint8Array,
  hash: 'sha1' | 'sha256' = 'sha256',
): Uint8Array =>
  der.sequence(info, encodeSignatureAlgorithm(signer, hash), der.bitString(signature))
