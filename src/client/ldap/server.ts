import type { ServiceError } from '../../errors.ts'
import type { Clock } from '../../model/index.ts'
import type { Search } from '../../protocol/ldap/index.ts'
import { type Credentials, type Found, failure, type LdapConnection } from './connection.ts'
import { openConnection, type ServerOptions } from './open.ts'

/** Milliseconds for which a server that failed is left alone; twice as long after each failure more, up to the most. */
const REST = 2_000
const MOST_REST = 30_000
/** Milliseconds after which the connection for searches is closed where nobody uses it. */
const IDLE = 30_000

export interface PoolOptions extends ServerOptions {
  readonly clock: Clock
  /** As whom is searched; undefined: as nobody. */
  readonly credentials: Credentials | undefined
}

/** One server: a connection for searches that is kept, one of its own for each bind, and a rest after a failure. */
export interface LdapServer extends Disposable {
  /** Undefined: it may be asked. Else why it is left alone. */
  outage(): ServiceError | undefined
  note(error: ServiceError | undefined): void
  search(search: Search, signal: AbortSignal): Promise<Found>
  /** A search of many pages on a connection of its own. */
  pages(search: Search, patience: () => AbortSignal): AsyncGenerator<Found>
  /** The result code with which somebody else is bound. */
  bind(credentials: Credentials, signal: AbortSignal): Promise<number>
}

export const createServer = (options: PoolOptions): LdapServer => {
  const { clock, credentials } = options
  let failures = 0
  let resting: { readonly at: number; readonly error: ServiceError } | undefined
  let shared: Promise<LdapConnection> | undefined
  let idle: NodeJS.Timeout | undefined
  let answeredAt = 0
  const drop = (): void => {
    clearTimeout(idle)
    // One that is not open yet is closed when it is; that it failed is told to whoever waits for it.
    shared?.then(
      (connection) => connection[Symbol.dispose](),
      () => {},
    )
    shared = undefined
  }
  const openBound = async (signal: AbortSignal): Promise<LdapConnection> => {
    const connection = await openConnection(options, signal)
    try {
      const code = credentials === undefined ? 0 : await connection.bind(credentials, signal)
      if (code === 0) return connection
      throw failure('ldap_bind', `windfall itself is not let in: the code ${code}`)
    } catch (error) {
      connection[Symbol.dispose]()
      throw error
    }
  }
  const ensureShared = async (signal: AbortSignal): Promise<LdapConnection> => {
    const kept = shared
    if (kept !== undefined) {
      const current = await kept.catch(() => undefined)
      if (current?.isOpen) return current
      if (shared === kept) shared = undefined
    }
    // Whoever comes while it is being opened waits for the same one.
    shared ??= openBound(signal)
    return await shared
  }
  const searchShared = async (search: Search, signal: AbortSignal): Promise<Found> => {
    const connection = await ensureShared(signal)
    clearTimeout(idle)
    try {
      const found = await connection.search(search, signal)
      answeredAt = clock.now()
      return found
    } finally {
      clearTimeout(idle)
      idle = setTimeout(drop, IDLE).unref()
    }
  }
  return {
    outage() {
      if (resting === undefined) return undefined
      const since = clock.now() - resting.at
      const rest = Math.min(REST * 2 ** (failures - 1), MOST_REST)
      // A clock that was put back must not make that longer.
      return since >= 0 && since < rest ? resting.error : undefined
    },
    note(error) {
      failures = error === undefined ? 0 : failures + 1
      resting = error && { at: clock.now(), error }
      if (error !== undefined) drop()
    },
    async search(search, signal) {
      const isKept = shared !== undefined
      if (!isKept) return await searchShared(search, signal)
      try {
        // One that nobody used for a while may have ended unseen: it gets a moment before another is opened.
        const isFresh = clock.now() - answeredAt < FRESH
        const soon = AbortSignal.any([signal, AbortSignal.timeout(STALE)])
        return await searchShared(search, isFresh ? signal : soon)
      } catch (error) {
        if (signal.aborted) throw error
        drop()
        return await searchShared(search, signal)
      }
    },
    async *pages(search, patience) {
      using connection = await openBound(patience())
      let cookie: Uint8Array | undefined = new Uint8Array()
      while (cookie !== undefined) {
        const page = { size: PAGE, cookie }
        const found: Found = await connection.search({ ...search, page }, patience())
        yield found
        cookie = found.cookie
      }
    },
    async bind(other, signal) {
      using connection = await openConnection(options, signal)
      return await connection.bind(other, signal)
    },
    [Symbol.dispose]: drop,
  }
}

/** Entries. Active Directory gives no more than 1,000. */
const PAGE = 500
/** Milliseconds. */
const FRESH = 5_000
const STALE = 1_000
