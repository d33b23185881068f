import { ServiceError } from '../../errors.ts'
import type { VerifiedMessage } from '../../protocol/cms/index.ts'
import {
  type Certificate,
  certificateFingerprint,
  findPathFault,
  isCa,
} from '../../protocol/x509/index.ts'
import { type Db, findCertificateBySha256, type Certificate as Issued } from '../../store/index.ts'

/** A CA whose devices may enroll. */
export interface DeviceAuthority {
  readonly certificate: Certificate
  /** Of the simulator: everything that its devices touch is marked. */
  readonly simulated: boolean
}

/** What the signature of a message to `/profile` shows, and so which phase it belongs to. */
export type Evidence =
  | { readonly kind: 'device'; readonly simulated: boolean; readonly verified: boolean }
  | { readonly kind: 'issued'; readonly certificate: Issued }

export interface EvidenceOptions {
  readonly db: Db
  readonly deviceAuthorities: readonly DeviceAuthority[]
  /** Whether phase 2 needs a certificate of a device authority. */
  readonly requireAppleSigner: boolean
}

/**
 * Tells phase 2 from phase 3 by who signed: a device's own certificate, or one that we issued, found by
 * the hash of the whole certificate. Names and serial numbers count for nothing.
 * @throws ServiceError forbidden `signer_untrusted`
 */
export const examineSigner = async (
  options: EvidenceOptions,
  { signer }: VerifiedMessage,
): Promise<Evidence> => {
  const authority = options.deviceAuthorities.find(({ certificate }) =>
    isDevice(signer, certificate),
  )
  if (authority !== undefined) {
    return { kind: 'device', simulated: authority.simulated, verified: true }
  }
  const certificate = await findCertificateBySha256(
    options.db,
    certificateFingerprint(signer.bytes),
  )
  if (certificate !== undefined) return { kind: 'issued', certificate }
  if (options.requireAppleSigner) {
    throw new ServiceError(
      'forbidden',
      'signer_untrusted',
      'the message is signed neither by a device nor by a certificate of ours',
    )
  }
  return { kind: 'device', simulated: false, verified: false }
}

// SHA-1 is what Apple signed its devices with for years. No dates: the CA itself has expired.
const isDevice = (signer: Certificate, authority: Certificate): boolean =>
  !isCa(signer) && findPathFault(signer, authority, { hashes: ['sha1', 'sha256'] }) === undefined
