import type { MasterKey } from '../../keys/index.ts'
import type { Clock } from '../../model/index.ts'
import type { Db } from '../../store/index.ts'
import type { Authority } from '../ca/index.ts'
import type { FlowBook } from '../flow/index.ts'
import type { Meter } from '../journal/index.ts'
import type { ProfileSettings } from '../profile/index.ts'
import type { DeviceAuthority } from './evidence.ts'

/** What bringing devices through the phases needs. */
export interface EnrollmentOptions {
  readonly db: Db
  readonly masterKey: MasterKey
  readonly clock: Clock
  readonly meter: Meter
  readonly authority: Authority
  readonly flows: FlowBook
  readonly deviceAuthorities: readonly DeviceAuthority[]
  readonly settings: EnrollmentSettings
}

/** What is the same for every flow. */
export interface EnrollmentSettings {
  readonly organization: string
  /** What every PayloadIdentifier begins with, reverse-DNS. */
  readonly identifier: string
  /** `https://host[:port]`: every URL in every profile begins with it. */
  readonly publicUrl: string
  readonly displayName: string
  readonly description: string
  readonly deviceAttributes: readonly string[]
  readonly requireAppleSigner: boolean
  /** What an active identity gets that comes back: the current profile, or 301 to `/enroll`. */
  readonly returning: 'profile' | 'redirect'
  readonly challengeMinutes: number
  readonly scepChallengeMinutes: number
  /** What surrounds the final profile of devices that know SHA-256, and of those that may be older. */
  readonly profile: Readonly<Record<'current' | 'legacy', ProfileSettings>>
}
