import type { FastifyBaseLogger } from 'fastify'
import type { Forget } from '../service/upkeep/index.ts'
import { repeat } from './repeat.ts'

const EVERY = 10 * 60_000

/** Deletes what has expired, now and then, until it is disposed of. */
export const startForgetting = (forget: Forget, logger: FastifyBaseLogger): AsyncDisposable =>
  repeat(
    { everyMs: EVERY, atOnce: false, logger, failure: 'what has expired could not be deleted' },
    async () => {
      logger.debug({ event: 'forget', ...(await forget()) }, 'deleted what has expired')
    },
  )
