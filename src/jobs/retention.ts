import type { FastifyBaseLogger } from 'fastify'
import type { RetentionService } from '../service/retention/index.ts'

const EVERY = 3_600_000

/** Removes what is older than it may be, at the start and every hour, until it is disposed of. */
export const startRetention = (
  retention: RetentionService,
  logger: FastifyBaseLogger,
): AsyncDisposable => {
  const ending = new AbortController()
  const run = async (): Promise<void> => {
    try {
      const { steps, enrollments, lines } = await retention.run(ending.signal)
      if (steps + enrollments + lines === 0) return
      logger.info({ event: 'retention', steps, enrollments, lines }, 'what was too old is gone')
    } catch (error) {
      if (ending.signal.aborted) return
      logger.error({ err: error }, 'what is too old could not be removed')
    }
  }
  let running = run()
  const timer = setInterval(() => {
    running = running.then(run)
  }, EVERY).unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      ending.abort()
      await running
    },
  }
}
