import { ServiceError } from '../errors.ts'

/** Seconds after which a database that cannot do its work is asked again. */
const RETRY_AFTER = 5

/** The database cannot do its work at the moment: nothing was written, and the same may go well later. */
export const databaseUnavailable = (detail: string, cause: unknown): ServiceError =>
  new ServiceError('unavailable', 'database_unavailable', detail, {
    cause,
    retryAfter: RETRY_AFTER,
  })
