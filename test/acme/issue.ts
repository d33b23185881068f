import assert from 'node:assert/strict'
import { randomBytes, sign } from 'node:crypto'
import {
  authorityKeyIdentifier,
  basicConstraints,
  decodeCertificate,
  decodeCertificateRequest,
  encodeCertificate,
  encodeName,
  encodeTbsCertificate,
  extendedKeyUsage,
  findSubjectAltName,
  formatCertificatePem,
  keyUsage,
  subjectAltName,
  verifyCertificateRequest,
} from '../../src/protocol/x509/index.ts'
import { chainPem, intermediate } from '../pair.ts'

export interface Issuance {
  readonly host: string
  /** Milliseconds since 1970. */
  readonly notBefore: number
  readonly notAfter: number
}

/** The certificate and its chain, PEM, for a good request that asks for the host and for nothing else. */
export const issue = (bytes: Uint8Array, { host, notBefore, notAfter }: Issuance): string => {
  const request = decodeCertificateRequest(bytes)
  assert.ok(verifyCertificateRequest(request))
  const names = subjectAltName([host])
  assert.deepEqual(
    Buffer.from(findSubjectAltName(request.requestedExtensions) ?? []),
    Buffer.from(names.value),
  )
  assert.deepEqual([...request.requestedExtensions.keys()], [names.oid])
  const { key, certificate: issuer } = intermediate
  const serialNumber = randomBytes(16)
  serialNumber[0] = 0x40
  const tbs = encodeTbsCertificate({
    ...{ serialNumber, notBefore, notAfter, signer: 'ecdsa' },
    issuer: issuer.subject,
    subject: encodeName([]),
    publicKey: request.publicKey.bytes,
    extensions: [
      basicConstraints({ ca: false }),
      keyUsage('digitalSignature'),
      extendedKeyUsage('serverAuth'),
      authorityKeyIdentifier(issuer.publicKey.identifier),
      names,
    ],
  })
  const leaf = decodeCertificate(encodeCertificate(tbs, 'ecdsa', sign('sha256', tbs, key)))
  return formatCertificatePem(leaf) + chainPem(intermediate)
}
