import { setTimeout as wait } from 'node:timers/promises'
import type { Clock, EnrollmentId } from '../../model/index.ts'
import { type Db, deleteOldSteps, eraseQuietEnrollments, transact } from '../../store/index.ts'
import type { AuditService } from '../audit/index.ts'

/** Days after which something goes; undefined: never. */
export interface RetentionSettings {
  readonly stepDays: number | undefined
  readonly enrollmentDays: number | undefined
  readonly auditDays: number | undefined
}

/** What has gone. */
interface Removed {
  readonly steps: number
  readonly enrollments: number
  readonly lines: number
}

/** Removes what is older than it may be. */
export interface RetentionService {
  /** A little at a time: whoever enrolls must not wait for it. @throws AbortError when `signal` says so */
  run(signal: AbortSignal): Promise<Removed>
}

export interface RetentionOptions {
  readonly db: Db
  readonly clock: Clock
  readonly audit: Pick<AuditService, 'retire'>
  readonly settings: RetentionSettings
}

/** Rows in a transaction: a few milliseconds of work. */
const BATCH = 200
/** Milliseconds for others between two transactions. */
const PAUSE = 20
const DAY = 86_400_000

export const createRetention = (options: RetentionOptions): RetentionService => ({
  async run(signal) {
    const { settings } = options
    return {
      steps: await sweep(options, settings.stepDays, signal, removeSteps),
      enrollments: await sweep(options, settings.enrollmentDays, signal, quietEnrollments),
      lines: await sweep(options, settings.auditDays, signal, removeLines),
    }
  },
})

/** Removes a batch; says how many it has removed and whether there may be more. */
type Remove = () => Promise<{ readonly count: number; readonly isLast: boolean }>

const sweep = async (
  options: RetentionOptions,
  days: number | undefined,
  signal: AbortSignal,
  create: (options: RetentionOptions, before: number) => Remove,
): Promise<number> => {
  if (days === undefined) return 0
  // Whole days: else there would be a little to do at every look.
  const before = (Math.floor(options.clock.now() / DAY) - days) * DAY
  const remove = create(options, before)
  for (let sum = 0; ; await wait(PAUSE, undefined, { signal })) {
    signal.throwIfAborted()
    const { count, isLast } = await remove()
    sum += count
    if (isLast) return sum
  }
}

const removeSteps =
  ({ db }: RetentionOptions, before: number): Remove =>
  async () => {
    const count = await transact(db, (tx) => deleteOldSteps(tx, { before, limit: BATCH }))
    return { count, isLast: count < BATCH }
  }

const quietEnrollments = ({ db }: RetentionOptions, before: number): Remove => {
  let after: EnrollmentId | undefined
  return async () => {
    const { erased, last } = await transact(db, (tx) =>
      eraseQuietEnrollments(tx, { after, before, limit: BATCH }),
    )
    after = last
    return { count: erased, isLast: last === undefined }
  }
}

const removeLines =
  ({ audit }: RetentionOptions, before: number): Remove =>
  async () => {
    const count = await audit.retire({ before, limit: BATCH })
    return { count, isLast: count < BATCH }
  }
