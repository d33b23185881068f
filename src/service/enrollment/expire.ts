import { listExpiredEnrollments, transact } from '../../store/index.ts'
import { moveWithStep } from '../journal/index.ts'
import type { EnrollmentOptions } from './context.ts'

const BATCH = 100

/** Ends the enrollments whose time is up; returns how many. */
export const expireEnrollments = async ({
  db,
  clock,
  meter,
}: Pick<EnrollmentOptions, 'db' | 'clock' | 'meter'>): Promise<number> => {
  const at = clock.now()
  const due = await listExpiredEnrollments(db, at, BATCH)
  for (const enrollment of due) {
    await transact(db, (tx) =>
      moveWithStep({ tx, meter }, enrollment, {
        event: 'expire',
        at,
        code: 'expired',
        outcome: 'failed',
        reason: 'timed_out',
        summary: `Nothing came for too long; the enrollment stood at "${enrollment.state}".`,
        origin: undefined,
        changes: { code: 'timed_out' },
      }),
    )
  }
  return due.length
}
