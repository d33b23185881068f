import { ProtocolError, ServiceError } from '../../errors.ts'
import type { Clock } from '../../model/index.ts'

/** How it went with another server so far. It holds codes, never texts. */
export interface Connection {
  readonly state: 'untried' | 'up' | 'down'
  /** Milliseconds since 1970; undefined: never. */
  readonly lastSuccess: number | undefined
  readonly lastError: { readonly at: number; readonly code: string } | undefined
}

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
  let current: Connection = { state: 'untried', lastSuccess: undefined, lastError: undefined }
  let waiting = 0
  let outage: { readonly until: number; readonly error: ServiceError } | undefined
  return {
    async run(work) {
      if (outage !== undefined && clock.now() < outage.until) throw outage.error
      if (waiting >= MOST) {
        throw new ServiceError('unavailable', 'oidc_busy', 'too many wait for the provider')
      }
      waiting++
      try {
        const result = await work()
        outage = undefined
        current = { ...current, state: 'up', lastSuccess: clock.now() }
        return result
      } catch (error) {
        const at = clock.now()
        if (error instanceof ServiceError) {
          outage = { until: at + REST, error }
          current = { ...current, state: 'down', lastError: { at, code: error.code } }
        } else if (error instanceof ProtocolError) {
          current = { ...current, state: 'up', lastError: { at, code: error.code } }
        }
        throw error
      } finally {
        waiting--
      }
    },
    connection: () => current,
  }
}
