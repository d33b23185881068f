import { ServiceError } from '../../errors.ts'
import { type AccountId, advance, type DeviceId } from '../../model/index.ts'
import {
  type Enrollment,
  type Executor,
  findEnrollment,
  listEnrollmentIdsOf,
  revokeCertificatesOf,
  transact,
} from '../../store/index.ts'
import { moveWithStep, type Origin, recordAudit } from '../journal/index.ts'
import type { EnrollmentOptions } from './context.ts'

/**
 * Ends what an account holder has of a device and revokes its certificates, so that it gets nothing more from here. What
 * is installed stays on the device: nobody can take it away from outside.
 * @throws ServiceError not_found `enrollment_unknown`
 */
export const removeDevice = async (
  { db, clock, meter }: Pick<EnrollmentOptions, 'db' | 'clock' | 'meter'>,
  { accountId, deviceId }: { readonly accountId: AccountId; readonly deviceId: DeviceId },
  origin: Origin,
): Promise<void> => {
  const at = clock.now()
  await transact(db, async (tx) => {
    const open = await findOpen(tx, accountId, deviceId)
    if (open.length === 0) {
      throw new ServiceError('not_found', 'enrollment_unknown', 'there is no such device')
    }
    let revoked = 0
    for (const enrollment of open) {
      await moveWithStep({ tx, meter }, enrollment, {
        event: 'withdraw',
        at,
        code: 'withdrawn',
        summary: 'The account holder removed the device.',
        origin,
        changes: { code: 'removed_by_holder' },
      })
      revoked += await revokeCertificatesOf(tx, enrollment.id, { at, reason: 'removed_by_holder' })
    }
    await recordAudit(tx, {
      at,
      actor: accountId,
      action: 'device.remove',
      outcome: 'done',
      subject: deviceId,
      detail: { enrollments: open.map(({ id }) => id), certificates: revoked },
      origin,
    })
  })
}

const findOpen = async (
  tx: Executor,
  accountId: AccountId,
  deviceId: DeviceId,
): Promise<readonly Enrollment[]> => {
  const open: Enrollment[] = []
  for (const id of await listEnrollmentIdsOf(tx, accountId)) {
    const enrollment = await findEnrollment(tx, id)
    const isOpen = enrollment !== undefined && advance(enrollment.state, 'withdraw') !== undefined
    if (isOpen && enrollment.deviceId === deviceId) open.push(enrollment)
  }
  return open
}
