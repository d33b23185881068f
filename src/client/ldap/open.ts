import type { Socket } from 'node:net'
import { ProtocolError } from '../../errors.ts'
import {
  decodeAnswer,
  encodeStartTls,
  messageLength,
  ResultCode,
} from '../../protocol/ldap/index.ts'
import type { Outbound } from '../outbound/index.ts'
import { createConnection, failure, type LdapConnection, refused } from './connection.ts'

/** Where a server is, and how it is spoken to. */
export interface ServerOptions {
  /** `ldaps://HOST[:PORT]`, or `ldap://HOST[:PORT]` */
  readonly url: string
  /** Passwords go over `ldap://` as they are, without StartTLS. */
  readonly isPlain: boolean
  /** Roots that it chains to instead of all others, PEM. */
  readonly ca: string | undefined
  readonly outbound: Outbound
}

/**
 * Opens a connection: with TLS from its beginning, or from StartTLS on (RFC 4513 §3.1). A server that does no TLS is not
 * spoken to without.
 * @throws ServiceError unavailable `outbound_…`, `ldap_…`
 */
export const openConnection = async (
  { url, isPlain, ca, outbound }: ServerOptions,
  signal: AbortSignal,
): Promise<LdapConnection> => {
  const { protocol, hostname, port } = new URL(url)
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const isSecure = protocol === 'ldaps:'
  const standard = isSecure ? 636 : 389
  const socket = await outbound.connect({ host, port: Number(port || standard), signal })
  if (!isSecure && isPlain) return createConnection(socket)
  if (!isSecure) await startTls(socket, signal)
  return createConnection(await outbound.secure(socket, { host, ca, signal }))
}

/** Any id will do: nothing else is asked before. */
const ID = 1

const startTls = async (socket: Socket, signal: AbortSignal): Promise<void> => {
  try {
    const answer = await exchange(socket, encodeStartTls(ID), signal)
    const { id, kind } = answer
    if (id !== ID || kind !== 'extended') throw failure('ldap_starttls', 'no answer to StartTLS')
    const { code } = answer.result
    if (code === ResultCode.referral) throw refused('StartTLS', code)
    if (code !== ResultCode.success) {
      throw failure('ldap_starttls', `the server does no TLS: it answers with the code ${code}`)
    }
  } catch (error) {
    socket.destroy()
    if (!(error instanceof ProtocolError)) throw error
    throw failure('ldap_message', 'the answer is not one of LDAP', error)
  }
}

/**
 * One request and its answer. Not a byte more may have come: what somebody puts in between before TLS begins would be
 * read as if it came from the server.
 */
const exchange = async (socket: Socket, request: Uint8Array, signal: AbortSignal) => {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  let held: Uint8Array = new Uint8Array()
  const take = (bytes: Uint8Array): void => {
    try {
      held = Buffer.concat([held, bytes])
      const needed = messageLength(held)
      if (needed === undefined || held.length < needed) return
      if (held.length === needed) resolve(held)
      else reject(failure('ldap_starttls', 'more has come than the answer to StartTLS'))
    } catch (error) {
      reject(error)
    }
  }
  const fail = (cause?: unknown): void =>
    reject(failure('ldap_closed', 'the connection broke before TLS began', cause))
  const abort = (): void => reject(failure('outbound_timeout', 'the answer took too long'))
  signal.addEventListener('abort', abort)
  socket.on('data', take).once('error', fail).once('close', fail)
  try {
    socket.write(request)
    return decodeAnswer(await promise)
  } finally {
    signal.removeEventListener('abort', abort)
    socket.off('data', take).off('error', fail).off('close', fail).pause()
    // While nobody listens, it may still break.
    socket.on('error', () => {})
  }
}
