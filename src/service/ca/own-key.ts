import { ServiceError } from '../../errors.ts'
import { createSigner, type KeyType, makeKeyPair } from '../../keys/index.ts'
import type { Clock } from '../../model/index.ts'
import type { Identity } from '../../protocol/cms/index.ts'
import {
  authorityKeyIdentifier,
  type Certificate,
  type DistinguishedName,
  decodeCertificate,
  type Extension,
  encodeCertificate,
  encodeName,
  encodeTbsCertificate,
  findPathFault,
  PublicKey,
  subjectKeyIdentifier,
} from '../../protocol/x509/index.ts'
import {
  findHeldKey,
  type HeldKey,
  holdKey,
  type KeyRole,
  type KeyVault,
  newSerialNumber,
} from './held-key.ts'

/** Milliseconds. */
export const DAY = 86_400_000
/** A certificate that ends within this time is made anew. */
const RENEW_BEFORE = 30 * DAY
/** Devices' clocks go wrong; a certificate must be valid when it arrives. */
export const BACKDATE = 10 * 60_000

/** What making and keeping the server's own keys needs. */
export interface KeyOptions extends KeyVault {
  readonly clock: Clock
}

/** A key of the server as it should be. */
export interface KeyDescription {
  readonly role: KeyRole
  readonly issuer: HeldKey
  readonly subject: DistinguishedName
  readonly keyType: KeyType
  /** How long a certificate lives. */
  readonly days: number
  readonly extensions: readonly Extension[]
  /** Whether a certificate that is there already still does. */
  readonly fits?: (certificate: Certificate) => boolean
}

/**
 * The active key of a role. One whose certificate ends soon is certified again under the same subject, so
 * that devices see the same signer; one of another kind, or of another issuer, is replaced.
 */
export const ensureKey = async (options: KeyOptions, wanted: KeyDescription): Promise<HeldKey> => {
  const found = await findHeldKey(options, wanted.role)
  const now = options.clock.now()
  const fits =
    found !== undefined &&
    keyTypeOf(found.certificate) === wanted.keyType &&
    // Not by its name: an issuing CA that was replaced had the same.
    findPathFault(found.certificate, wanted.issuer.certificate, { hashes: ['sha256'] }) ===
      undefined
  const isGood = fits && (wanted.fits?.(found.certificate) ?? true)
  if (isGood && !isDue(found.certificate, wanted.issuer.certificate, now)) return found
  const { privateKey, publicKey } = fits
    ? { privateKey: found.privateKey, publicKey: found.certificate.publicKey.bytes }
    : await makeKeyPair(wanted.keyType)
  const certificate = await certify(wanted, publicKey, now)
  return await holdKey(options, { role: wanted.role, certificate, privateKey, now }, found)
}

const isDue = ({ notBefore, notAfter }: Certificate, issuer: Certificate, now: number): boolean => {
  // One that ends with its issuer cannot be made to live longer, nor to begin before it.
  const endsSoon =
    notAfter - RENEW_BEFORE <= now && (notAfter < issuer.notAfter || now > issuer.notAfter)
  // It was made before the clock was put back.
  return endsSoon || (notBefore > now && notBefore > issuer.notBefore)
}

const certify = async (
  { issuer, subject, days, extensions }: KeyDescription,
  publicKey: Uint8Array,
  now: number,
): Promise<Certificate> => {
  if (now > issuer.certificate.notAfter) {
    throw new ServiceError('unavailable', 'ca_expired', 'the certificate of the CA has ended')
  }
  return await signCertificate(createSigner(issuer.privateKey), {
    issuer: issuer.certificate.subject,
    subject: encodeName(subject),
    publicKey,
    notBefore: Math.max(now - BACKDATE, issuer.certificate.notBefore),
    notAfter: Math.min(now + days * DAY, issuer.certificate.notAfter),
    extensions: [
      ...extensions,
      subjectKeyIdentifier(new PublicKey(publicKey).identifier),
      authorityKeyIdentifier(issuer.certificate.publicKey.identifier),
    ],
  })
}

/** Signs a certificate with a serial number of its own. */
export const signCertificate = async (
  signer: Identity['signer'],
  content: Omit<Parameters<typeof encodeTbsCertificate>[0], 'serialNumber' | 'signer'>,
): Promise<Certificate> => {
  const tbs = encodeTbsCertificate({
    ...content,
    serialNumber: newSerialNumber(),
    signer: signer.algorithm,
  })
  const signature = await signer.sign(tbs, 'sha256')
  return decodeCertificate(encodeCertificate(tbs, signer.algorithm, signature))
}

const keyTypeOf = ({ publicKey }: Certificate): KeyType | undefined => {
  const { asymmetricKeyType, asymmetricKeyDetails } = publicKey.key
  if (asymmetricKeyType === 'ec') return 'p-256'
  return asymmetricKeyDetails?.modulusLength === 3072 ? 'rsa-3072' : 'rsa-2048'
}
