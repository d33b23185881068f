import { constants, type KeyObject, verify } from 'node:crypto'
import { ProtocolError } from '../../errors.ts'
import { der, type Element, Tag } from '../asn1/index.ts'

/** Hash functions that windfall knows. What it may be signed with is the caller's policy. */
export type Hash = 'sha1' | 'sha256' | 'sha384' | 'sha512'

const HASH_OIDS: Readonly<Record<Hash, string>> = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
}
const HASHES = new Map<string, Hash>([
  [HASH_OIDS.sha1, 'sha1'],
  [HASH_OIDS.sha256, 'sha256'],
  [HASH_OIDS.sha384, 'sha384'],
  [HASH_OIDS.sha512, 'sha512'],
])

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'
const RSASSA_PSS = '1.2.840.113549.1.1.10'
const MGF1 = '1.2.840.113549.1.1.8'

/** A signature scheme; `hash` is undefined for rsaEncryption, where CMS names it elsewhere. */
interface SignatureScheme {
  readonly kind: 'rsa' | 'rsa-pss' | 'ecdsa'
  readonly hash: Hash | undefined
  readonly saltLength?: number
}

const SCHEMES = new Map<string, SignatureScheme>([
  [RSA_ENCRYPTION, { kind: 'rsa', hash: undefined }],
  ['1.2.840.113549.1.1.5', { kind: 'rsa', hash: 'sha1' }],
  ['1.2.840.113549.1.1.11', { kind: 'rsa', hash: 'sha256' }],
  ['1.2.840.113549.1.1.12', { kind: 'rsa', hash: 'sha384' }],
  ['1.2.840.113549.1.1.13', { kind: 'rsa', hash: 'sha512' }],
  ['1.2.840.10045.4.1', { kind: 'ecdsa', hash: 'sha1' }],
  ['1.2.840.10045.4.3.2', { kind: 'ecdsa', hash: 'sha256' }],
  ['1.2.840.10045.4.3.3', { kind: 'ecdsa', hash: 'sha384' }],
  ['1.2.840.10045.4.3.4', { kind: 'ecdsa', hash: 'sha512' }],
])

/** AlgorithmIdentifier (RFC 5280 §4.1.1.2), compared by its OID and, where it matters, its bytes. */
export interface AlgorithmIdentifier {
  readonly oid: string
  readonly parameters: Element | undefined
  readonly bytes: Uint8Array
}

export const decodeAlgorithm = (element: Element): AlgorithmIdentifier => {
  const fields = element.fields()
  const oid = fields.next().oid()
  const [parameters] = fields.rest()
  return { oid, parameters, bytes: element.bytes }
}

/** The hash function an AlgorithmIdentifier names, or undefined for one that windfall does not know. */
export const findHash = (algorithm: AlgorithmIdentifier): Hash | undefined =>
  HASHES.get(algorithm.oid)

export const encodeHash = (hash: Hash): Uint8Array =>
  der.sequence(der.oid(HASH_OIDS[hash]), der.nothing)

const SIGNATURE_OIDS = {
  rsa: { sha1: '1.2.840.113549.1.1.5', sha256: '1.2.840.113549.1.1.11' },
  ecdsa: { sha1: '1.2.840.10045.4.1', sha256: '1.2.840.10045.4.3.2' },
} as const

/** The AlgorithmIdentifier of a signature that windfall makes (RFC 4055 §5, RFC 5758 §3.2). */
export const encodeSignatureAlgorithm = (
  key: 'rsa' | 'ecdsa',
  hash: 'sha1' | 'sha256',
): Uint8Array => {
  const oid = der.oid(SIGNATURE_OIDS[key][hash])
  return key === 'rsa' ? der.sequence(oid, der.nothing) : der.sequence(oid)
}

/** rsaEncryption with NULL: as a SubjectPublicKeyInfo and as a CMS signature have it. */
export const RSA_ENCRYPTION_ALGORITHM: Uint8Array = der.sequence(
  der.oid(RSA_ENCRYPTION),
  der.nothing,
)

/** A signature and what it should be over. */
export interface SignatureCheck {
  readonly algorithm: AlgorithmIdentifier
  /** The hash that stands beside the signature (CMS digestAlgorithm), if one does. */
  readonly hash?: Hash
  readonly data: Uint8Array
  readonly signature: Uint8Array
  readonly key: KeyObject
}

/**
 * Whether the signature is the key's over the data. An algorithm that windfall does not know, one that
 * contradicts `hash`, and one that does not belong to the key are all false.
 */
export const verifySignature = (check: SignatureCheck): boolean => {
  const scheme = signatureScheme(check.algorithm)
  if (scheme === undefined) return false
  const hash = scheme.hash ?? check.hash
  if (hash === undefined || (check.hash !== undefined && check.hash !== hash)) return false
  if (check.key.asymmetricKeyType !== (scheme.kind === 'ecdsa' ? 'ec' : 'rsa')) return false
  const key =
    scheme.kind === 'rsa-pss'
      ? {
          key: check.key,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: scheme.saltLength ?? 20,
        }
      : check.key
  try {
    return verify(hash, check.data, key, check.signature)
  } catch {
    // OpenSSL refuses some keys and sizes with an exception: no valid signature all the same.
    return false
  }
}

/** The hash a signature is made with; undefined if the algorithm is unknown or names none. */
export const signatureHash = (algorithm: AlgorithmIdentifier): Hash | undefined =>
  signatureScheme(algorithm)?.hash

const signatureScheme = (algorithm: AlgorithmIdentifier): SignatureScheme | undefined =>
  algorithm.oid === RSASSA_PSS ? pssScheme(algorithm) : SCHEMES.get(algorithm.oid)

// RFC 4055 §3.1: absent parameters mean SHA-1 and a salt of 20 bytes.
const pssScheme = (algorithm: AlgorithmIdentifier): SignatureScheme | undefined => {
  let hash: Hash | undefined = 'sha1'
  let maskHash: Hash | undefined = 'sha1'
  let saltLength = 20
  for (const field of algorithm.parameters?.list(Tag.sequence) ?? []) {
    if (field.tag === 0x80) hash = findHash(decodeAlgorithm(field.inner()))
    if (field.tag === 0x81) maskHash = maskGenerationHash(field.inner())
    if (field.tag === 0x82) saltLength = field.inner().smallInteger()
  }
  return hash !== undefined && hash === maskHash ? { kind: 'rsa-pss', hash, saltLength } : undefined
}

const maskGenerationHash = (element: Element): Hash | undefined => {
  const { oid, parameters } = decodeAlgorithm(element)
  if (oid !== MGF1 || parameters === undefined) {
    throw new ProtocolError('x509_algorithm', 'unknown mask generation function')
  }
  return findHash(decodeAlgorithm(parameters))
}
