import type { FastifyBaseLogger } from 'fastify'
import type { RetentionService } from '../service/retention/index.ts'
import { repeat } from './repeat.ts'

const EVERY = 3_600_000

/** Removes what is older than it may be, at the start and every hour, until it is disposed of. */
export const startRetention = (
  retention: RetentionService,
  logger: FastifyBaseLogger,
): AsyncDisposable =>
  repeat(
    { everyMs: EVERY, logger, failure: 'what is too old could not be removed' },
    async (signal) => {
      const { steps, enrollments, lines } = await retention.run(signal)
      if (steps + enrollments + lines === 0) return
      logger.info({ event: 'retention', steps, enrollments, lines }, 'what was too old is gone')
    },
  )
