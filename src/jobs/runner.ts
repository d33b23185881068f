import type { FastifyBaseLogger } from 'fastify'
import { ServiceError } from '../errors.ts'
import type { JobHandler, JobQueue, JobResult, TakenJob } from '../service/job/index.ts'

/** How often to look for jobs whose time has come, in milliseconds; those that are asked for here run at once. */
const EVERY = 5_000
/** Jobs of one kind that are under way at once, so that no kind waits for another. */
const AT_ONCE = 4
/** How long jobs under way may go on after a stop, in milliseconds, before they are told to end. */
const GRACE = 10_000

interface RunnerOptions {
  readonly queue: JobQueue
  /** Who does the jobs of each kind. */
  readonly handlers: ReadonlyMap<string, JobHandler>
  readonly logger: FastifyBaseLogger
}

/** Does jobs as they become due. Disposing takes no more of them and waits for those under way. */
export interface Runner extends AsyncDisposable {
  /** Resolves once nothing is due or under way any more. */
  drain(): Promise<void>
}

/** Begins to do jobs of the kinds that have a handler, one server beside others. */
export const startRunner = ({ queue, handlers, logger }: RunnerOptions): Runner => {
  const stop = new AbortController()
  const lanes = new Map(
    [...handlers].map(([kind, handler]) => [
      kind,
      createLane({ kind, handler, queue, logger, stop: stop.signal }),
    ]),
  )
  queue.onEnqueued((kind) => lanes.get(kind)?.poke())
  const pokeAll = (): void => {
    for (const lane of lanes.values()) lane.poke()
  }
  pokeAll()
  const timer = setInterval(pokeAll, EVERY).unref()
  return {
    async drain() {
      pokeAll()
      await Promise.all([...lanes.values()].map((lane) => lane.idle()))
    },

    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      const ended = [...lanes.values()].map((lane) => lane.close())
      const late = setTimeout(() => stop.abort(), GRACE)
      await Promise.all(ended)
      clearTimeout(late)
    },
  }
}

interface LaneOptions extends Omit<RunnerOptions, 'handlers'> {
  readonly kind: string
  readonly handler: JobHandler
  readonly stop: AbortSignal
}

/** The jobs of one kind. */
interface Lane {
  /** There may be something to do. */
  poke(): void
  idle(): Promise<void>
  close(): Promise<void>
}

const createLane = (options: LaneOptions): Lane => {
  const { kind, queue, logger } = options
  const workers = new Set<Promise<void>>()
  let isClosed = false
  /** Counts pokes, so that none that comes while the queue is asked gets lost. */
  let pokes = 0

  const work = async (): Promise<void> => {
    for (let seen = -1; !isClosed && seen !== pokes; ) {
      seen = pokes
      const taken = await queue.take(kind)
      if (taken === undefined) continue
      // Others help while there may be more.
      poke()
      if (isClosed) await taken.release()
      else await runJob(taken, options)
    }
  }
  const poke = (): void => {
    pokes += 1
    if (isClosed || workers.size >= AT_ONCE) return
    const worker = work()
      .catch((error: unknown) => logger.error({ err: error, kind }, 'jobs could not be done'))
      .finally(() => workers.delete(worker))
    workers.add(worker)
  }
  const idle = async (): Promise<void> => {
    while (workers.size > 0) await Promise.all(workers)
  }
  return {
    poke,
    idle,
    close() {
      isClosed = true
      return idle()
    },
  }
}

const runJob = async (
  taken: TakenJob,
  { handler, logger, stop }: Pick<LaneOptions, 'handler' | 'logger' | 'stop'>,
): Promise<void> => {
  const { id, kind, attempts } = taken.job
  const lost = new AbortController()
  const renew = async (): Promise<void> => {
    try {
      if (!(await taken.renew())) lost.abort()
    } catch (error) {
      logger.warn({ err: error, job: id }, 'a job could not be kept')
    }
  }
  const timer = setInterval(() => void renew(), taken.leaseMs / 3).unref()
  try {
    const result = await attempt(() => handler(taken.job, AbortSignal.any([stop, lost.signal])))
    if (stop.aborted && result.kind === 'retry') return await taken.release()
    const isSettled = await taken.settle(result)
    const code = result.kind === 'done' ? undefined : result.code
    const line = { event: 'job', job: id, kind, attempts, result: result.kind, code, isSettled }
    if (result.kind === 'done') logger.debug(line, 'a job is done')
    else logger.warn({ ...line, ...reasonOf(result) }, 'a job could not be done')
  } finally {
    clearInterval(timer)
  }
}

type Attempted = JobResult & { readonly err?: unknown }

const reasonOf = ({ err }: Attempted) => (err === undefined ? {} : { err })

const attempt = async (run: () => Promise<JobResult>): Promise<Attempted> => {
  try {
    return await run()
  } catch (err) {
    if (!(err instanceof ServiceError)) return { kind: 'retry', code: 'internal', err }
    const afterMs = (err.retryAfter ?? 0) * 1000
    return { kind: 'retry', code: err.code, afterMs }
  }
}
