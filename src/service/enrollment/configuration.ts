import { advance, compareVersions, osVersionOf, platformOf } from '../../model/index.ts'
import { type Cipher, sealEnvelopedData, type VerifiedMessage } from '../../protocol/cms/index.ts'
import { expectDict, formatPlist, getArray, type PlistDict } from '../../protocol/plist/index.ts'
import { type DeviceAttributes, encryptedConfiguration } from '../../protocol/profile/index.ts'
import type { Account, Certificate, Device, Enrollment } from '../../store/index.ts'
import { type MintedChallenge, mintChallenge } from '../ca/index.ts'
import type { FlowChoices } from '../flow/index.ts'
import { effectiveProfile, type Variables } from '../profile/index.ts'
import type { EnrollmentOptions } from './context.ts'
import { judgeDevice } from './device-policy.ts'
import { signProfile } from './offer.ts'
import { PhaseRefused } from './refusal.ts'

/** What a device says of itself. */
export interface Described {
  readonly attributes: DeviceAttributes
}

export interface Parties {
  readonly enrollment: Enrollment
  readonly device: Device
  readonly account: Account
}

/**
 * Whether the device may have its configuration at `now`, as certificate, device, enrollment and account stand.
 * @throws PhaseRefused
 */
export const requireStanding = (
  { enrollment, account }: Parties,
  certificate: Certificate,
  { now, isSameDevice }: { readonly now: number; readonly isSameDevice: boolean },
): void => {
  const refusals: readonly (readonly [code: string, applies: boolean, detail: string])[] = [
    ['certificate_revoked', certificate.revokedAt !== null, 'the certificate is revoked'],
    [
      'certificate_expired',
      now < certificate.notBefore || now > certificate.notAfter,
      'the certificate is not valid now',
    ],
    ['device_mismatch', !isSameDevice, 'the certificate belongs to another device'],
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
}

/** @throws PhaseRefused as `judgeDevice`; the device is that of the enrollment's account holder, or nobody's here */
export const requireOwnDevice = async (
  { db }: EnrollmentOptions,
  choices: FlowChoices,
  { enrollment, account, attributes }: Parties & Described,
): Promise<void> => {
  const verdict = await judgeDevice(db, choices, { device: attributes, account })
  if (verdict.kind === 'holder' && verdict.account.id === account.id) return
  const { code, detail } = verdict.kind === 'fault' ? verdict.fault : PASSED_ON
  throw new PhaseRefused(code, detail, enrollment, { ends: true })
}

const PASSED_ON = {
  code: 'device_of_another',
  detail: 'the device is meant for somebody else by now',
} as const

export interface Composed {
  readonly profile: PlistDict
  /** Of the template. */
  readonly version: string
  readonly minted: readonly MintedChallenge[]
}

/** The final profile of a device, and the challenges in it. */
export const compose = async (
  options: EnrollmentOptions,
  choices: FlowChoices,
  { enrollment, device, account, attributes }: Parties & Described,
): Promise<Composed> => {
  const { masterKey, clock, settings } = options
  const minted: MintedChallenge[] = []
  const { content, version } = await choices.template.read()
  const profile = effectiveProfile(content, {
    settings: settings.profile[choices.allowLegacy ? 'legacy' : 'current'],
    variables: variables(settings, { enrollment, account, attributes }),
    mint: (subject) => {
      const challenge = mintChallenge(masterKey, clock.now(), {
        purpose: 'service',
        enrollmentId: enrollment.id,
        deviceId: device.id,
        subject,
        keyRule: choices.allowLegacy ? 'rsa-legacy' : 'rsa',
        minutes: settings.scepChallengeMinutes,
      })
      minted.push(challenge)
      return challenge.secret
    },
  })
  return { profile, version, minted }
}

const variables = (
  settings: EnrollmentOptions['settings'],
  { enrollment, account, attributes }: Omit<Parties, 'device'> & Described,
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
export const chooseCipher = (
  { allowLegacy }: FlowChoices,
  { enrollment }: Parties,
  { attributes: { product = '', build } }: Described,
): Cipher => {
  const version =
    build !== undefined && platformOf(product) === 'ios' ? osVersionOf('ios', build) : undefined
  const isOld = version !== undefined && compareVersions(version, FIRST_WITH_AES) < 0
  if (isOld && !allowLegacy) {
    const detail = 'the device opens 3DES only, which is not allowed'
    throw new PhaseRefused('legacy_not_allowed', detail, enrollment)
  }
  // What else knows 3DES only shows it by encrypting its own request with it.
  const isLegacy = isOld || enrollment.weakAlgorithms.includes('3DES')
  return allowLegacy && isLegacy ? 'des-ede3-cbc' : 'aes-256-cbc'
}

export const encryptAndSign = async (
  options: EnrollmentOptions,
  profile: PlistDict,
  sealing: { readonly recipient: VerifiedMessage['signer']; readonly cipher: Cipher },
): Promise<Uint8Array> => {
  const payloads = formatPlist(getArray(profile, 'PayloadContent') ?? [])
  const envelope = sealEnvelopedData(payloads, sealing)
  return await signProfile(options, encryptedConfiguration(profile, envelope))
}

export const payloadTypes = (profile: PlistDict): readonly string[] =>
  (getArray(profile, 'PayloadContent') ?? []).map((payload) =>
    String(expectDict(payload).get('PayloadType')),
  )
