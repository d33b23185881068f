import { getCACertificates } from 'node:tls'
import { ProtocolError } from '../errors.ts'
import {
  type Certificate,
  findBasicConstraints,
  findPathFault,
  type PathFault,
  parseCertificates,
} from '../protocol/x509/index.ts'

/** Why a certificate leads to no trusted root. */
export type TrustFault = PathFault | 'path_length' | 'no_path'

export interface TrustOptions {
  readonly roots: readonly Certificate[]
  /** What the sender offers on the way to a root. */
  readonly bag: readonly Certificate[]
  /** Milliseconds since 1970. */
  readonly at: number
}

// As devices since iOS 13: SHA-1 proves nothing.
const HASHES = ['sha256', 'sha384', 'sha512'] as const
const MAX_INTERMEDIATES = 4

/** Follows issuers from the certificate to one of the roots (RFC 5280 §6.1); undefined if that succeeds. */
export const findTrustFault = (
  certificate: Certificate,
  options: TrustOptions,
): TrustFault | undefined => climb(certificate, 0, options)

const climb = (
  certificate: Certificate,
  intermediates: number,
  options: TrustOptions,
): TrustFault | undefined => {
  const { roots, bag, at } = options
  if (roots.some((root) => isSame(root, certificate))) return findDateFault(certificate, at)
  let fault: TrustFault = 'no_path'
  for (const issuer of intermediates > MAX_INTERMEDIATES ? [] : [...roots, ...bag]) {
    if (isSame(issuer, certificate)) continue
    const next =
      findPathFault(certificate, issuer, { at, hashes: HASHES }) ??
      findLengthFault(issuer, intermediates) ??
      climb(issuer, intermediates + 1, options)
    if (next === undefined) return undefined
    if (next !== 'issuer_name' && next !== 'no_path') fault = next
  }
  return fault
}

// RFC 5280 §4.2.1.9: how many CA certificates may stand between this one and the end of the path.
const findLengthFault = (issuer: Certificate, intermediates: number): TrustFault | undefined => {
  const limit = findBasicConstraints(issuer.extensions)?.pathLength
  return limit !== undefined && intermediates > limit ? 'path_length' : undefined
}

const findDateFault = (
  { notBefore, notAfter }: Certificate,
  at: number,
): TrustFault | undefined => {
  if (at < notBefore) return 'not_yet_valid'
  return at > notAfter ? 'expired' : undefined
}

const isSame = (a: Certificate, b: Certificate): boolean => Buffer.compare(a.bytes, b.bytes) === 0

/** The roots that this machine trusts, as far as our own reader takes them. */
export const readMachineRoots = (): readonly Certificate[] => {
  const pems = new Set([...getCACertificates('default'), ...getCACertificates('system')])
  return [...pems].flatMap((pem) => {
    try {
      return parseCertificates(Buffer.from(pem))
    } catch (error) {
      if (error instanceof ProtocolError) return []
      throw error
    }
  })
}
