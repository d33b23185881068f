import type { Socket } from 'node:net'
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify'
import type { Config } from '../config/index.ts'
import { clientAddress, dropForwarding, type ProxyTrust } from './forwarded.ts'
import { createNetworks, toPlainAddress } from './networks.ts'

/** The proxies in front of a listener. */
export type ProxySettings = Config['proxy']

/** Knows for each request where it came from: by the connection, or by what trusted proxies say of it. */
export const identifyClients = (
  server: FastifyInstance,
  proxy: ProxySettings | undefined,
): void => {
  const trust = proxy && { networks: createNetworks(proxy.trusted), header: proxy.header }
  server.decorateRequest('remoteAddress', undefined)
  server.addHook('onRequest', async (request) => {
    // A stream of HTTP/2 does not know it any more once it has ended.
    request.remoteAddress = addressOf(request, trust)
    dropForwarding(request.raw.headers)
  })
}

const addressOf = (
  { socket, headers }: FastifyRequest,
  trust: ProxyTrust | undefined,
): string | undefined => {
  const peer = socket.remoteAddress
  if (peer === undefined || trust === undefined) return peer && toPlainAddress(peer)
  const given = headers[trust.header]
  return clientAddress(peer, Array.isArray(given) ? given.join() : given, trust)
}

const LOOPBACK = createNetworks([
  { family: 'ipv4', address: '127.0.0.0', prefix: 8 },
  { family: 'ipv6', address: '::1', prefix: 128 },
])

/** Whether nobody but this machine is at the other end. */
export const isLoopback = (address: string | undefined): boolean =>
  address !== undefined && LOOPBACK.has(address)

/** Closes what comes over plain HTTP from elsewhere than the proxies: passwords would cross the network in clear. */
export const admitProxiesOnly = (
  server: FastifyInstance,
  proxy: ProxySettings,
  logger: FastifyBaseLogger,
): void => {
  const trusted = createNetworks(proxy.trusted)
  server.server.on('connection', (socket: Socket) => {
    const { remoteAddress } = socket
    if (remoteAddress !== undefined && (trusted.has(remoteAddress) || isLoopback(remoteAddress)))
      return
    logger.warn({ event: 'refused', remoteAddress }, 'closed a connection of no trusted proxy')
    socket.destroy()
  })
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Where the request came from, as it was when it came; undefined on a Unix socket. */
    remoteAddress: string | undefined
  }
}
