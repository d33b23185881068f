import type { Identity } from '../protocol/cms/index.ts'
import { allowsKeyUsage, type Certificate, findPathFault, isCa } from '../protocol/x509/index.ts'
import { isKeyOf, type RsaKey } from './key.ts'
import { refuse } from './sim-error.ts'

/** A certificate that the device got, with its key. */
export interface IssuedIdentity {
  readonly identity: Identity
  readonly key: RsaKey
}

export interface IssuedExpectations {
  /** The key that the request was for. */
  readonly key: RsaKey
  /** The CA that GetCACert announced. */
  readonly ca: Certificate
  /** `Key Usage` of the payload: 1 signing, 4 encryption. */
  readonly keyUsage: number
  /** Milliseconds since 1970. */
  readonly at: number
}

/**
 * Takes the first of the certificates that a CA answered with, if it is what was asked for.
 * @throws SimError `certificate_…`
 */
export const judgeIssued = (
  [certificate]: readonly Certificate[],
  { key, ca, keyUsage, at }: IssuedExpectations,
): IssuedIdentity => {
  if (certificate === undefined) throw refuse('certificate_missing', 'the answer is empty')
  if (!isKeyOf(key, certificate)) {
    throw refuse('certificate_key', 'the certificate is for another key than the device made')
  }
  const fault = findPathFault(certificate, ca, { at, hashes: ['sha256', 'sha384', 'sha512'] })
  if (fault !== undefined) {
    throw refuse(`certificate_${fault}`, 'the certificate is not a good one of the announced CA')
  }
  if (isCa(certificate)) throw refuse('certificate_is_ca', 'the certificate is that of a CA')
  const { extensions } = certificate
  const isUsable =
    ((keyUsage & 1) === 0 || allowsKeyUsage(extensions, 'digitalSignature')) &&
    ((keyUsage & 4) === 0 || allowsKeyUsage(extensions, 'keyEncipherment'))
  if (!isUsable) {
    throw refuse('certificate_key_usage', 'the certificate is not for what the payload asks')
  }
  return { key, identity: { signer: key.signer, certificate, chain: [] } }
}
