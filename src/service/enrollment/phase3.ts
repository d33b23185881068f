import type { Cipher, VerifiedMessage } from '../../protocol/cms/index.ts'
import type { DeviceAttributes } from '../../protocol/profile/index.ts'
import {
  type Certificate,
  findAccount,
  findDevice,
  findEnrollment,
  insertChallenge,
  noteInvitationDone,
  transact,
  upsertDevice,
} from '../../store/index.ts'
import {
  addWeakAlgorithms,
  moveWithStep,
  type Origin,
  recordStep,
  type WeakUse,
} from '../journal/index.ts'
import {
  type Composed,
  chooseCipher,
  compose,
  encryptAndSign,
  type Parties,
  payloadTypes,
  requireOwnDevice,
  requireStanding,
} from './configuration.ts'
import type { EnrollmentOptions } from './context.ts'
import { describeDevice, weakSignature } from './phase2.ts'
import { PhaseRefused, withEnrollment } from './refusal.ts'

/** A phase 3 message, signed with a certificate that we issued. */
export interface Phase3Message {
  readonly verified: VerifiedMessage
  readonly certificate: Certificate
  readonly attributes: DeviceAttributes
  readonly origin: Origin
}

/** What a device gets: its profile, or the advice to enroll anew. */
export type Phase3Answer =
  | { readonly kind: 'profile'; readonly bytes: Uint8Array }
  | { readonly kind: 'redirect' }

/**
 * Phase 3: the current configuration of the device, encrypted to the certificate that signed the message
 * and signed by us.
 * @throws PhaseRefused, ServiceError
 */
export const configure = async (
  options: EnrollmentOptions,
  message: Phase3Message,
): Promise<Phase3Answer> => {
  const parties = await findParties(options, message)
  return await withEnrollment(parties.enrollment, () => deliver(options, parties, message))
}

const deliver = async (
  options: EnrollmentOptions,
  parties: Parties,
  message: Phase3Message,
): Promise<Phase3Answer> => {
  const { db, clock, meter, settings } = options
  const { enrollment } = parties
  if (enrollment.state === 'configured' && settings.returning === 'redirect') {
    const report = {
      at: clock.now(),
      code: 'phase3_redirected',
      outcome: 'ok',
      summary: 'The device came back and was sent to enroll anew.',
      origin: message.origin,
    } as const
    await transact(db, (tx) => recordStep({ tx, meter }, enrollment.id, report))
    return { kind: 'redirect' }
  }
  const choices = await options.flows.of(enrollment.flowId)
  await requireOwnDevice(options, choices, { ...parties, attributes: message.attributes })
  const cipher = chooseCipher(choices, parties, message)
  const composed = await compose(options, choices, { ...parties, attributes: message.attributes })
  const recipient = message.verified.signer
  const bytes = await encryptAndSign(options, composed.profile, { recipient, cipher })
  const delivery = { ...composed, ...parties, message, cipher, size: bytes.length }
  // The same device may ask twice at once: whoever comes second starts from the state that the first left.
  return (await record(options, delivery))
    ? { kind: 'profile', bytes }
    : await configure(options, message)
}

/** The certificate must be the one of this enrollment, good today, and in the hands of the same device. */
const findParties = async (
  { db, clock }: EnrollmentOptions,
  { certificate, attributes }: Phase3Message,
): Promise<Parties> => {
  if (certificate.purpose !== 'ota' || certificate.enrollmentId === null) {
    throw new PhaseRefused('certificate_wrong_purpose', 'the certificate is for something else')
  }
  const enrollment = await findEnrollment(db, certificate.enrollmentId)
  const device =
    enrollment?.deviceId == null ? undefined : await findDevice(db, enrollment.deviceId)
  const account = enrollment && (await findAccount(db, enrollment.accountId))
  if (enrollment === undefined || device === undefined || account === undefined) {
    throw new Error('a certificate belongs to an enrollment that is not whole')
  }
  const parties = { enrollment, device, account }
  const isSameDevice =
    attributes.udid === device.udid && (attributes.serialNumber ?? null) === device.serialNumber
  requireStanding(parties, certificate, { now: clock.now(), isSameDevice })
  return parties
}

interface Delivery extends Composed, Parties {
  readonly message: Phase3Message
  readonly size: number
  readonly cipher: Cipher
}

const record = async (
  { db, clock, meter }: EnrollmentOptions,
  delivery: Delivery,
): Promise<boolean> => {
  const { enrollment, device, message, minted, profile } = delivery
  const at = clock.now()
  const uses: readonly WeakUse[] = [
    ...weakSignature(message),
    ...(delivery.cipher === 'des-ede3-cbc' ? (['3DES profile'] as const) : []),
  ]
  const weakAlgorithms = addWeakAlgorithms(enrollment, uses)
  return await transact(db, async (tx) => {
    const isMoved = await moveWithStep({ tx, meter }, enrollment, {
      event: 'configure',
      at,
      code: 'phase3_answered',
      summary: 'The configuration was sent, readable by this device only (phase 3).',
      detail: {
        signer: message.certificate.sha256,
        digest: message.verified.hash,
        contentEncryption: delivery.cipher,
        PayloadIdentifier: String(profile.get('PayloadIdentifier')),
        payloads: payloadTypes(profile),
        bytes: delivery.size,
      },
      weakUses: uses,
      origin: message.origin,
      changes: {
        profileVersion: delivery.version,
        ...(weakAlgorithms !== undefined && { weakAlgorithms }),
      },
    })
    if (!isMoved) return false
    const { invitationId } = enrollment
    if (invitationId !== null) await noteInvitationDone(tx, invitationId, at)
    for (const challenge of minted) await insertChallenge(tx, challenge.record)
    await upsertDevice(tx, {
      ...describeDevice(message.attributes),
      id: device.id,
      simulated: device.simulated,
      at,
    })
    return true
  })
}
