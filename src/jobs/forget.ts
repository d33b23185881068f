import type { FastifyBaseLogger } from 'fastify'
import type { Forget } from '../service/upkeep/index.ts'

const EVERY = 10 * 60_000

/** Deletes what has expired, now and then, until it is disposed of. */
export const startForgetting = (forget: Forget, logger: FastifyBaseLogger): AsyncDisposable => {
  let running: Promise<void> = Promise.resolve()
  const run = async (): Promise<void> => {
    try {
      logger.debug({ event: 'forget', ...(await forget()) }, 'deleted what has expired')
    } catch (error) {
      logger.error({ err: error }, 'what has expired could not be deleted')
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
