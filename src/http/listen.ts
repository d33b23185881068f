import { once } from 'node:events'
import { chmod, rm } from 'node:fs/promises'
import { createServer as createProbe } from 'node:net'
import { relative, resolve } from 'node:path'
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

/** Where the owner's commands reach the server. */
export const socketPath = (data: string): string => {
  const path = resolve(data, 'windfall.sock')
  // The kernel takes 107 bytes; the relative path is often shorter.
  return Buffer.byteLength(path) > 107 ? relative('', path) : path
}

/** Listens for the owner alone. */
export const listenOnSocket = async (server: FastifyInstance, data: string): Promise<void> => {
  const path = socketPath(data)
  // The database is ours, so whatever lies there is left over from a process that was killed.
  await rm(path, { force: true })
  await server.listen({ path })
  await chmod(path, 0o600)
}
