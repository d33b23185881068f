import { decodeSignedData, verifyDecoded } from '../protocol/cms/index.ts'
import { expectDict, type PlistDict, parsePlist } from '../protocol/plist/index.ts'
import { lintConfiguration, type ProfileFault } from '../protocol/profile/index.ts'
import { type Certificate, decodeCertificate } from '../protocol/x509/index.ts'
import { expectAnswer } from './answer.ts'
import type { Session } from './session.ts'
import { refuse } from './sim-error.ts'
import type { HttpAnswer } from './transport.ts'
import { findTrustFault } from './trust.ts'

/** A profile and the certificate of whoever signed it. */
export interface SignedProfile {
  readonly profile: PlistDict
  readonly signer: Certificate
}

export const PROFILE_TYPE = 'application/x-apple-aspen-config'

/**
 * Opens a signed profile as a device does before it shows "Verified": one good signature, SHA-2, by a
 * certificate that leads to a trusted root. `previous` is who signed the phase before.
 * @throws SimError `response_…`, `profile_unsigned`, `signer_…`; ProtocolError
 */
export const openSignedProfile = (
  answer: HttpAnswer,
  { roots, now }: Session,
  previous?: Certificate,
): SignedProfile => {
  const body = expectAnswer(answer, PROFILE_TYPE)
  if (isPlist(body)) throw refuse('profile_unsigned', 'the profile is not signed')
  const message = decodeSignedData(body)
  const { content, signer } = verifyDecoded(message, {
    signedAttributes: 'optional',
    hashes: ['sha256', 'sha384', 'sha512'],
  })
  const bag = message.certificates.map(({ bytes }) => decodeCertificate(bytes))
  const fault = findTrustFault(signer, { roots, bag, at: now() })
  if (fault !== undefined) {
    throw refuse(`signer_${fault}`, "the signer's certificate leads to no trusted root")
  }
  if (previous !== undefined && Buffer.compare(previous.bytes, signer.bytes) !== 0) {
    throw refuse('signer_changed', 'another certificate signed the phase before')
  }
  return { profile: expectDict(parsePlist(content)), signer }
}

/** The profile, if it keeps the rules of a Configuration. */
export const expectConfiguration = (profile: PlistDict): PlistDict => {
  refuseFaults(lintConfiguration(profile))
  return profile
}

/** Stops the device at the first of the faults; it would say no more than "Invalid Profile". */
export const refuseFaults = (faults: readonly ProfileFault[]): void => {
  const [first] = faults
  if (first === undefined) return
  const places = faults.map(({ code, path }) => `${code} at ${path}`)
  throw refuse(first.code, `the profile is invalid: ${places.join(', ')}`, { faults: places })
}

const isPlist = (body: Uint8Array): boolean =>
  body[0] === '<'.charCodeAt(0) || Buffer.from(body.subarray(0, 6)).toString('latin1') === 'bplist'
