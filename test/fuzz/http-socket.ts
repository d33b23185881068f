import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Verdict } from './target.ts'

/** Far above what any answer takes; a server that keeps a socket for longer has forgotten it. */
const PATIENCE_MS = 20_000

/**
 * Sends octets on a connection of their own, and no more after them.
 * @returns all that came back until the server closed the connection
 */
const exchange = async (port: number, octets: Uint8Array): Promise<string> => {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  // A server may close before it has read everything.
  socket.on('error', () => {})
  const ended = Promise.race([once(socket, 'end'), once(socket, 'close')])
  const timer = setTimeout(() => socket.destroy(new Error('no end')), PATIENCE_MS)
  socket.end(octets)
  await ended.catch(() => {})
  const isForgotten = socket.errored?.message === 'no end'
  clearTimeout(timer)
  socket.destroy()
  assert(!isForgotten, 'the connection stays open')
  return Buffer.concat(chunks).toString('latin1')
}

/** Every answer on the connection is a client error or what anybody may ask for. */
export const deliverOctets = async (port: number, octets: Uint8Array): Promise<Verdict> => {
  const answers = await exchange(port, octets)
  const statuses = [...answers.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
  for (const status of statuses) assert(status < 500, `status ${status}`)
  return statuses.some((status) => status >= 200 && status < 400) ? 'accepted' : 'refused'
}
