import type { AccountId, DeviceId, EnrollmentId, FlowId, StepId } from '../../model/index.ts'
import {
  type Account,
  type EnrollmentFilter,
  listEnrollments,
  listStepsAfter,
  type Page,
  type Step,
  type StepFilter,
} from '../../store/index.ts'
import type { FlowChoices } from '../flow/index.ts'
import type { Origin } from '../journal/index.ts'
import { type Beginning, beginDevice, beginEnrollment } from './begin.ts'
import type { EnrollmentOptions } from './context.ts'
import {
  type EnrollmentDossier,
  getEnrollment,
  getEnrollmentsOf,
  getTimeline,
  type TimelinePage,
} from './dossier.ts'
import { expireEnrollments } from './expire.ts'
import { offerProfile } from './offer.ts'
import { type Outlook, readOutlook } from './outlook.ts'
import type { Phase3Answer } from './phase3.ts'
import { answerProfileRequest } from './profile-request.ts'
import { removeDevice } from './remove.ts'
import { reportError } from './report.ts'
import { type WatchedRecord, withSilences } from './silence.ts'
import { updateConfiguration } from './update.ts'

export { APPLE_DEVICE_CA } from './apple-device-ca.ts'
export type { Admission } from './begin.ts'
export type { EnrollmentOptions } from './context.ts'
export type { EnrollmentDossier } from './dossier.ts'
export type { DeviceAuthority } from './evidence.ts'
export type { Outlook } from './outlook.ts'
export { enrollmentSettings } from './settings.ts'
export { countSilences } from './silence.ts'

/** The enrollment machine. */
export interface EnrollmentService {
  /**
   * Begins by a flow, for an account holder who has just signed in.
   * @throws ServiceError forbidden as `requireAdmitted`
   */
  begin(account: Account, origin: Origin, by?: Beginning): Promise<EnrollmentId>
  /** Begins by a flow where nobody signs in. @throws ServiceError as `holderOfDevices` */
  beginDevice(choices: FlowChoices, origin: Origin): Promise<EnrollmentId>
  offer(id: EnrollmentId, origin: Origin): Promise<Uint8Array>
  answer(body: Uint8Array, origin: Origin): Promise<Phase3Answer>
  /** The current final profile of a device that is configured. */
  update(id: EnrollmentId, origin: Origin): Promise<Uint8Array>
  expire(): Promise<number>
  get(id: EnrollmentId): Promise<EnrollmentDossier>
  /** What the device will show, and what the final profile does. @throws ServiceError as `readOutlook` */
  outlook(flowId?: FlowId | null): Promise<Outlook>
  /** What the person says that the device shows. */
  reportError(id: EnrollmentId, seen: string, origin: Origin): Promise<void>
  /** By the account holder whose it is. @throws ServiceError not_found `enrollment_unknown` */
  removeDevice(accountId: AccountId, deviceId: DeviceId, origin: Origin): Promise<void>
  /** Those of one account holder, oldest first. */
  ofAccount(id: AccountId): Promise<readonly EnrollmentDossier[]>
  /** Those of one account holder, newest first, `limit` at most, begun before `before`. */
  timeline(wanted: TimelinePage): Promise<readonly EnrollmentDossier[]>
  /** Newest first. */
  find(filter: EnrollmentFilter): Promise<readonly WatchedRecord[]>
  /** Steps of all enrollments or of one, oldest first, after one that was seen. */
  stepsAfter(wanted: StepFilter & Page<StepId>): Promise<readonly Step[]>
}

export const createEnrollmentService = (options: EnrollmentOptions): EnrollmentService => ({
  begin: (account, origin, by) => beginEnrollment(options, account, origin, by),
  beginDevice: (choices, origin) => beginDevice(options, choices, origin),
  offer: (id, origin) => offerProfile(options, id, origin),
  answer: (body, origin) => answerProfileRequest(options, body, origin),
  update: (id, origin) => updateConfiguration(options, id, origin),
  expire: () => expireEnrollments(options),
  get: (id) => getEnrollment(options.db, id, options.clock.now()),
  outlook: (flowId = null) => readOutlook(options, flowId),
  reportError: (id, seen, origin) => reportError(options, { id, seen }, origin),
  removeDevice: (accountId, deviceId, origin) =>
    removeDevice(options, { accountId, deviceId }, origin),
  ofAccount: (id) => getEnrollmentsOf(options.db, id, options.clock.now()),
  timeline: (wanted) => getTimeline(options.db, wanted, options.clock.now()),
  find: async (filter) =>
    await withSilences(options.db, await listEnrollments(options.db, filter), options.clock.now()),
  stepsAfter: (wanted) => listStepsAfter(options.db, wanted),
})
