import { type Hash, signatureHash, verifySignature } from './algorithm.ts'
import type { Certificate } from './certificate.ts'
import { allowsKeyUsage, findBasicConstraints, UNDERSTOOD_EXTENSIONS } from './extension.ts'

/** Why one certificate is not the child of another. */
export type PathFault =
  | 'issuer_name'
  | 'issuer_not_ca'
  | 'critical_extension'
  | 'signature_algorithm'
  | 'signature'
  | 'not_yet_valid'
  | 'expired'

export interface PathOptions {
  /** Milliseconds since 1970; without it dates are not looked at. */
  readonly at?: number
  /** The hashes that the signature may use. */
  readonly hashes: readonly Hash[]
}

/**
 * Whether `issuer` signed `certificate` as a CA may (RFC 5280 §6.1.3, one step of a path).
 * @returns undefined if it did, else the first fault
 */
export const findPathFault = (
  certificate: Certificate,
  issuer: Certificate,
  options: PathOptions,
): PathFault | undefined => {
  if (Buffer.compare(certificate.issuer, issuer.subject) !== 0) return 'issuer_name'
  const isCa = findBasicConstraints(issuer.extensions)?.ca === true
  if (!isCa || !allowsKeyUsage(issuer.extensions, 'keyCertSign')) return 'issuer_not_ca'
  for (const { oid, critical } of certificate.extensions.values()) {
    if (critical && !UNDERSTOOD_EXTENSIONS.has(oid)) return 'critical_extension'
  }
  const hash = signatureHash(certificate.signatureAlgorithm)
  if (hash === undefined || !options.hashes.includes(hash)) return 'signature_algorithm'
  const isSigned = verifySignature({
    algorithm: certificate.signatureAlgorithm,
    data: certificate.tbs,
    signature: certificate.signature,
    key: issuer.publicKey.key,
  })
  if (!isSigned) return 'signature'
  if (options.at === undefined) return undefined
  if (options.at < certificate.notBefore) return 'not_yet_valid'
  return options.at > certificate.notAfter ? 'expired' : undefined
}

/** Whether the certificate may sign others. */
export const isCa = (certificate: Certificate): boolean =>
  findBasicConstraints(certificate.extensions)?.ca === true
