import type { Executor, Job } from '../../store/index.ts'

/** What came of one run of a job. */
export type JobResult =
  | { readonly kind: 'done'; readonly record?: Record }
  /** It may go well later. `code` says why not this time; `afterMs`, at least, is when whoever refused it asks us back. */
  | {
      readonly kind: 'retry'
      readonly code: string
      readonly afterMs?: number
      readonly record?: Record
    }
  /** It never will. */
  | { readonly kind: 'failed'; readonly code: string; readonly record?: Record }

/**
 * Writes down what the run has come to, in the transaction that settles the job: both, or neither. `isOver`: there is
 * no other run.
 */
type Record = (tx: Executor, end: { readonly isOver: boolean }) => Promise<void>

/**
 * Does a job. It is called at least once, and again where it is not known how the last time ended: what it does twice
 * must be as good as once. It ends when `signal` says so, with `retry` or by throwing. What it throws counts as `retry`
 * with the error's code, or `internal`.
 */
export type JobHandler = (job: Job, signal: AbortSignal) => Promise<JobResult>
