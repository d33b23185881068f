import { ServiceError } from '../../errors.ts'
import {
  type CertificateId,
  type CertificatePurpose,
  type ChallengeId,
  type Clock,
  type DeviceId,
  type EnrollmentId,
  newId,
} from '../../model/index.ts'
import {
  authorityKeyIdentifier,
  basicConstraints,
  certificateFingerprint,
  type DistinguishedName,
  encodeCertificate,
  encodeName,
  encodeTbsCertificate,
  extendedKeyUsage,
  formatName,
  keyUsage,
  type PublicKey,
  subjectKeyIdentifier,
} from '../../protocol/x509/index.ts'
import {
  type Certificate,
  type Db,
  findCertificate,
  insertIntendedCertificate,
  isUniqueViolation,
  storeSignature,
  transact,
} from '../../store/index.ts'
import type { Meter } from '../journal/index.ts'
import type { Authority } from './authority.ts'
import { newSerialNumber } from './held-key.ts'
import { lintDeviceCertificate } from './lint.ts'
import { BACKDATE, DAY } from './own-key.ts'

/** For whom and for what a certificate is; nothing of it comes from the request but the key. */
export interface CertificateOrder {
  readonly purpose: CertificatePurpose
  readonly subject: DistinguishedName
  readonly publicKey: PublicKey
  readonly days: number
  readonly challengeId: ChallengeId | null
  readonly enrollmentId: EnrollmentId | null
  readonly deviceId: DeviceId | null
}

/** A certificate that is complete but for its signature, and has passed the lint. */
export type PreparedCertificate = Parameters<typeof insertIntendedCertificate>[1]

/** What issuing needs. */
export interface IssueOptions {
  readonly db: Db
  readonly clock: Clock
  readonly meter: Meter
  readonly authority: Authority
}

/** @throws ServiceError `ca_expired` when the CA's own certificate is not valid now */
export const prepareCertificate = (
  { clock, authority }: Pick<IssueOptions, 'clock' | 'authority'>,
  order: CertificateOrder,
): PreparedCertificate => {
  const { issuing } = authority
  const now = clock.now()
  if (now < issuing.certificate.notBefore || now > issuing.certificate.notAfter) {
    throw new ServiceError('unavailable', 'ca_expired', 'the certificate of the CA is not valid')
  }
  const serialNumber = newSerialNumber()
  // Seconds: a certificate has no fractions of them.
  const notBefore = wholeSeconds(Math.max(now - BACKDATE, issuing.certificate.notBefore))
  const notAfter = wholeSeconds(Math.min(now + order.days * DAY, issuing.certificate.notAfter))
  const subject = encodeName(order.subject)
  const tbs = encodeTbsCertificate({
    serialNumber,
    issuer: issuing.certificate.subject,
    subject,
    notBefore,
    notAfter,
    publicKey: order.publicKey.bytes,
    signer: issuing.signer.algorithm,
    extensions: [
      basicConstraints({ ca: false }),
      keyUsage('digitalSignature', 'keyEncipherment'),
      extendedKeyUsage('clientAuth'),
      subjectKeyIdentifier(order.publicKey.identifier),
      authorityKeyIdentifier(issuing.certificate.publicKey.identifier),
    ],
  })
  lintDeviceCertificate(tbs, { issuer: issuing.certificate, subject, publicKey: order.publicKey })
  return {
    id: newId('certificate', now),
    issuer: issuing.id,
    serialNumber: Buffer.from(serialNumber).toString('hex'),
    purpose: order.purpose,
    subject: formatName(order.subject),
    publicKeySha256: order.publicKey.fingerprint,
    enrollmentId: order.enrollmentId,
    deviceId: order.deviceId,
    challengeId: order.challengeId,
    tbs,
    notBefore,
    notAfter,
    createdAt: now,
  }
}

const wholeSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000) * 1000

const SERIAL_TRIES = 3

/**
 * Records the intent in one transaction with `spend`, which may refuse by throwing. A serial number that
 * is taken is a matter for another one, not a failure.
 */
export const recordIntent = async (
  db: Db,
  prepare: () => PreparedCertificate,
  spend: (tx: Parameters<typeof insertIntendedCertificate>[0], id: CertificateId) => Promise<void>,
): Promise<Certificate> => {
  for (let tries = 1; ; tries++) {
    const prepared = prepare()
    try {
      await transact(db, async (tx) => {
        await spend(tx, prepared.id)
        await insertIntendedCertificate(tx, prepared)
      })
      return { ...prepared, ...NOT_YET_ISSUED }
    } catch (error) {
      const isTaken = isUniqueViolation(error, 'certificate_issuer_serial_number')
      if (!isTaken || tries >= SERIAL_TRIES) throw error
    }
  }
}

const NOT_YET_ISSUED = {
  signature: null,
  sha256: null,
  issuedAt: null,
  revokedAt: null,
  revokedReason: null,
} as const

/** A certificate that we issued. */
export interface IssuedCertificate {
  readonly id: CertificateId
  /** DER. */
  readonly bytes: Uint8Array
  /** SHA-256 of the whole certificate, hexadecimal. */
  readonly sha256: string
}

/**
 * Signs an intended certificate and stores the signature together with `also`. Signing again what a crash
 * interrupted is safe: the bytes are those that were recorded, and the first stored signature stays.
 */
export const issueCertificate = async (
  { db, clock, meter, authority }: IssueOptions,
  intended: Certificate,
  also: (tx: Parameters<typeof storeSignature>[0], issued: IssuedCertificate) => Promise<void>,
): Promise<IssuedCertificate> => {
  const { id, tbs } = intended
  const { signer } = authority.issuing
  if (intended.issuer !== authority.issuing.id) {
    throw new ServiceError('unavailable', 'ca_replaced', 'the CA of this certificate is retired')
  }
  if (intended.signature !== null) return assemble(intended, intended.signature, signer.algorithm)
  const signature = await signer.sign(tbs, 'sha256')
  const issued = assemble(intended, signature, signer.algorithm)
  const isFirst = await transact(db, async (tx) => {
    const stored = await storeSignature(tx, id, {
      signature,
      sha256: issued.sha256,
      at: clock.now(),
    })
    if (stored) await also(tx, issued)
    return stored
  })
  if (isFirst) {
    meter.certificateIssued(intended.purpose)
    return issued
  }
  const winner = await findCertificate(db, id)
  if (winner?.signature == null) throw new Error('an issued certificate lost its signature')
  return assemble(winner, winner.signature, signer.algorithm)
}

/** DER of a certificate that was signed. The algorithm of its signature is that with which its hash comes out. */
export const issuedBytes = ({ tbs, signature, sha256 }: Certificate): Uint8Array => {
  for (const algorithm of ['ecdsa', 'rsa'] as const) {
    const bytes = signature === null ? undefined : encodeCertificate(tbs, algorithm, signature)
    if (bytes !== undefined && certificateFingerprint(bytes) === sha256) return bytes
  }
  throw new Error('the certificate was not signed, or is not what was signed')
}

const assemble = (
  { id, tbs }: Certificate,
  signature: Uint8Array,
  algorithm: 'rsa' | 'ecdsa',
): IssuedCertificate => {
  const bytes = encodeCertificate(tbs, algorithm, signature)
  return { id, bytes, sha256: certificateFingerprint(bytes) }
}
