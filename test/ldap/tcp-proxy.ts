import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/**
 * What happens between two programs: `pass` it all on; `silence`: connections are taken and nothing more; `reset` them
 * at once; `trickle` one byte a second of what the server says; milliseconds of `delay` of everything.
 */
export type Weather =
  | { readonly kind: 'pass' | 'silence' | 'reset' | 'trickle' }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** A connection is reset after so many bytes of the server. */
  | { readonly kind: 'cut'; readonly after: number }

/** In front of a server on loopback. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number
  /** Connections, and bytes of clients, that have come so far. */
  readonly count: { connections: number; bytes: number }
  /** Changes what happens, to connections that are there as well. */
  set(weather: Weather): void
}

export const startTcpProxy = async (to: number): Promise<TcpProxy> => {
  let weather: Weather = { kind: 'pass' }
  const count = { connections: 0, bytes: 0 }
  const open = new Set<Socket>()
  const keep = (socket: Socket): void => {
    open.add(socket)
    socket.on('error', () => {}).on('close', () => open.delete(socket))
  }
  const server = createServer((client) => {
    count.connections++
    keep(client)
    if (weather.kind === 'reset') return void client.resetAndDestroy()
    const upstream = connect(to, '127.0.0.1')
    keep(upstream)
    const after = (work: () => void): void => {
      if (weather.kind === 'delay') setTimeout(work, weather.milliseconds).unref()
      else work()
    }
    client.on('data', (bytes) => {
      count.bytes += bytes.length
      if (weather.kind !== 'silence') after(() => upstream.write(bytes))
    })
    const trickling: Buffer[] = []
    const drip = setInterval(() => {
      const [first] = trickling
      if (first === undefined) return
      client.write(first.subarray(0, 1))
      if (first.length === 1) trickling.shift()
      else trickling[0] = first.subarray(1)
    }, 1_000).unref()
    let said = 0
    upstream.on('data', (bytes) => {
      said += bytes.length
      if (weather.kind === 'cut' && said > weather.after) return void client.resetAndDestroy()
      if (weather.kind === 'trickle') trickling.push(bytes)
      else if (weather.kind !== 'silence') after(() => client.write(bytes))
    })
    client.on('close', () => {
      clearInterval(drip)
      upstream.destroy()
    })
    upstream.on('close', () => {
      if (weather.kind !== 'silence') client.end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    count,
    set(next) {
      weather = next
      if (next.kind === 'reset') for (const socket of open) socket.resetAndDestroy()
    },
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of open) socket.destroy()
      await once(server, 'close')
    },
  }
}
