import { ServiceError } from '../../errors.ts'
import {
  type AccountId,
  type Diagnosis,
  type EnrollmentId,
  readSilence,
} from '../../model/index.ts'
import {
  type Account,
  type Certificate,
  type Db,
  type Device,
  type Enrollment,
  type EnrollmentFilter,
  findAccount,
  findDevice,
  findEnrollment,
  findEnrollmentCertificate,
  findFlow,
  listEnrollmentIdsOf,
  listEnrollments,
  listSteps,
  type Step,
} from '../../store/index.ts'
import { downloaderOf } from './silence.ts'

/** An enrollment with all that belongs to it. */
export interface EnrollmentDossier {
  readonly enrollment: Enrollment
  readonly account: Account
  /** The name of its flow; undefined: the one that the configuration describes. */
  readonly flow: string | undefined
  readonly device: Device | undefined
  /** The identity that SCEP gave the device. */
  readonly certificate: Certificate | undefined
  readonly steps: readonly Step[]
  /** What its silence means; undefined where the device may be at work, or the end says it. */
  readonly diagnosis: Diagnosis | undefined
}

/** As it stands at `now`. @throws ServiceError not_found `enrollment_unknown` */
export const getEnrollment = async (
  db: Db,
  id: EnrollmentId,
  now: number,
): Promise<EnrollmentDossier> => {
  const enrollment = await findEnrollment(db, id)
  const account = enrollment && (await findAccount(db, enrollment.accountId))
  if (enrollment === undefined || account === undefined) {
    throw new ServiceError('not_found', 'enrollment_unknown', 'there is no such enrollment')
  }
  const device =
    enrollment.deviceId === null ? undefined : await findDevice(db, enrollment.deviceId)
  const certificate = await findEnrollmentCertificate(db, id, 'ota')
  const flow = enrollment.flowId === null ? undefined : await findFlow(db, enrollment.flowId)
  const steps = await listSteps(db, id)
  const signs = { state: enrollment.state, steps, userAgent: downloaderOf(steps) }
  const diagnosis = readSilence(signs, now)
  return { enrollment, account, flow: flow?.name, device, certificate, steps, diagnosis }
}

/** Everything that belongs to one account holder, oldest first. */
export const getEnrollmentsOf = async (
  db: Db,
  accountId: AccountId,
  now: number,
): Promise<readonly EnrollmentDossier[]> => {
  const dossiers: EnrollmentDossier[] = []
  for (const id of await listEnrollmentIdsOf(db, accountId)) {
    dossiers.push(await getEnrollment(db, id, now))
  }
  return dossiers
}

/** Which of the enrollments of one account holder. */
export type TimelinePage = Omit<EnrollmentFilter, 'state' | 'accountId'> & {
  readonly accountId: AccountId
}

/** A part of what belongs to one account holder, newest first. */
export const getTimeline = async (
  db: Db,
  wanted: TimelinePage,
  now: number,
): Promise<readonly EnrollmentDossier[]> => {
  const dossiers: EnrollmentDossier[] = []
  for (const { id } of await listEnrollments(db, wanted)) {
    dossiers.push(await getEnrollment(db, id, now))
  }
  return dossiers
}
