import { getString, type PlistDict } from '../protocol/plist/index.ts'
import {
  type Certificate,
  certificateFingerprint,
  decodeName,
  formatName,
} from '../protocol/x509/index.ts'

/** What a certificate says, for steps and outcomes. */
export type CertificateFacts = {
  readonly subject: string
  readonly issuer: string
  /** Hexadecimal. */
  readonly serialNumber: string
  /** ISO 8601. */
  readonly notBefore: string
  readonly notAfter: string
  /** SHA-256 of the whole certificate, hexadecimal. */
  readonly fingerprint: string
}

export const describeCertificate = (certificate: Certificate): CertificateFacts => ({
  subject: nameOf(certificate.subject),
  issuer: nameOf(certificate.issuer),
  serialNumber: Buffer.from(certificate.serialNumber).toString('hex'),
  notBefore: new Date(certificate.notBefore).toISOString(),
  notAfter: new Date(certificate.notAfter).toISOString(),
  fingerprint: certificateFingerprint(certificate.bytes),
})

/** What names a profile or a payload. */
export type PayloadFacts = {
  readonly type: string | null
  readonly identifier: string | null
  readonly uuid: string | null
  readonly displayName: string | null
}

export const describePayload = (payload: PlistDict): PayloadFacts => ({
  type: getString(payload, 'PayloadType') ?? null,
  identifier: getString(payload, 'PayloadIdentifier') ?? null,
  uuid: getString(payload, 'PayloadUUID') ?? null,
  displayName: getString(payload, 'PayloadDisplayName') ?? null,
})

/** A name as people read it. */
export const nameOf = (name: Uint8Array): string =>
  formatName(decodeName(name)) || 'a nameless subject'
