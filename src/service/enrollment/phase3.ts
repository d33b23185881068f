import { advance, compareVersions, osVersionOf, platformOf } from '../../model/index.ts'
import { type Cipher, sealEnvelopedData, type VerifiedMessage } from '../../protocol/cms/index.ts'
import { expectDict, formatPlist, getArray, type PlistDict } from '../../protocol/plist/index.ts'
import { type DeviceAttributes, encryptedConfiguration } from '../../protocol/profile/index.ts'
import {
  type Account,
  type Certificate,
  type Device,
  type Enrollment,
  findAccount,
  findDevice,
  findEnrollment,
  insertChallenge,
  noteInvitationDone,
  transact,
  upsertDevice,
} from '../../store/index.ts'
import { type MintedChallenge, mintChallenge } from '../ca/index.ts'
import {
  addWeakAlgorithms,
  moveWithStep,
  type Origin,
  recordStep,
  type WeakUse,
} from '../journal/index.ts'
import { effectiveProfile, type Variables } from '../profile/index.ts'
import type { EnrollmentOptions } from './context.ts'
import { findPolicyFault } from './device-policy.ts'
import { signProfile } from './offer.ts'
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
  const { enrollment, account } = parties
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
  const fault = await findPolicyFault(options.policy, message.attributes, account.name)
  if (fault !== undefined) {
    throw new PhaseRefused(fault.code, fault.detail, enrollment, { ends: true })
  }
  const cipher = chooseCipher(options, parties, message)
  const composed = await compose(options, parties, message)
  const recipient = message.verified.signer
  const bytes = await encryptAndSign(options, composed.profile, { recipient, cipher })
  const delivery = { ...composed, ...parties, message, cipher, size: bytes.length }
  // The same device may ask twice at once: whoever comes second starts from the state that the first left.
  return (await record(options, delivery))
    ? { kind: 'profile', bytes }
    : await configure(options, message)
}

interface Parties {
  readonly enrollment: Enrollment
  readonly device: Device
  readonly account: Account
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
  const now = clock.now()
  const refusals: readonly (readonly [code: string, applies: boolean, detail: string])[] = [
    ['certificate_revoked', certificate.revokedAt !== null, 'the certificate is revoked'],
    [
      'certificate_expired',
      now < certificate.notBefore || now > certificate.notAfter,
      'the certificate is not valid now',
    ],
    [
      'device_mismatch',
      attributes.udid !== device.udid || (attributes.serialNumber ?? null) !== device.serialNumber,
      'the certificate belongs to another device',
    ],
    [
      'enrollment_state',
      advance(enrollment.state, 'configure') === undefined,
      'the enrollment is not open',
    ],
    ['account_disabled', account.disabledAt !== null, 'the account may not enroll devices'],
  ]
  for (const [code, applies, detail] of refusals) {
    if (applies) throw new PhaseRefused(code, detail, enrollment)
  }
  return { enrollment, device, account }
}

interface Composed {
  readonly profile: PlistDict
  readonly minted: readonly MintedChallenge[]
}

const compose = async (
  options: EnrollmentOptions,
  { enrollment, device, account }: Parties,
  { attributes }: Phase3Message,
): Promise<Composed> => {
  const { masterKey, clock, settings } = options
  const minted: MintedChallenge[] = []
  const profile = effectiveProfile(await options.template.read(), {
    settings: settings.profile,
    variables: variables(settings, { enrollment, account, attributes }),
    mint: (subject) => {
      const challenge = mintChallenge(masterKey, clock.now(), {
        purpose: 'service',
        enrollmentId: enrollment.id,
        deviceId: device.id,
        subject,
        keyRule: settings.allowLegacy ? 'rsa-legacy' : 'rsa',
        minutes: settings.scepChallengeMinutes,
      })
      minted.push(challenge)
      return challenge.secret
    },
  })
  return { profile, minted }
}

const variables = (
  settings: EnrollmentOptions['settings'],
  { enrollment, account, attributes }: Omit<Parties, 'device'> & Pick<Phase3Message, 'attributes'>,
): Variables =>
  new Map([
    ...Object.entries(account.attributes).map(
      ([name, value]) => [`account.${name}`, value] as const,
    ),
    ['account.name', account.name],
    ['account.fullName', account.fullName ?? undefined],
    ['account.email', account.email ?? undefined],
    ['device.udid', attributes.udid],
    ['device.serial', attributes.serialNumber],
    ['device.product', attributes.product],
    ['device.build', attributes.build],
    ['device.imei', attributes.imei],
    ['device.meid', attributes.meid],
    ['device.iccid', attributes.iccid],
    ['enrollment.id', enrollment.id],
    ['organization.name', settings.organization],
    ['organization.identifier', settings.identifier],
    ['portal.url', `${settings.publicUrl}/`],
    ['scep.url', `${settings.publicUrl}/scep`],
  ])

// AES came with iOS 5.
const FIRST_WITH_AES = { major: 5, minor: 0, patch: 0 }

/** @throws PhaseRefused `legacy_not_allowed`: the device could not open what it would get */
const chooseCipher = (
  { settings }: EnrollmentOptions,
  { enrollment }: Parties,
  { attributes: { product = '', build } }: Phase3Message,
): Cipher => {
  const version =
    build !== undefined && platformOf(product) === 'ios' ? osVersionOf('ios', build) : undefined
  const isOld = version !== undefined && compareVersions(version, FIRST_WITH_AES) < 0
  if (isOld && !settings.allowLegacy) {
    const detail = 'the device opens 3DES only, which is not allowed'
    throw new PhaseRefused('legacy_not_allowed', detail, enrollment)
  }
  // What else knows 3DES only shows it by encrypting its own request with it.
  const isLegacy = isOld || enrollment.weakAlgorithms.includes('3DES')
  return settings.allowLegacy && isLegacy ? 'des-ede3-cbc' : 'aes-256-cbc'
}

const encryptAndSign = async (
  options: EnrollmentOptions,
  profile: PlistDict,
  sealing: { readonly recipient: VerifiedMessage['signer']; readonly cipher: Cipher },
): Promise<Uint8Array> => {
  const payloads = formatPlist(getArray(profile, 'PayloadContent') ?? [])
  const envelope = sealEnvelopedData(payloads, sealing)
  return await signProfile(options, encryptedConfiguration(profile, envelope))
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
      changes: weakAlgorithms === undefined ? {} : { weakAlgorithms },
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

const payloadTypes = (profile: PlistDict): readonly string[] =>
  (getArray(profile, 'PayloadContent') ?? []).map((payload) =>
    String(expectDict(payload).get('PayloadType')),
  )
