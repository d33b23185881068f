import { ProtocolError, ServiceError } from '../../errors.ts'
import { type Clock, type Connection, failed, succeeded, UNTRIED } from '../../model/index.ts'

/** Milliseconds for which a server that did not answer is left alone. */
const REST = 5_000
/** How many wait for a server at a time: each holds a place that requests for other things need. */
const MOST = 4

/** Watches what is asked of another server. Few wait for it, and nobody for one that has just not answered. */
export interface Watch {
  /**
   * @throws what `work` throws; while the server is left alone, what it threw the last time; ServiceError unavailable
   *   `oidc_busy` where too many wait
   */
  run<T>(work: () => Promise<T>): Promise<T>
  connection(): Connection
}

export const createWatch = (clock: Clock): Watch => {
  let current: Connection = UNTRIED
  let waiting = 0
  let outage: { readonly at: number; readonly error: ServiceError } | undefined
  const isLeftAlone = (at: number): boolean => {
    const since = clock.now() - at
    // A clock that was put back must not make that longer.
    return since >= 0 && since < REST
  }
  return {
    async run(work) {
      if (outage !== undefined && isLeftAlone(outage.at)) throw outage.error
      if (waiting >= MOST) {
        throw new ServiceError('unavailable', 'oidc_busy', 'too many wait for the provider')
      }
      waiting++
      try {
        const result = await work()
        outage = undefined
        current = succeeded(current, clock.now())
        return result
      } catch (error) {
        const at = clock.now()
        if (error instanceof ServiceError) {
          outage = { at, error }
          current = failed(current, { at, code: error.code, isAway: true })
        } else if (error instanceof ProtocolError) {
          current = failed(current, { at, code: error.code, isAway: false })
        }
        throw error
      } finally {
        waiting--
      }
    },
    connection: () => current,
  }
}
