import type { FastifyBaseLogger } from 'fastify'
import type { EnrollmentService } from '../service/enrollment/index.ts'

const EVERY = 30_000

/** Ends enrollments whose time is up, now and then, until it is disposed of. */
export const startExpiry = (
  enrollment: EnrollmentService,
  logger: FastifyBaseLogger,
): AsyncDisposable => {
  let running: Promise<void> = Promise.resolve()
  const run = async (): Promise<void> => {
    try {
      await enrollment.expire()
    } catch (error) {
      logger.error({ err: error }, 'enrollments could not be expired')
    }
  }
  const timer = setInterval(() => {
    running = run()
  }, EVERY).unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await running
    },
  }
}
