import { hash } from 'node:crypto'
import { ProtocolError } from '../../errors.ts'
import { context, decode, der, type Element, Tag } from '../asn1/index.ts'
import { type AlgorithmIdentifier, decodeAlgorithm, encodeSignatureAlgorithm } from './algorithm.ts'
import { decodeExtensions, type Extension, type Extensions, encodeExtension } from './extension.ts'
import { PublicKey } from './public-key.ts'

/** A certificate (RFC 5280 §4.1) with the bytes it came in. */
export interface Certificate {
  readonly bytes: Uint8Array
  /** The part that is signed. */
  readonly tbs: Uint8Array
  /** 1 to 3. */
  readonly version: number
  /** The INTEGER's octets as sent. */
  readonly serialNumber: Uint8Array
  /** Name, DER. */
  readonly issuer: Uint8Array
  /** Milliseconds since 1970. */
  readonly notBefore: number
  readonly notAfter: number
  /** Name, DER. */
  readonly subject: Uint8Array
  readonly publicKey: PublicKey
  readonly extensions: Extensions
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Uint8Array
}

/** @throws ProtocolError `asn1_…`, `x509_certificate`, `x509_extension` */
export const decodeCertificate = (bytes: Uint8Array): Certificate => {
  const fields = decode(bytes, 'der').fields()
  const tbs = fields.next()
  const signatureAlgorithm = decodeAlgorithm(fields.next())
  const signature = fields.next().bits()
  fields.end()
  const body = tbs.fields()
  const version = (body.optional(context(0))?.inner().smallInteger() ?? 0) + 1
  if (version > 3) throw malformed('version is above 3')
  const serialNumber = body.next().integer()
  // RFC 5280 §4.1.1.2: both must be the same algorithm.
  if (Buffer.compare(body.next().bytes, signatureAlgorithm.bytes) !== 0) {
    throw malformed('signature algorithms differ')
  }
  const issuer = body.next(Tag.sequence).bytes
  const validity = body.next().fields()
  const notBefore = validity.next().time()
  const notAfter = validity.next().time()
  validity.end()
  const subject = body.next(Tag.sequence).bytes
  const publicKey = new PublicKey(body.next(Tag.sequence).bytes)
  body.optional(context(1))
  body.optional(context(2))
  const extensions = body.optional(context(3))
  body.end()
  return {
    bytes,
    tbs: tbs.bytes,
    version,
    serialNumber,
    issuer,
    notBefore,
    notAfter,
    subject,
    publicKey,
    extensions: extensions === undefined ? new Map() : decodeExtensions(extensions.inner()),
    signatureAlgorithm,
    signature,
  }
}

const malformed = (message: string): ProtocolError => new ProtocolError('x509_certificate', message)

/** What names a certificate in CMS (RFC 5652 §10.2.4). */
export interface IssuerAndSerialNumber {
  /** Name, DER. */
  readonly issuer: Uint8Array
  /** The INTEGER's octets. */
  readonly serialNumber: Uint8Array
}

/** Reads only issuer and serial number, for finding one certificate among several. */
export const peekIssuerAndSerialNumber = (certificate: Element): IssuerAndSerialNumber => {
  const body = certificate.fields().next().fields()
  body.optional(context(0))
  const serialNumber = body.next().integer()
  body.next()
  return { issuer: body.next(Tag.sequence).bytes, serialNumber }
}

export const encodeIssuerAndSerialNumber = (name: IssuerAndSerialNumber): Uint8Array =>
  der.sequence(name.issuer, der.integerContent(name.serialNumber))

/** SHA-256 of the whole certificate, hexadecimal: the identity of whoever holds its key. */
export const certificateFingerprint = (bytes: Uint8Array): string => hash('sha256', bytes)

/** What a certificate says, before it is signed. */
export interface CertificateTemplate {
  /** Positive, at most 20 octets. */
  readonly serialNumber: Uint8Array
  /** Name, DER. */
  readonly issuer: Uint8Array
  /** Name, DER. */
  readonly subject: Uint8Array
  readonly notBefore: number
  readonly notAfter: number
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array
  readonly extensions: readonly Extension[]
  /** The kind of the key that will sign; the hash is SHA-256. */
  readonly signer: 'rsa' | 'ecdsa'
}

/** TBSCertificate, DER. */
export const encodeTbsCertificate = (template: CertificateTemplate): Uint8Array =>
  der.sequence(
    der.tagged(0, der.smallInteger(2)),
    der.unsignedInteger(template.serialNumber),
    encodeSignatureAlgorithm(template.signer, 'sha256'),
    template.issuer,
    der.sequence(der.time(template.notBefore), der.time(template.notAfter)),
    template.subject,
    template.publicKey,
    der.tagged(3, der.sequence(...template.extensions.map(encodeExtension))),
  )

/** The certificate of a TBSCertificate and the SHA-256 signature over it. */
export const encodeCertificate = (
  tbs: Uint8Array,
  signer: 'rsa' | 'ecdsa',
  signature: Uint8Array,
): Uint8Array =>
  der.sequence(tbs, encodeSignatureAlgorithm(signer, 'sha256'), der.bitString(signature))
