import { connect, type Socket } from 'node:net'

/** A byte a second each, but not all at once. */
const SHARES = 100
const EVERY_MS = 1000 / SHARES
const HEAD = 'POST /scep?operation=PKIOperation HTTP/1.1\r\nHost: localhost\r\n'

/** Connections that send a byte a second: every second one of them its headers, the others a body. */
export interface SlowSockets extends Disposable {
  /** Seconds that the ones with slow headers, and those with slow bodies, lived; when all are closed. */
  closed(): Promise<{ readonly headers: number; readonly bodies: number }>
}

export const openSlowSockets = async (port: number, count: number): Promise<SlowSockets> => {
  const kinds = Array.from({ length: count }, (_, index) => index % 2 === 0)
  const all = await Promise.all(
    kinds.map(async (isHeaders) => {
      const socket = await open(port)
      socket.write(isHeaders ? `${HEAD}X-Slow: ` : `${HEAD}Content-Length: 4000\r\n\r\n`)
      return { isHeaders, socket, lived: lifetime(socket) }
    }),
  )
  let share = 0
  const timer = setInterval(() => {
    share = (share + 1) % SHARES
    for (let index = share; index < count; index += SHARES) {
      const socket = all[index]?.socket
      if (socket?.writable) socket.write('0')
    }
  }, EVERY_MS)
  const longest = async (isHeaders: boolean): Promise<number> =>
    Math.max(
      ...(await Promise.all(
        all.filter((each) => each.isHeaders === isHeaders).map(({ lived }) => lived),
      )),
    )
  return {
    closed: async () => ({ headers: await longest(true), bodies: await longest(false) }),
    [Symbol.dispose]: () => {
      clearInterval(timer)
      for (const { socket } of all) socket.destroy()
    },
  }
}

const open = async (port: number): Promise<Socket> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = connect({ host: '127.0.0.1', port }, resolve)
  socket.once('error', reject)
  await promise
  socket.on('error', () => {}).resume()
  return socket
}

/** Seconds until it is closed. */
const lifetime = async (socket: Socket): Promise<number> => {
  const begin = performance.now()
  await new Promise((resolve) => socket.once('close', resolve))
  return (performance.now() - begin) / 1000
}
