import type { AccountId, EnrollmentId, StepId } from '../../model/index.ts'
import {
  type Account,
  type EnrollmentFilter,
  type EnrollmentRecord,
  listEnrollments,
  listStepsAfter,
  type Page,
  type Step,
  type StepFilter,
} from '../../store/index.ts'
import type { Origin } from '../journal/index.ts'
import type { EnrollmentOptions } from './context.ts'
import { type EnrollmentDossier, getEnrollment, getEnrollmentsOf } from './dossier.ts'
import { expireEnrollments } from './expire.ts'
import { type Admission, beginEnrollment, offerProfile } from './offer.ts'
import type { Phase3Answer } from './phase3.ts'
import { answerProfileRequest } from './profile-request.ts'

export { APPLE_DEVICE_CA } from './apple-device-ca.ts'
export type { EnrollmentOptions } from './context.ts'
export type { EnrollmentDossier } from './dossier.ts'
export type { DeviceAuthority } from './evidence.ts'
export { enrollmentSettings, minimumVersions } from './settings.ts'

/** The enrollment machine. */
export interface EnrollmentService {
  begin(account: Account, origin: Origin, admission?: Admission): Promise<EnrollmentId>
  offer(id: EnrollmentId, origin: Origin): Promise<Uint8Array>
  answer(body: Uint8Array, origin: Origin): Promise<Phase3Answer>
  expire(): Promise<number>
  get(id: EnrollmentId): Promise<EnrollmentDossier>
  /** Those of one account holder, oldest first. */
  ofAccount(id: AccountId): Promise<readonly EnrollmentDossier[]>
  /** Newest first. */
  find(filter: EnrollmentFilter): Promise<readonly EnrollmentRecord[]>
  /** Steps of all enrollments or of one, oldest first, after one that was seen. */
  stepsAfter(wanted: StepFilter & Page<StepId>): Promise<readonly Step[]>
}

export const createEnrollmentService = (options: EnrollmentOptions): EnrollmentService => ({
  begin: (account, origin, admission) => beginEnrollment(options, { account, admission }, origin),
  offer: (id, origin) => offerProfile(options, id, origin),
  answer: (body, origin) => answerProfileRequest(options, body, origin),
  expire: () => expireEnrollments(options),
  get: (id) => getEnrollment(options.db, id),
  ofAccount: (id) => getEnrollmentsOf(options.db, id),
  find: (filter) => listEnrollments(options.db, filter),
  stepsAfter: (wanted) => listStepsAfter(options.db, wanted),
})
