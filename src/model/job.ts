import { randomInt } from 'node:crypto'

/** How a job ended. `cancelled`: nobody needs it any more. */
export type JobOutcome = 'done' | 'failed' | 'cancelled'

/** What jobs are counted by: for later, due, at work, and ended without success. */
export const JOB_STATES = ['scheduled', 'waiting', 'running', 'failed'] as const
export type JobState = (typeof JOB_STATES)[number]

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** How long to wait after each try in turn: three days in all. */
const DELAYS = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  5 * HOUR,
  9 * HOUR,
  12 * HOUR,
  12 * HOUR,
  14 * HOUR,
  16 * HOUR,
] as const

/**
 * Milliseconds from the try with that number, counted from 1, to the next one; undefined where there is none. A tenth
 * more or less, so that what failed together does not come back together.
 */
export const retryDelay = (attempts: number): number | undefined => {
  const delay = DELAYS[attempts - 1]
  return delay && delay + randomInt(-delay / 10, delay / 10 + 1)
}
