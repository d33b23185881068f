import type { FastifyBaseLogger } from 'fastify'
import type { DirectoryService } from '../service/directory/index.ts'

const EVERY = 60_000

/**
 * Looks up everybody in the directories for which it is time, and whether those are back that were away: at the start
 * and every minute, until it is disposed of.
 */
export const startDirectories = (
  directories: Pick<DirectoryService, 'look'>,
  logger: FastifyBaseLogger,
): AsyncDisposable => {
  const ending = new AbortController()
  const run = async (): Promise<void> => {
    try {
      for (const { name, outcome } of await directories.look(ending.signal)) {
        const event = { event: 'directory', name, ...outcome }
        if ('code' in outcome) logger.warn(event, 'a directory could not be looked through')
        else if (outcome.withheld > 0) logger.warn(event, 'many are gone: nobody was disabled')
        else logger.info(event, 'everybody in a directory was looked up')
      }
    } catch (error) {
      if (ending.signal.aborted) return
      logger.error({ err: error }, 'directories could not be looked through')
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
