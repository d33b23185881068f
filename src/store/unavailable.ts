import { ServiceError } from '../errors.ts'

/** Seconds after which a database that cannot do its work is asked again. */
const RETRY_AFTER = 5

/** The database cannot do its work at the moment: nothing was written, and the same may go well later. */
export const databaseUnavailable = (detail: string, cause: unknown): ServiceError =>
  new ServiceError('unavailable', 'database_unavailable', detail, {
    cause,
    retryAfter: RETRY_AFTER,
  })

/**
 * What `write` comes to; undefined where the database cannot do its work at the moment: for what is only noted beside
 * something read, which is answered all the same.
 */
export const unlessUnavailable = async <T>(write: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await write()
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'database_unavailable') return undefined
    throw error
  }
}
