import type { MasterKey } from '../../keys/index.ts'
import type { ScepRefusal, ScepRequest } from '../../protocol/scep/index.ts'
import { findKeyFault, type PublicKey, STANDARD_KEY_POLICY } from '../../protocol/x509/index.ts'
import { type Challenge, type Db, findChallengeByHash } from '../../store/index.ts'
import { allowsLegacy, hashChallenge } from './challenge.ts'

export interface LegacyOptions {
  readonly db: Db
  readonly masterKey: MasterKey
  /** What holds for a request that belongs to no enrollment. */
  readonly allowLegacy: boolean
}

/** What a request may be for whom it belongs to. */
interface Leave {
  readonly isLegacyAllowed: boolean
  /** The challenge, where the question came up. */
  readonly challenge: Challenge | undefined
}

/**
 * Whether RSA-1024 keys and SHA-1 are accepted of a request: the flow of an enrollment has put that into its challenge.
 * Who uses neither is not looked for.
 */
export const findLeave = async (
  { db, masterKey, allowLegacy }: LegacyOptions,
  request: ScepRequest | ScepRefusal,
): Promise<Leave> => {
  const secret =
    request.kind === 'request'
      ? request.certificateRequest.challengePassword
      : request.challengePassword
  const isQuestion =
    request.hash === 'sha1' || (request.kind === 'request' && weakKeyFault(request) !== undefined)
  const challenge =
    isQuestion && secret
      ? await findChallengeByHash(db, hashChallenge(masterKey, secret))
      : undefined
  const isOfDevice = challenge !== undefined && challenge.purpose !== 'profile-service'
  return {
    isLegacyAllowed: isOfDevice ? allowsLegacy(challenge.keyPolicy) : allowLegacy,
    challenge,
  }
}

/** Why a request needs that leave: the signer's key, or the one to be certified. */
export const weakKeyFault = ({
  signer,
  certificateRequest,
}: ScepRequest): ReturnType<typeof findKeyFault> =>
  faultOf(signer.publicKey) ?? faultOf(certificateRequest.publicKey)

/** Bytes of the smallest modulus that needs no leave. */
const STANDARD_MODULUS = 256

// Of a modulus of that size the policy for all has been asked already, which costs more than all else here.
const faultOf = ({ parts }: PublicKey): ReturnType<typeof findKeyFault> =>
  parts.kind === 'rsa' && parts.modulus.length < STANDARD_MODULUS
    ? findKeyFault(parts, STANDARD_KEY_POLICY)
    : undefined
