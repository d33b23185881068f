import { createHash } from 'node:crypto'
import { decodeCertificates } from '../protocol/scep/index.ts'
import {
  allowsKeyUsage,
  type Certificate,
  decodeCertificate,
  findPathFault,
  isCa,
} from '../protocol/x509/index.ts'
import { expectAnswer } from './answer.ts'
import { refuse } from './sim-error.ts'
import type { HttpAnswer } from './transport.ts'
import { findTrustFault } from './trust.ts'

/** Who issues, and to whom a request is encrypted. */
export interface ScepAuthority {
  /** The CA that issues. */
  readonly ca: Certificate
  /** The RA, or the CA itself: opens the request and signs the answer. */
  readonly recipient: Certificate
}

const CA = 'application/x-x509-ca-cert'
const CA_AND_RA = 'application/x-x509-ca-ra-cert'

/**
 * Chooses from the answer to GetCACert as Apple's client does: a single certificate is the CA; of several, the one
 * for key encipherment that is no CA is the RA, and whoever issued it is the CA (RFC 8894 §4.2.1.1).
 * @throws SimError `response_…`, `scep_ca_…`, `scep_ra_…`, `scep_fingerprint`; ProtocolError
 */
export const chooseAuthority = (
  answer: HttpAnswer,
  options: { readonly fingerprint: Uint8Array | undefined; readonly at: number },
): ScepAuthority => {
  const body = expectAnswer(answer, CA, CA_AND_RA)
  const bag = answer.mediaType === CA ? [decodeCertificate(body)] : decodeCertificates(body)
  const authority = answer.mediaType === CA ? chooseCa(bag) : chooseRa(bag, options.at)
  expectUsable(authority, options.at)
  if (options.fingerprint !== undefined) {
    const anchors = findByFingerprint(bag, options.fingerprint)
    const fault = findTrustFault(authority.ca, { roots: anchors, bag, at: options.at })
    if (anchors.length === 0 || fault !== undefined) {
      throw refuse('scep_fingerprint', 'the CA is not the one whose CAFingerprint was announced')
    }
  }
  return authority
}

const chooseCa = ([ca]: readonly Certificate[]): ScepAuthority => {
  if (ca === undefined || !isCa(ca)) throw refuse('scep_ca_missing', 'the certificate is not a CA')
  return { ca, recipient: ca }
}

// Apple looks for a dedicated RA as soon as there are several certificates, and gives up without one.
const chooseRa = (bag: readonly Certificate[], at: number): ScepAuthority => {
  const recipient = bag.find(
    (certificate) =>
      !isCa(certificate) &&
      isRsa(certificate) &&
      allowsKeyUsage(certificate.extensions, 'keyEncipherment'),
  )
  if (recipient === undefined) {
    throw refuse('scep_ra_missing', 'no certificate of an RSA key is an RA for key encipherment')
  }
  const hashes = ['sha256', 'sha384', 'sha512'] as const
  const ca = bag.find((issuer) => findPathFault(recipient, issuer, { at, hashes }) === undefined)
  if (ca === undefined) throw refuse('scep_ra_issuer', 'the CA that issued the RA is missing')
  return { ca, recipient }
}

const expectUsable = ({ ca, recipient }: ScepAuthority, at: number): void => {
  if (at < ca.notBefore || at > ca.notAfter) {
    throw refuse('scep_ca_expired', 'the CA certificate is not valid at this time')
  }
  const { extensions } = recipient
  const isForBoth =
    allowsKeyUsage(extensions, 'keyEncipherment') && allowsKeyUsage(extensions, 'digitalSignature')
  if (!isForBoth || !isRsa(recipient)) {
    throw refuse('scep_ca_key_usage', 'requests cannot be encrypted to the CA, or it cannot answer')
  }
}

const isRsa = ({ publicKey }: Certificate): boolean => publicKey.key.asymmetricKeyType === 'rsa'

// Apple: the length of CAFingerprint tells the hash.
const FINGERPRINT_HASHES = new Map([
  [16, 'md5'],
  [20, 'sha1'],
  [32, 'sha256'],
])

const findByFingerprint = (
  bag: readonly Certificate[],
  fingerprint: Uint8Array,
): readonly Certificate[] => {
  const hash = FINGERPRINT_HASHES.get(fingerprint.length)
  if (hash === undefined) throw refuse('scep_fingerprint', 'the CAFingerprint is of no known hash')
  return bag.filter(
    ({ bytes }) => createHash(hash).update(bytes).digest().compare(fingerprint) === 0,
  )
}
