import type { FastifyBaseLogger } from 'fastify'
import type { EnrollmentService } from '../service/enrollment/index.ts'
import { repeat } from './repeat.ts'

const EVERY = 30_000

/** Ends enrollments whose time is up, now and then, until it is disposed of. */
export const startExpiry = (
  enrollment: EnrollmentService,
  logger: FastifyBaseLogger,
): AsyncDisposable =>
  repeat(
    { everyMs: EVERY, atOnce: false, logger, failure: 'enrollments could not be expired' },
    async () => {
      await enrollment.expire()
    },
  )
