import { createHash } from 'node:crypto'
import type { Config } from '../../config/index.ts'
import { type Platform, parseVersion, type Version } from '../../model/index.ts'
import { CAPABILITIES } from '../../protocol/scep/index.ts'
import type { Authority } from '../ca/index.ts'
import type { EnrollmentSettings } from './context.ts'

/** What the configuration says about enrolling, with what follows from the CA and the public URL. */
export const enrollmentSettings = (
  config: Config,
  authority: Authority,
  publicUrl: string,
): EnrollmentSettings => {
  const { organization, enrollment, scep, profile } = config
  const caFingerprint = createHash(enrollment.allowLegacy ? 'sha1' : 'sha256')
    .update(authority.issuing.certificate.bytes)
    .digest()
  return {
    organization: organization.name,
    identifier: organization.identifier ?? reverseHost(publicUrl),
    publicUrl,
    displayName: profile.serviceName ?? `${organization.name} Profile Service`,
    description:
      profile.serviceDescription ??
      `Connects this device to ${organization.name}: it identifies itself and gets its settings.`,
    deviceAttributes: enrollment.deviceAttributes,
    requireAppleSigner: enrollment.requireAppleSigner,
    returning: enrollment.returning,
    challengeMinutes: enrollment.challengeMinutes,
    scepChallengeMinutes: scep.challengeMinutes,
    allowLegacy: enrollment.allowLegacy,
    profile: {
      locked: profile.locked,
      removalPassword: profile.removalPassword?.reveal(),
      caFingerprint,
      capabilities: scep.capabilitiesInProfile ? CAPABILITIES : undefined,
    },
  }
}

/** The oldest version that may enroll, for the platforms that have one. */
export const minimumVersions = ({ enrollment }: Config): ReadonlyMap<Platform, Version> => {
  const given: readonly (readonly [Platform, string | undefined])[] = [
    ['ios', enrollment.minimumIos],
    ['macos', enrollment.minimumMacos],
    ['tvos', enrollment.minimumTvos],
    ['visionos', enrollment.minimumVisionos],
    ['watchos', enrollment.minimumWatchos],
  ]
  return new Map(
    given.flatMap(([platform, text]) => {
      const version = text === undefined ? undefined : parseVersion(text)
      return version === undefined ? [] : [[platform, version] as const]
    }),
  )
}

const reverseHost = (publicUrl: string): string => {
  const { hostname: host } = new URL(publicUrl)
  const isName = /^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(host) && !/^[\d.]+$/.test(host)
  return `${isName ? host.split('.').reverse().join('.') : 'host'}.windfall`
}
