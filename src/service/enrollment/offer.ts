import { randomUUID } from 'node:crypto'
import { ServiceError } from '../../errors.ts'
import { advance, type EnrollmentId, type InvitationId, newId } from '../../model/index.ts'
import { signData } from '../../protocol/cms/index.ts'
import { formatPlist, type PlistDict } from '../../protocol/plist/index.ts'
import { profileService } from '../../protocol/profile/index.ts'
import {
  type Account,
  attributeEnrollment,
  type Enrollment,
  type Executor,
  findEnrollment,
  insertChallenge,
  insertEnrollment,
  transact,
} from '../../store/index.ts'
import { mintChallenge } from '../ca/index.ts'
import { moveWithStep, type Origin, recordStep, type StepReport } from '../journal/index.ts'
import type { EnrollmentOptions } from './context.ts'

const MINUTE = 60_000

/** That the account holder was invited: what they begin counts as that. */
export interface Admission {
  readonly invitationId: InvitationId
  /** Uses it, as part of the transaction, or throws. Returns the enrollment that waits for them, if one does. */
  admit(tx: Executor, at: number): Promise<Pick<Enrollment, 'id' | 'state'> | undefined>
}

/** Begins an enrollment of an account holder who has just signed in. @throws what the admission throws */
export const beginEnrollment = async (
  { db, clock, meter, settings }: EnrollmentOptions,
  { account, admission }: { readonly account: Account; readonly admission?: Admission | undefined },
  origin: Origin,
): Promise<EnrollmentId> => {
  const at = clock.now()
  const { remoteAddress, userAgent } = origin
  const expiresAt = at + settings.challengeMinutes * MINUTE
  const state = 'authenticated'
  const report: StepReport = {
    ...{ at, code: 'signed_in', summary: `${account.name} signed in.`, origin },
    detail: { account: account.name, userAgent },
  }
  return await transact(db, async (tx) => {
    const journal = { tx, meter }
    const waiting = await admission?.admit(tx, at)
    const isWaiting =
      waiting !== undefined &&
      (await moveWithStep(journal, waiting, {
        ...report,
        event: 'sign_in',
        changes: { expiresAt },
      }))
    const id = isWaiting ? waiting.id : newId('enrollment', at)
    if (!isWaiting) {
      await insertEnrollment(tx, {
        ...{ id, state, accountId: account.id, remoteAddress, userAgent },
        ...{ createdAt: at, expiresAt },
      })
      await recordStep(journal, id, { ...report, outcome: 'ok', state })
    }
    if (admission !== undefined) {
      const { invitationId } = admission
      await attributeEnrollment(tx, id, { invitationId, remoteAddress, userAgent })
    }
    return id
  })
}

/**
 * The signed phase 1 profile of an enrollment: a fresh UUID and a fresh challenge for each download.
 * @throws ServiceError conflict `enrollment_state` when the enrollment is past phase 1
 */
export const offerProfile = async (
  options: EnrollmentOptions,
  enrollmentId: EnrollmentId,
  origin: Origin,
): Promise<Uint8Array> => {
  const { db, masterKey, clock, meter, settings } = options
  const enrollment = await findEnrollment(db, enrollmentId)
  if (enrollment === undefined || advance(enrollment.state, 'offer') === undefined) throw moved()
  const at = clock.now()
  const challenge = mintChallenge(masterKey, at, {
    purpose: 'profile-service',
    enrollmentId,
    deviceId: null,
    subject: null,
    keyRule: 'rsa',
    minutes: settings.challengeMinutes,
  })
  const profile = profileServiceProfile(options, challenge.secret)
  const signed = await signProfile(options, profile)
  const isOffered = await transact(db, async (tx) => {
    const isMoved = await moveWithStep({ tx, meter }, enrollment, {
      event: 'offer',
      at,
      code: 'profile_service_sent',
      summary: 'The Profile Service profile was sent (phase 1).',
      detail: {
        PayloadIdentifier: String(profile.get('PayloadIdentifier')),
        PayloadUUID: String(profile.get('PayloadUUID')),
        DeviceAttributes: settings.deviceAttributes,
        bytes: signed.length,
      },
      origin,
      changes: { expiresAt: challenge.record.expiresAt },
    })
    if (isMoved) await insertChallenge(tx, challenge.record)
    return isMoved
  })
  // A person may tap twice: whoever comes second starts from the state that the first left.
  return isOffered ? signed : await offerProfile(options, enrollmentId, origin)
}

const moved = (): ServiceError =>
  new ServiceError('conflict', 'enrollment_state', 'this enrollment has gone on: sign in again')

const profileServiceProfile = ({ settings }: EnrollmentOptions, challenge: string): PlistDict =>
  profileService({
    identifier: `${settings.identifier}.profile-service`,
    uuid: randomUUID().toUpperCase(),
    displayName: settings.displayName,
    description: settings.description,
    organization: settings.organization,
    url: `${settings.publicUrl}/profile`,
    deviceAttributes: settings.deviceAttributes,
    challenge,
  })

/** A profile as devices take it: XML inside SignedData of the profile signer, DER. */
export const signProfile = async (
  { authority, clock }: EnrollmentOptions,
  profile: PlistDict,
): Promise<Uint8Array> =>
  await signData({
    content: formatPlist(profile),
    identity: authority.profileSigner,
    hash: 'sha256',
    signingTime: clock.now(),
  })
