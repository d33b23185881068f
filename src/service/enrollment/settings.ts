import { createHash } from 'node:crypto'
import type { Config } from '../../config/index.ts'
import { CAPABILITIES } from '../../protocol/scep/index.ts'
import type { Authority } from '../ca/index.ts'
import type { ProfileSettings } from '../profile/index.ts'
import type { EnrollmentSettings } from './context.ts'

/** What the configuration says about enrolling, with what follows from the CA and the public URL. */
export const enrollmentSettings = (
  config: Config,
  authority: Authority,
  publicUrl: string,
): EnrollmentSettings => {
  const { organization, enrollment, scep, profile } = config
  const profileWith = (hash: 'sha1' | 'sha256'): ProfileSettings => ({
    locked: profile.locked,
    removalPassword: profile.removalPassword?.reveal(),
    caFingerprint: createHash(hash).update(authority.issuing.certificate.bytes).digest(),
    capabilities: scep.capabilitiesInProfile ? CAPABILITIES : undefined,
  })
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
    profile: { current: profileWith('sha256'), legacy: profileWith('sha1') },
  }
}

const reverseHost = (publicUrl: string): string => {
  const { hostname: host } = new URL(publicUrl)
  const isName = /^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(host) && !/^[\d.]+$/.test(host)
  return `${isName ? host.split('.').reverse().join('.') : 'host'}.windfall`
}
