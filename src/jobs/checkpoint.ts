import type { FastifyBaseLogger } from 'fastify'
import type { AuditService } from '../service/audit/index.ts'

const EVERY = 60_000

/** Keeps a checkpoint of the audit at the start, every minute in which lines came, and when it is disposed of. */
export const startCheckpoints = (
  audit: AuditService,
  logger: FastifyBaseLogger,
): AsyncDisposable => {
  const run = async (): Promise<void> => {
    try {
      await audit.checkpoint()
    } catch (error) {
      logger.error({ err: error }, 'the audit could not be given a checkpoint')
    }
  }
  let running = run()
  const timer = setInterval(() => {
    running = run()
  }, EVERY).unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await running
      await run()
    },
  }
}
