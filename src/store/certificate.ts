import type {
  CertificateId,
  CertificatePurpose,
  ChallengeId,
  DeviceId,
  EnrollmentId,
  KeyPairId,
} from '../model/index.ts'
import { prepare } from './prepared.ts'
import type { Executor, Schema } from './schema.ts'

/** A certificate that we issued, or (while `signature` is null) are about to issue. */
export interface Certificate {
  readonly id: CertificateId
  readonly issuer: KeyPairId
  /** Hexadecimal. */
  readonly serialNumber: string
  readonly purpose: CertificatePurpose
  readonly subject: string
  readonly publicKeySha256: string
  /** Of the whole certificate: the identity of a device. */
  readonly sha256: string | null
  readonly enrollmentId: EnrollmentId | null
  readonly deviceId: DeviceId | null
  readonly challengeId: ChallengeId | null
  /** The exact bytes that are signed, also by a retry after a crash. */
  readonly tbs: Uint8Array
  readonly signature: Uint8Array | null
  readonly notBefore: number
  readonly notAfter: number
  readonly createdAt: number
  readonly issuedAt: number | null
  readonly revokedAt: number | null
  readonly revokedReason: string | null
}

/**
 * Records a certificate before it is signed, so that none exists that we do not know.
 * Violates the unique index `certificate_issuer_serial_number` when the serial number is taken.
 */
export const insertIntendedCertificate = async (
  db: Executor,
  certificate: Omit<
    Certificate,
    'sha256' | 'signature' | 'issuedAt' | 'revokedAt' | 'revokedReason'
  >,
): Promise<void> => {
  await insertIntended(db, certificate)
}

const insertIntended = prepare((db, certificate: Parameters<typeof insertIntendedCertificate>[1]) =>
  db.insertInto('certificate').values({
    id: certificate.id,
    issuer: certificate.issuer,
    serial_number: certificate.serialNumber,
    purpose: certificate.purpose,
    subject: certificate.subject,
    public_key_sha256: certificate.publicKeySha256,
    enrollment_id: certificate.enrollmentId,
    device_id: certificate.deviceId,
    challenge_id: certificate.challengeId,
    tbs: certificate.tbs,
    not_before: certificate.notBefore,
    not_after: certificate.notAfter,
    created_at: certificate.createdAt,
  }),
)

/** Completes an intended certificate; returns false, with nothing changed, if it had a signature. */
export const storeSignature = async (
  db: Executor,
  id: CertificateId,
  issued: { readonly signature: Uint8Array; readonly sha256: string; readonly at: number },
): Promise<boolean> => {
  const { numAffectedRows } = await complete(db, { ...issued, id })
  return numAffectedRows === 1n
}

interface Completion {
  readonly id: CertificateId
  readonly signature: Uint8Array
  readonly sha256: string
  readonly at: number
}

const complete = prepare((db, { id, signature, sha256, at }: Completion) =>
  db
    .updateTable('certificate')
    .set({ signature, sha256, issued_at: at })
    .where('id', '=', id)
    .where('signature', 'is', null),
)

export const findCertificate = async (
  db: Executor,
  id: CertificateId,
): Promise<Certificate | undefined> => {
  const row = await select(db).where('id', '=', id).executeTakeFirst()
  return row && toCertificate(row)
}

/** By the SHA-256 of the whole certificate, hexadecimal. */
export const findCertificateBySha256 = async (
  db: Executor,
  sha256: string,
): Promise<Certificate | undefined> => {
  const {
    rows: [row],
  } = await selectBySha256(db, { sha256 })
  return row && toCertificate(row)
}

const selectBySha256 = prepare((db, { sha256 }: { readonly sha256: string }) =>
  select(db).where('sha256', '=', sha256),
)

/** The newest certificate of an enrollment that was issued for a purpose. */
export const findEnrollmentCertificate = async (
  db: Executor,
  enrollmentId: EnrollmentId,
  purpose: CertificatePurpose,
): Promise<Certificate | undefined> => {
  const row = await select(db)
    .where('enrollment_id', '=', enrollmentId)
    .where('purpose', '=', purpose)
    .where('sha256', 'is not', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && toCertificate(row)
}

/** Revokes the certificates that were meant to be and never signed, so that nothing signs them; returns how many. */
export const revokeUnsignedCertificates = async (
  db: Executor,
  revocation: { readonly at: number; readonly reason: string },
): Promise<number> => {
  const { numUpdatedRows } = await db
    .updateTable('certificate')
    .set({ revoked_at: revocation.at, revoked_reason: revocation.reason })
    .where('signature', 'is', null)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Revokes those of an enrollment that are not yet; returns how many. */
export const revokeCertificatesOf = async (
  db: Executor,
  enrollmentId: EnrollmentId,
  revocation: { readonly at: number; readonly reason: string },
): Promise<number> => {
  const { numUpdatedRows } = await db
    .updateTable('certificate')
    .set({ revoked_at: revocation.at, revoked_reason: revocation.reason })
    .where('enrollment_id', '=', enrollmentId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Newest first, those created before the certificate `before`. */
export const listCertificates = async (
  db: Executor,
  { limit, before }: { readonly limit: number; readonly before?: CertificateId },
): Promise<readonly Certificate[]> => {
  const query = before === undefined ? select(db) : select(db).where('id', '<', before)
  const rows = await query.orderBy('id', 'desc').limit(limit).execute()
  return rows.map(toCertificate)
}

const select = (db: Executor) =>
  db
    .selectFrom('certificate')
    .select([
      'id',
      'issuer',
      'serial_number',
      'purpose',
      'subject',
      'public_key_sha256',
      'sha256',
      'enrollment_id',
      'device_id',
      'challenge_id',
      'tbs',
      'signature',
      'not_before',
      'not_after',
      'created_at',
      'issued_at',
      'revoked_at',
      'revoked_reason',
    ])

const toCertificate = (row: Schema['certificate']): Certificate => ({
  id: row.id,
  issuer: row.issuer,
  serialNumber: row.serial_number,
  purpose: row.purpose,
  subject: row.subject,
  publicKeySha256: row.public_key_sha256,
  sha256: row.sha256,
  enrollmentId: row.enrollment_id,
  deviceId: row.device_id,
  challengeId: row.challenge_id,
  tbs: row.tbs,
  signature: row.signature,
  notBefore: row.not_before,
  notAfter: row.not_after,
  createdAt: row.created_at,
  issuedAt: row.issued_at,
  revokedAt: row.revoked_at,
  revokedReason: row.revoked_reason,
})
