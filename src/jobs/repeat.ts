import type { FastifyBaseLogger } from 'fastify'

interface Repetition {
  readonly everyMs: number
  /** Whether it is done at the start too. */
  readonly atOnce?: boolean
  readonly logger: FastifyBaseLogger
  /** What the log says where it fails; it is done again all the same. */
  readonly failure: string
}

/** Does `work` now and then, one after another, until it is disposed of; the signal tells what is under way to end. */
export const repeat = (
  { everyMs, atOnce = true, logger, failure }: Repetition,
  work: (signal: AbortSignal) => Promise<void>,
): AsyncDisposable => {
  const ending = new AbortController()
  const run = async (): Promise<void> => {
    try {
      await work(ending.signal)
    } catch (error) {
      if (!ending.signal.aborted) logger.error({ err: error }, failure)
    }
  }
  let running = atOnce ? run() : Promise.resolve()
  const timer = setInterval(() => {
    running = running.then(run)
  }, everyMs).unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      ending.abort()
      await running
    },
  }
}
