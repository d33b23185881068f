import type { EnrollmentId } from '../../model/index.ts'
import { countSteps, transact } from '../../store/index.ts'
import { type Origin, recordStep } from '../journal/index.ts'
import type { EnrollmentOptions } from './context.ts'

/** More of them tell the help desk nothing new. */
const MOST_REPORTS = 20

/** Writes down what a person says that their device shows, which the server cannot see. */
export const reportError = async (
  { db, clock, meter }: Pick<EnrollmentOptions, 'db' | 'clock' | 'meter'>,
  { id, seen }: { readonly id: EnrollmentId; readonly seen: string },
  origin: Origin,
): Promise<void> => {
  const code = 'error_reported'
  if ((await countSteps(db, id, [code, code])) >= MOST_REPORTS) return
  const report = {
    at: clock.now(),
    code,
    outcome: 'failed',
    reason: `seen_${seen}`,
    summary: `The account holder sees an error on the device: ${seen}.`,
    detail: { seen },
    origin,
  } as const
  await transact(db, (tx) => recordStep({ tx, meter }, id, report))
}
