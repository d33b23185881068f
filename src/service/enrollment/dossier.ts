import { ServiceError } from '../../errors.ts'
import type { AccountId, EnrollmentId } from '../../model/index.ts'
import {
  type Account,
  type Certificate,
  type Db,
  type Device,
  type Enrollment,
  findAccount,
  findDevice,
  findEnrollment,
  findEnrollmentCertificate,
  findFlow,
  listEnrollmentIdsOf,
  listSteps,
  type Step,
} from '../../store/index.ts'

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
}

/** @throws ServiceError not_found `enrollment_unknown` */
export const getEnrollment = async (db: Db, id: EnrollmentId): Promise<EnrollmentDossier> => {
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
  return { enrollment, account, flow: flow?.name, device, certificate, steps }
}

/** Everything that belongs to one account holder, oldest first. */
export const getEnrollmentsOf = async (
  db: Db,
  accountId: AccountId,
): Promise<readonly EnrollmentDossier[]> => {
  const dossiers: EnrollmentDossier[] = []
  for (const id of await listEnrollmentIdsOf(db, accountId)) {
    dossiers.push(await getEnrollment(db, id))
  }
  return dossiers
}
