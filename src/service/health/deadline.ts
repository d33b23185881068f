import { ServiceError } from '../../errors.ts'

/** What `work` brings. @throws ServiceError unavailable `timed_out` when it takes longer; it is not ended then */
export const within = async <T>(milliseconds: number, work: Promise<T>): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>()
  const timedOut = new ServiceError('unavailable', 'timed_out', 'there was no answer in time')
  const timer = setTimeout(() => reject(timedOut), milliseconds)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}
