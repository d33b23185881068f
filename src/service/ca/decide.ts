import { timingSafeEqual } from 'node:crypto'
import { ServiceError } from '../../errors.ts'
import type { MasterKey } from '../../keys/index.ts'
import { advance, type Clock, type EnrollmentId, isAlive } from '../../model/index.ts'
import type { ScepRequest } from '../../protocol/scep/index.ts'
import {
  type DistinguishedName,
  decodeName,
  findAttribute,
  findKeyFault,
} from '../../protocol/x509/index.ts'
import { type Challenge, type Db, findChallengeByHash, findEnrollment } from '../../store/index.ts'
import type { FlowBook } from '../flow/index.ts'
import { hashChallenge, parseKeyRule, parseSubject } from './challenge.ts'
import type { CertificateOrder } from './issue.ts'

export interface DecideOptions {
  readonly db: Db
  readonly masterKey: MasterKey
  readonly clock: Clock
  readonly staticChallenge: string | undefined
  /** The life of a certificate that a challenge of an enrollment is spent on is for its flow to choose. */
  readonly flows: FlowBook
}

/** What the CA may do for a request. */
export type Decision =
  | { readonly kind: 'issue'; readonly challenge: Challenge; readonly order: CertificateOrder }
  | { readonly kind: 'repeat'; readonly challenge: Challenge }
  | { readonly kind: 'issue-static'; readonly order: CertificateOrder }

/** Why not: `code` is stable; with the enrollment where the challenge names one. */
export class ChallengeRefused extends ServiceError {
  readonly enrollmentId: EnrollmentId | null

  constructor(code: string, detail: string, enrollmentId: EnrollmentId | null = null) {
    super('forbidden', code, detail)
    this.enrollmentId = enrollmentId
  }
}

/**
 * Decides by the challenge alone what a request gets. The default is no.
 * @throws ChallengeRefused
 */
export const decide = async (options: DecideOptions, request: ScepRequest): Promise<Decision> => {
  const { certificateRequest } = request
  const secret = certificateRequest.challengePassword
  if (!secret) throw new ChallengeRefused('challenge_missing', 'a challenge is needed')
  const { staticChallenge } = options
  if (staticChallenge !== undefined && isSame(options.masterKey, secret, staticChallenge)) {
    return { kind: 'issue-static', order: staticOrder(request) }
  }
  const challenge = await findChallengeByHash(options.db, hashChallenge(options.masterKey, secret))
  if (challenge === undefined || challenge.purpose === 'profile-service') {
    throw new ChallengeRefused('challenge_unknown', 'the challenge is not known here')
  }
  return await decideByChallenge(options, request, challenge)
}

const decideByChallenge = async (
  options: DecideOptions,
  request: ScepRequest,
  challenge: Challenge,
): Promise<Decision> => {
  const { db, clock, flows } = options
  const { enrollmentId, purpose } = challenge
  const refuse = (code: string, detail: string): ChallengeRefused =>
    new ChallengeRefused(code, detail, enrollmentId)
  const { publicKey } = request.certificateRequest
  if (challenge.spentAt !== null) {
    if (challenge.spentBy === publicKey.fingerprint) return { kind: 'repeat', challenge }
    throw refuse('challenge_spent', 'the challenge was used with another key')
  }
  if (!isAlive(challenge, clock.now())) {
    throw refuse('challenge_expired', 'the challenge has expired')
  }
  const enrollment = enrollmentId === null ? undefined : await findEnrollment(db, enrollmentId)
  const isOpen =
    enrollment !== undefined &&
    advance(enrollment.state, purpose === 'ota' ? 'certify' : 'configure') !== undefined
  if (!isOpen || (purpose !== 'ota' && purpose !== 'service')) {
    // Where the enrollment has moved, the challenge may have been spent between the two readings.
    const current = await findChallengeByHash(db, challenge.hash)
    if (current?.spentAt != null) return await decideByChallenge(options, request, current)
    throw refuse('enrollment_state', 'the enrollment does not wait for a certificate')
  }
  const { certificateDays } = await flows.of(enrollment.flowId)
  const fault = findKeyFault(publicKey.parts, parseKeyRule(challenge.keyPolicy))
  if (fault !== undefined) throw refuse(fault, 'the key is not accepted')
  return {
    kind: 'issue',
    challenge,
    order: {
      purpose,
      subject: parseSubject(challenge.subject),
      publicKey,
      days: certificateDays,
      challengeId: challenge.id,
      enrollmentId,
      deviceId: challenge.deviceId,
    },
  }
}

const STATIC_DAYS = 90
/** RFC 5280 appendix A.1: ub-common-name. */
const MAX_COMMON_NAME = 64

// The name is the client's own idea and means nothing in windfall: the certificate's purpose says so.
const staticOrder = ({ certificateRequest }: ScepRequest): CertificateOrder => {
  const commonName = findAttribute(decodeName(certificateRequest.subject), 'CN')
  if (!commonName || commonName.length > MAX_COMMON_NAME || /\p{C}/u.test(commonName)) {
    throw new ChallengeRefused('subject_common_name', 'a plain common name is needed')
  }
  const subject: DistinguishedName = [[['CN', commonName]]]
  return {
    purpose: 'static',
    subject,
    publicKey: certificateRequest.publicKey,
    days: STATIC_DAYS,
    challengeId: null,
    enrollmentId: null,
    deviceId: null,
  }
}

// Of equal length whatever was sent.
const isSame = (masterKey: MasterKey, given: string, expected: string): boolean =>
  timingSafeEqual(
    masterKey.mac('static challenge', Buffer.from(given)),
    masterKey.mac('static challenge', Buffer.from(expected)),
  )
