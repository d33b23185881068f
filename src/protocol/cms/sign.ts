import { hash } from 'node:crypto'
import { der, type Layer } from '../asn1/index.ts'
import {
  type Certificate,
  encodeHash,
  encodeIssuerAndSerialNumber,
  encodeSignatureAlgorithm,
  RSA_ENCRYPTION_ALGORITHM,
} from '../x509/index.ts'
import { contentInfo, explicit, octetString, sequence } from './content-info.ts'
import type { Identity } from './key.ts'
import { ContentType } from './signed-data.ts'

const CONTENT_TYPE = '1.2.840.113549.1.9.3'
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
const SIGNING_TIME = '1.2.840.113549.1.9.5'

/** A signed attribute with its one value, DER. */
export interface Attribute {
  readonly oid: string
  readonly value: Uint8Array
}

export interface SignOptions {
  /** Undefined: no eContent, as in a SCEP failure; the digest is then of no bytes at all. */
  readonly content: Uint8Array | undefined
  readonly identity: Identity
  readonly hash: 'sha1' | 'sha256'
  /** Milliseconds since 1970. */
  readonly signingTime?: number
  readonly attributes?: readonly Attribute[]
}

/** SignedData over attached content of type id-data with signed attributes (RFC 5652 §5), DER. */
export const signData = async (options: SignOptions): Promise<Uint8Array> => {
  const { content, identity, hash } = options
  const { signer, certificate, chain } = identity
  const attributes = encodeAttributes(options)
  const signature = await signer.sign(attributes, hash)
  const digestAlgorithm = encodeHash(hash)
  // Old clients know rsaEncryption only; digestAlgorithm must be a pure hash (iOS before 12).
  const signatureAlgorithm =
    signer.algorithm === 'rsa' ? RSA_ENCRYPTION_ALGORITHM : encodeSignatureAlgorithm('ecdsa', hash)
  const signerInfo = der.sequence(
    der.smallInteger(1),
    encodeIssuerAndSerialNumber(certificate),
    digestAlgorithm,
    implicitSet(attributes),
    signatureAlgorithm,
    der.octetString(signature),
  )
  return contentInfo(
    ContentType.signedData,
    sequence(
      der.smallInteger(1),
      der.setOf([digestAlgorithm]),
      encapsulate(content),
      encodeCertificates([certificate, ...chain]),
      der.setOf([signerInfo]),
    ),
  )
}

/** Certificates alone: SignedData without content and signers (RFC 8894 §3.4), in the given order, DER. */
export const encodeCertificatesOnly = (certificates: readonly Uint8Array[]): Uint8Array =>
  contentInfo(
    ContentType.signedData,
    sequence(
      der.smallInteger(1),
      der.setOf([]),
      encapsulate(undefined),
      der.tagged(0, ...certificates),
      der.setOf([]),
    ),
  )

const encapsulate = (content: Uint8Array | undefined): Layer =>
  content === undefined
    ? sequence(der.oid(ContentType.data))
    : sequence(der.oid(ContentType.data), explicit(0, octetString(content)))

const encodeCertificates = (certificates: readonly Certificate[]): Uint8Array =>
  der.tagged(0, ...certificates.map((certificate) => certificate.bytes))

// RFC 5652 §5.4: signed as SET OF, sent as [0] IMPLICIT: the same bytes after the first.
const implicitSet = (set: Uint8Array): Uint8Array => {
  const out = Uint8Array.from(set)
  out[0] = 0xa0
  return out
}

const encodeAttributes = (options: SignOptions): Uint8Array => {
  const digest = hash(options.hash, options.content ?? new Uint8Array(), 'buffer')
  const attributes: readonly Attribute[] = [
    { oid: CONTENT_TYPE, value: der.oid(ContentType.data) },
    { oid: MESSAGE_DIGEST, value: der.octetString(digest) },
    ...(options.signingTime === undefined
      ? []
      : [{ oid: SIGNING_TIME, value: der.time(options.signingTime) }]),
    ...(options.attributes ?? []),
  ]
  return der.setOf(
    attributes.map(({ oid, value }) => der.sequence(der.oid(oid), der.setOf([value]))),
  )
}
