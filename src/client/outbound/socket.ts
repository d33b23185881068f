import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'

/** A TCP connection to an address that `lookup` gives. Rejects with what ended it, an abort too. */
export const openSocket = async (
  {
    host,
    port,
    signal,
  }: { readonly host: string; readonly port: number; readonly signal: AbortSignal },
  lookup: LookupFunction,
): Promise<Socket> => {
  const socket = connectTcp({ host, port, lookup, noDelay: true })
  await established(socket, 'connect', signal)
  return socket
}

/**
 * TLS on a connection, on which nothing was read that was not asked for. The certificate has to be one for `host` and
 * chain to `ca`, or the well-known roots. The connection is destroyed where that fails.
 */
export const secureSocket = async (
  socket: Socket,
  {
    host,
    ca,
    signal,
  }: { readonly host: string; readonly ca: string[] | undefined; readonly signal: AbortSignal },
): Promise<TLSSocket> => {
  const servername = isIP(host) === 0 ? host.replace(/\.$/, '') : ''
  const secure = connectTls({ socket, host, servername, ca, minVersion: 'TLSv1.2' })
  try {
    await established(secure, 'secureConnect', signal)
    return secure
  } catch (error) {
    socket.destroy()
    throw error
  }
}

const established = async (
  socket: Socket,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const abort = (): void => reject(signal.reason)
  const close = (): void => reject(new Error('the connection was closed'))
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort)
  socket.once(event, resolve).once('error', reject).once('close', close)
  try {
    await promise
  } catch (error) {
    // It may fail once more while it is destroyed.
    socket.on('error', () => {})
    socket.destroy()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
    socket.off(event, resolve).off('error', reject).off('close', close)
  }
}
