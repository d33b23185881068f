import { once } from 'node:events'
import { chmod, rm } from 'node:fs/promises'
import { createServer as createProbe } from 'node:net'
import type { FastifyInstance } from 'fastify'

interface TcpAddress {
  readonly host: string
  readonly port: number
}

/** A port for whoever asked for any (0): URLs in profiles need it before anybody listens. */
export const fixPort = async (address: TcpAddress): Promise<TcpAddress> => {
  if (address.port !== 0) return address
  const probe = createProbe().listen(0, address.host)
  await once(probe, 'listening')
  const bound = probe.address()
  probe.close()
  await once(probe, 'close')
  if (bound === null || typeof bound === 'string') throw new Error('a TCP port was expected')
  return { host: address.host, port: bound.port }
}

/** With Node's 511 the kernel drops some of a crowd, and their clients lose seconds before they try again. */
const BACKLOG = 4096

/** Listens without TLS, where a crowd is quickly accepted and refused; returns the URL. */
export const listenForCrowds = async (
  server: FastifyInstance,
  address: TcpAddress,
): Promise<string> => await server.listen({ ...address, backlog: BACKLOG })

/** Listens for the owner alone. */
export const listenOnSocket = async (server: FastifyInstance, path: string): Promise<void> => {
  // The database is ours, so whatever lies there is left over from a process that was killed.
  await rm(path, { force: true })
  await server.listen({ path })
  await chmod(path, 0o600)
}

/** Listens at an address that nobody asked for, unless another program has it: then the log says so. */
export const listenOrGiveWay = async (
  server: FastifyInstance,
  address: TcpAddress,
): Promise<void> => {
  try {
    await server.listen(address)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    server.log.warn({ address }, 'the address for operations is taken: not served')
  }
}
