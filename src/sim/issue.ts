import { randomBytes } from 'node:crypto'
import type { Signer } from '../protocol/cms/index.ts'
import {
  type Certificate,
  type CertificateTemplate,
  decodeCertificate,
  encodeCertificate,
  encodeTbsCertificate,
} from '../protocol/x509/index.ts'

/** Signs a certificate with the issuer's key, or with its own for a self-signed one. */
export const issueCertificate = async (
  template: Omit<CertificateTemplate, 'signer'>,
  issuer: Signer,
): Promise<Certificate> => {
  const tbs = encodeTbsCertificate({ ...template, signer: issuer.algorithm })
  const signature = await issuer.sign(tbs, 'sha256')
  return decodeCertificate(encodeCertificate(tbs, issuer.algorithm, signature))
}

export const randomSerialNumber = (): Uint8Array => randomBytes(16)
