export {
  type AlgorithmIdentifier,
  decodeAlgorithm,
  encodeHash,
  encodeSignatureAlgorithm,
  findHash,
  type Hash,
  RSA_ENCRYPTION_ALGORITHM,
  signatureHash,
  verifySignature,
} from './algorithm.ts'
export {
  type Certificate,
  type CertificateTemplate,
  certificateFingerprint,
  decodeCertificate,
  encodeCertificate,
  encodeIssuerAndSerialNumber,
  encodeTbsCertificate,
  type IssuerAndSerialNumber,
  peekIssuerAndSerialNumber,
} from './certificate.ts'
export {
  allowsKeyUsage,
  authorityKeyIdentifier,
  basicConstraints,
  type Extension,
  extendedKeyUsage,
  findAuthorityKeyIdentifier,
  findBasicConstraints,
  findSubjectAltName,
  findSubjectKeyIdentifier,
  keyUsage,
  subjectAltName,
  subjectKeyIdentifier,
} from './extension.ts'
export {
  findKeyFault,
  type KeyFault,
  type KeyPolicy,
  LEGACY_KEY_POLICY,
  STANDARD_KEY_POLICY,
} from './key-policy.ts'
export {
  createNameMatcher,
  type DistinguishedName,
  decodeName,
  encodeName,
  findAttribute,
  formatName,
  isDistinguishedName,
  isSameName,
} from './name.ts'
export { findPathFault, isCa, type PathFault } from './path.ts'
export { formatCertificatePem, parseCertificates } from './pem.ts'
export { PublicKey } from './public-key.ts'
export {
  type CertificateRequest,
  decodeCertificateRequest,
  encodeCertificateRequest,
  encodeCertificateRequestInfo,
  verifyCertificateRequest,
} from './request.ts'
