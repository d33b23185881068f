import type { Socket } from 'node:net'
import { ProtocolError, ServiceError } from '../../errors.ts'
import {
  decodeAnswer,
  encodeBind,
  encodeSearch,
  encodeUnbind,
  type LdapAnswer,
  type LdapEntry,
  type LdapResult,
  ResultCode,
  type Search,
} from '../../protocol/ldap/index.ts'
import { createFrames } from './frames.ts'

/** What a search has brought. */
export interface Found {
  readonly entries: readonly LdapEntry[]
  /** RFC 2696: from where the next page goes on; undefined: there is none. */
  readonly cookie: Uint8Array | undefined
}

/** A connection to one server. What ends while it waits, by an abort too, ends all of it. */
export interface LdapConnection extends Disposable {
  readonly isOpen: boolean
  /** The result code. @throws ServiceError unavailable `ldap_…`, `outbound_timeout` */
  bind(credentials: Credentials, signal: AbortSignal): Promise<number>
  /**
   * What is there; referrals and references are not followed, and nothing is asked of whom they name.
   * @throws as `bind`
   */
  search(search: Search, signal: AbortSignal): Promise<Found>
}

export interface Credentials {
  readonly dn: string
  readonly password: string
}

/** Entries, and bytes, that one search may bring. */
const MOST_ENTRIES = 5_000
const MOST_BYTES = 32 * 1024 * 1024

interface Pending {
  readonly entries: LdapEntry[]
  bytes: number
  resolve(answer: { readonly result: LdapResult; readonly kind: LdapAnswer['kind'] }): void
  reject(error: ServiceError): void
}

/** An operation failed, which says nothing of who signs in. */
export const failure = (code: string, detail: string, cause?: unknown): ServiceError =>
  new ServiceError('unavailable', code, detail, { cause })

/** LDAP on a connection that is as safe as it is going to be. */
export const createConnection = (socket: Socket): LdapConnection => {
  const pending = new Map<number, Pending>()
  let last = 0
  let ended: ServiceError | undefined
  const end = (error: ServiceError): void => {
    if (ended !== undefined) return
    ended = error
    socket.destroy()
    for (const { reject } of pending.values()) reject(error)
    pending.clear()
  }
  const take = (frame: Uint8Array): void => {
    const answer = decodeAnswer(frame)
    const asked = pending.get(answer.id)
    // RFC 4511 §4.4.1: the notice of disconnection has the id 0.
    if (asked === undefined) {
      end(failure('ldap_closed', 'the server ends the connection'))
      return
    }
    switch (answer.kind) {
      case 'entry':
        asked.bytes += frame.length
        asked.entries.push(answer.entry)
        if (asked.entries.length > MOST_ENTRIES || asked.bytes > MOST_BYTES) {
          end(failure('ldap_size', 'a search brings too much'))
        }
        return
      case 'reference':
        return
      case 'bind':
      case 'done':
      case 'extended':
        pending.delete(answer.id)
        asked.resolve(answer)
        return
      default:
        answer satisfies never
    }
  }
  const frames = createFrames(take)
  socket.on('data', (bytes: Uint8Array) => {
    try {
      if (ended === undefined) frames.push(bytes)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      end(failure('ldap_message', 'the answer is not one of LDAP', error))
    }
  })
  socket.on('error', (cause) => end(failure('ldap_closed', 'the connection broke', cause)))
  socket.on('close', () => end(failure('ldap_closed', 'the connection was closed')))

  const ask = async (encode: (id: number) => Uint8Array, signal: AbortSignal) => {
    if (ended !== undefined) throw ended
    const { promise, resolve, reject } = Promise.withResolvers<Parameters<Pending['resolve']>[0]>()
    const abort = (): void => end(failure('outbound_timeout', 'the answer took too long'))
    if (signal.aborted) abort()
    if (ended !== undefined) throw ended
    const id = ++last
    const asked: Pending = { entries: [], bytes: 0, resolve, reject }
    pending.set(id, asked)
    signal.addEventListener('abort', abort)
    try {
      socket.write(encode(id))
      return { ...(await promise), entries: asked.entries }
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  return {
    get isOpen() {
      return ended === undefined
    },
    async bind(credentials, signal) {
      requireBindable(credentials)
      const { kind, result } = await ask((id) => encodeBind(id, credentials), signal)
      if (kind !== 'bind') throw failure('ldap_message', 'the answer is to another question')
      return result.code
    },
    async search(search, signal) {
      const { kind, result, entries } = await ask((id) => encodeSearch(id, search), signal)
      if (kind !== 'done') throw failure('ldap_message', 'the answer is to another question')
      const isCut = result.code === ResultCode.sizeLimitExceeded && search.sizeLimit > 0
      if (NOBODY.has(result.code)) return { entries: [], cookie: undefined }
      if (result.code !== ResultCode.success && !isCut) throw refused('search', result.code)
      const { cookie } = result
      return { entries, cookie: cookie === undefined || cookie.length === 0 ? undefined : cookie }
    },
    [Symbol.dispose]() {
      if (ended !== undefined) return
      // RFC 4511 §4.3.
      socket.end(encodeUnbind(++last))
      end(failure('ldap_closed', 'the connection is no longer needed'))
    },
  }
}

/** Codes by which a server says that nothing can be so. */
const NOBODY: ReadonlySet<number> = new Set([
  ResultCode.inappropriateMatching,
  ResultCode.invalidAttributeSyntax,
  ResultCode.noSuchObject,
])

/** The server has refused what it should not. */
export const refused = (what: string, code: number): ServiceError =>
  code === ResultCode.referral
    ? failure('ldap_referral', `${what}: the server refers to another one, and none is followed`)
    : failure('ldap_result', `${what}: the server answers with the code ${code}`)

// RFC 4513 §5.1.1, §5.1.2: without a name or a password a bind succeeds and proves nothing.
const requireBindable = ({ dn, password }: Credentials): void => {
  if (dn.trim() === '' || !isPassword(password)) {
    throw new ServiceError('unauthenticated', 'sign_in_failed', 'there is nothing to bind with')
  }
}

/** Bytes. Nobody types more. */
const LONGEST = 1024

/** Whether it is a password that a directory can be asked about. */
export const isPassword = (password: string): boolean =>
  password.trim() !== '' &&
  password.isWellFormed() &&
  !password.includes('\0') &&
  Buffer.byteLength(password) <= LONGEST
