import { randomUUID } from 'node:crypto'
import { type Clock, type JobId, type JsonObject, newId, retryDelay } from '../../model/index.ts'
import {
  afterCommit,
  claimJob,
  type Db,
  type Executor,
  finishJob,
  insertJob,
  type Job,
  postponeJob,
  releaseJob,
  renewJob,
  transact,
} from '../../store/index.ts'
import type { JobResult } from './result.ts'

/** How long a job is one server's, in milliseconds, unless it renews. */
const LEASE = 60_000

interface NewJob {
  /** The name of the handler that does it. */
  readonly kind: string
  /** Of one kind and key there is one unfinished job at most; asked for again, it runs with the newer payload. */
  readonly key: string
  /** The id of the noun with which it goes: `cancelJobs` finds it by that. */
  readonly subject?: string
  /** Ids rather than what they stand for, and no secret: it is stored as it is. */
  readonly payload: JsonObject
  /** Milliseconds since 1970; at once where it is not given. */
  readonly runAt?: number
}

/** Work that outlives the process, done by whichever server comes to it: at least once, and by one at a time. */
export interface JobQueue {
  /** Asks for a job, in the transaction of what causes it. It may run as soon as that has committed. */
  enqueue(tx: Executor, job: NewJob): Promise<JobId>
  /** Takes the job of a kind that is due for longest, if one is. */
  take(kind: string): Promise<TakenJob | undefined>
  /** Calls `listener` after each `enqueue` that has committed in this process, with the kind of the job. */
  onEnqueued(listener: (kind: string) => void): void
}

/** A job that is this server's until its lease ends. */
export interface TakenJob {
  readonly job: Job
  /** Milliseconds within which it is to be renewed. */
  readonly leaseMs: number
  /** False: it is somebody else's, or nobody needs it any more. */
  renew(): Promise<boolean>
  /** Writes down what came of it. False, with nothing written: as for `renew`. */
  settle(result: JobResult): Promise<boolean>
  /** Gives it back as if it had not been taken. */
  release(): Promise<void>
}

interface QueueOptions {
  readonly db: Db
  readonly clock: Clock
}

export const createJobQueue = ({ db, clock }: QueueOptions): JobQueue => {
  const listeners = new Set<(kind: string) => void>()
  return {
    async enqueue(tx, { kind, key, subject = null, payload, runAt }) {
      const now = clock.now()
      const job = { kind, key, subject, payload, runAt: runAt ?? now, createdAt: now }
      const id = await insertJob(tx, { ...job, id: newId('job', now) })
      afterCommit(() => {
        for (const listener of listeners) listener(kind)
      })
      return id
    },

    async take(kind) {
      const holder = randomUUID()
      const now = clock.now()
      const claim = { kind, holder, now, until: now + LEASE }
      const job = await transact(db, (tx) => claimJob(tx, claim))
      return job && hold({ db, clock }, job, holder)
    },

    onEnqueued(listener) {
      listeners.add(listener)
    },
  }
}

const hold = ({ db, clock }: QueueOptions, job: Job, holder: string): TakenJob => {
  const held = { id: job.id, holder }
  return {
    job,
    leaseMs: LEASE,
    renew: () => transact(db, (tx) => renewJob(tx, held, clock.now() + LEASE)),

    settle: (result) =>
      transact(db, async (tx) => {
        const at = clock.now()
        const delay = result.kind === 'retry' ? retryDelay(job.attempts) : undefined
        const code = result.kind === 'done' ? null : result.code
        const end = { ...held, revision: job.revision, at, code }
        const isOver = delay === undefined
        const settled = isOver
          ? await finishJob(tx, { ...end, outcome: result.kind === 'done' ? 'done' : 'failed' })
          : await postponeJob(tx, { ...held, code, runAt: at + Math.max(delay, askedFor(result)) })
        if (settled) await result.record?.(tx, { isOver })
        return settled
      }),

    async release() {
      await transact(db, (tx) => releaseJob(tx, held))
    },
  }
}

/** No longer than a day: whoever asks for more is asked again all the same. */
const LONGEST = 24 * 60 * 60_000

const askedFor = (result: JobResult): number =>
  result.kind === 'retry' ? Math.min(result.afterMs ?? 0, LONGEST) : 0
