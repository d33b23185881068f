import type { FastifyBaseLogger } from 'fastify'
import type { DirectoryService } from '../service/directory/index.ts'
import { repeat } from './repeat.ts'

const EVERY = 60_000

/**
 * Looks up everybody in the directories for which it is time, and whether those are back that were away: at the start
 * and every minute, until it is disposed of.
 */
export const startDirectories = (
  directories: Pick<DirectoryService, 'look'>,
  logger: FastifyBaseLogger,
): AsyncDisposable =>
  repeat(
    { everyMs: EVERY, logger, failure: 'directories could not be looked through' },
    async (signal) => {
      for (const { name, outcome } of await directories.look(signal)) {
        const event = { event: 'directory', name, ...outcome }
        if ('code' in outcome) logger.warn(event, 'a directory could not be looked through')
        else if (outcome.withheld > 0) logger.warn(event, 'many are gone: nobody was disabled')
        else logger.info(event, 'everybody in a directory was looked up')
      }
    },
  )
