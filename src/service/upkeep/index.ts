import type { Clock } from '../../model/index.ts'
import {
  type Db,
  deleteOldAttempts,
  deleteOldDeliveries,
  deleteOldJobs,
  deleteOldRequests,
  deleteOldTokens,
} from '../../store/index.ts'
import { KEY_LIFE } from '../idempotency/index.ts'

const DAY = 24 * 60 * 60_000
/** Longer than any window in which attempts are counted. */
const ATTEMPTS_LIFE = DAY
/** After they expired. The audit goes on to know them by their ids. */
const TOKENS_REST = 7 * DAY

/** How long it is remembered how a job went. */
const JOBS_REST = 30 * DAY

/** As long as jobs. */
const DELIVERIES_REST = JOBS_REST

/** How many rows nobody asks for any more were deleted. */
interface Forgotten {
  readonly attempts: number
  readonly deliveries: number
  readonly jobs: number
  readonly requests: number
  readonly tokens: number
}

/** Deletes what has expired: counts of attempts, deliveries to webhooks, jobs that have ended, answers to keyed requests, links and the sessions they began. */
export type Forget = () => Promise<Forgotten>

export const createForget =
  ({ db, clock }: { readonly db: Db; readonly clock: Clock }): Forget =>
  async () => {
    const now = clock.now()
    return {
      attempts: await deleteOldAttempts(db, now - ATTEMPTS_LIFE),
      deliveries: await deleteOldDeliveries(db, now - DELIVERIES_REST),
      jobs: await deleteOldJobs(db, now - JOBS_REST),
      requests: await deleteOldRequests(db, now - KEY_LIFE),
      tokens: await deleteOldTokens(db, now - TOKENS_REST),
    }
  }
