import { ServiceError } from '../../errors.ts'
import {
  type Clock,
  type Connection,
  failed,
  type LdapSettings,
  succeeded,
  UNTRIED,
} from '../../model/index.ts'
import { type LdapEntry, ResultCode, type Search } from '../../protocol/ldap/index.ts'
import type { Outbound } from '../outbound/index.ts'
import { type Credentials, failure, refused } from './connection.ts'
import { createServer, type LdapServer } from './server.ts'

export interface LdapOptions {
  readonly settings: Pick<LdapSettings, 'servers' | 'plain' | 'ca' | 'bindDn'>
  /** The password of `bindDn`. */
  readonly secret: string | undefined
  readonly outbound: Outbound
  readonly clock: Clock
  /** Milliseconds for all that is asked at a time. */
  readonly deadlineMs: number
}

/** What is asked of one server, within one deadline. */
export interface LdapSession {
  search(search: Ask): Promise<readonly LdapEntry[]>
  /** Whether the server lets somebody in. */
  isLetIn(credentials: Credentials): Promise<boolean>
}

/** A search without what the client sets by itself. */
export type Ask = Omit<Search, 'timeLimit' | 'page'>

/** The servers of a directory, of which one is as good as another. */
export interface LdapClient extends Disposable {
  /**
   * Asks the first server that answers; `work` may begin anew at another one.
   * @throws what `work` throws, but what says that a server is not there or not fit; ServiceError unavailable
   *   `outbound_…`, `ldap_…` where none is
   */
  run<T>(work: (session: LdapSession) => Promise<T>): Promise<T>
  /** Everybody that a search finds, page by page, from one server; a page in each deadline. @throws as `run` */
  pages(ask: Ask): AsyncGenerator<readonly LdapEntry[]>
  connection(): Connection
}

/** How many ask at a time, and how many wait for them: all are told at once when there is no answer. */
const MOST = 16
const MOST_WAITING = 200

export const createLdapClient = (options: LdapOptions): LdapClient => {
  const { settings, secret, outbound, clock, deadlineMs } = options
  const { bindDn, servers: urls, plain: isPlain, ca } = settings
  const credentials = bindDn === undefined ? undefined : { dn: bindDn, password: secret ?? '' }
  const servers = urls.map((url) =>
    createServer({ url, isPlain, ca, outbound, clock, credentials }),
  )
  let current: Connection = UNTRIED
  let asking = 0
  const waiting: (() => void)[] = []
  const note = (server: LdapServer, error: ServiceError | undefined): void => {
    server.note(error)
    const at = clock.now()
    current =
      error === undefined
        ? succeeded(current, at)
        : failed(current, { at, code: error.code, isAway: true })
  }
  const tryAll = async <T>(
    end: number,
    work: (server: LdapServer, signal: AbortSignal) => Promise<T>,
  ) => {
    const fit = servers.filter((server) => server.outage() === undefined)
    let last = servers[0]?.outage() ?? failure('ldap_closed', 'there is no server')
    for (const [at, server] of fit.entries()) {
      // One that says nothing leaves time for those behind it.
      const share = Math.max((end - performance.now()) / (fit.length - at), 1)
      try {
        const result = await work(server, AbortSignal.timeout(Math.ceil(share)))
        note(server, undefined)
        return result
      } catch (error) {
        if (!isOutage(error)) {
          // It has answered.
          if (error instanceof ServiceError) note(server, undefined)
          throw error
        }
        note(server, error)
        last = error
      }
    }
    throw last
  }
  const timeLimit = Math.max(Math.floor(deadlineMs / 1000), 1)
  return {
    async run(work) {
      const end = performance.now() + deadlineMs
      if (waiting.length >= MOST_WAITING) {
        throw failure('ldap_busy', 'too many wait for the directory')
      }
      if (asking >= MOST) await new Promise<void>((resolve) => void waiting.push(resolve))
      asking++
      try {
        // Too little is left to tell a slow server from one that is away.
        if (performance.now() > end - deadlineMs / 2) {
          throw failure('ldap_busy', 'too many wait for the directory')
        }
        return await tryAll(end, (server, signal) => work(sessionOf(server, timeLimit, signal)))
      } finally {
        asking--
        waiting.shift()?.()
      }
    },
    async *pages(ask) {
      const search = { ...ask, timeLimit: 0 }
      const patience = (): AbortSignal => AbortSignal.timeout(deadlineMs)
      const fit = servers.filter((server) => server.outage() === undefined)
      const tried = fit.length > 0 ? fit : servers
      for (const server of tried) {
        let hasBegun = false
        try {
          for await (const { entries } of server.pages(search, patience)) {
            hasBegun = true
            yield entries
          }
          note(server, undefined)
          return
        } catch (error) {
          if (isOutage(error)) note(server, error)
          // Half of one server and half of another are not everybody.
          if (!isOutage(error) || hasBegun || server === tried.at(-1)) throw error
        }
      }
    },
    connection: () => current,
    [Symbol.dispose]() {
      for (const server of servers) server[Symbol.dispose]()
    },
  }
}

const isOutage = (error: unknown): error is ServiceError =>
  error instanceof ServiceError && error.kind === 'unavailable'

const sessionOf = (server: LdapServer, timeLimit: number, signal: AbortSignal): LdapSession => ({
  async search(ask) {
    const { entries } = await server.search({ ...ask, timeLimit }, signal)
    return entries
  },
  async isLetIn(credentials) {
    const code = await server.bind(credentials, signal)
    if (FAULTS.has(code)) throw refused('bind', code)
    return code === ResultCode.success
  },
})

/**
 * Codes by which a server says that it cannot tell. Whatever else it answers is of whoever signs in, who must not be
 * able to make a server look as if it was away.
 */
const FAULTS: ReadonlySet<number> = new Set([
  ResultCode.operationsError,
  ResultCode.busy,
  ResultCode.unavailable,
  ResultCode.other,
])
