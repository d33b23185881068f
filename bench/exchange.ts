import { connect, type Socket } from 'node:net'

export interface Exchange {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

export interface Answer {
  readonly status: number
  /** Status line and fields, as they came. */
  readonly head: string
  readonly body: Buffer
}

/**
 * A plain HTTP listener on this machine, spoken to over connections that are kept. It knows no more of HTTP/1.1
 * than our server uses, because what a client costs, the server under test does not get.
 */
export class Peer implements Disposable {
  readonly #port: number
  readonly #idle: Connection[] = []
  readonly #all = new Set<Connection>()

  constructor(port: number) {
    this.#port = port
  }

  /** One exchange, over an idle connection or a new one. */
  async exchange(exchange: Exchange): Promise<Answer> {
    const connection = this.#idle.pop() ?? this.#open()
    const answer = await connection.exchange(exchange)
    if (this.#all.has(connection)) this.#idle.push(connection)
    return answer
  }

  /** The body of the answer, which must be 200: a benchmark of refusals would be fast. */
  async send(exchange: Exchange): Promise<Buffer> {
    const { status, body } = await this.exchange(exchange)
    if (status === 200) return body
    throw new Error(`${exchange.path}: ${status} ${body.toString('latin1', 0, 200)}`)
  }

  [Symbol.dispose](): void {
    for (const connection of this.#all) connection.socket.destroy()
  }

  #open(): Connection {
    const connection = new Connection(
      connect({ host: '127.0.0.1', port: this.#port, noDelay: true }),
    )
    this.#all.add(connection)
    connection.socket.once('close', () => {
      this.#all.delete(connection)
      const index = this.#idle.indexOf(connection)
      if (index >= 0) this.#idle.splice(index, 1)
    })
    return connection
  }
}

const HEAD_END = '\r\n\r\n'
const CONTENT_LENGTH = /^content-length: (\d+)/im

class Connection {
  readonly socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #waiting: PromiseWithResolvers<Answer> | undefined

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('error', (error) => this.#waiting?.reject(error))
    socket.on('close', () => this.#waiting?.reject(new Error('the connection was closed')))
  }

  exchange({ method, path, headers = {}, body }: Exchange): Promise<Answer> {
    this.#waiting = Promise.withResolvers<Answer>()
    const fields = { host: 'localhost', ...headers, ...length(body) }
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
    const head = `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
    this.socket.write(body === undefined ? head : Buffer.concat([Buffer.from(head), body]))
    return this.#waiting.promise
  }

  #read(chunk: Buffer): void {
    const received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    this.#received = received
    const end = received.indexOf(HEAD_END)
    if (end < 0) return
    const head = received.toString('latin1', 0, end)
    const begin = end + HEAD_END.length
    const after = begin + Number(CONTENT_LENGTH.exec(head)?.[1])
    // An answer without a length is never whole, and would be waited for; our server sends none.
    if (!(received.length >= after)) return
    this.#received = received.subarray(after)
    const body = received.subarray(begin, after)
    this.#waiting?.resolve({ status: Number(head.slice(9, 12)), head, body })
    this.#waiting = undefined
  }
}

const length = (body: Uint8Array | undefined): Readonly<Record<string, string>> =>
  body === undefined ? {} : { 'content-length': String(body.length) }

/** How many pieces of work are under way at once in every measurement of CPU. */
export const IN_FLIGHT = 16

/** Does `work` for each item, so many at a time. */
export const inFlight = async <T>(
  count: number,
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<void> => {
  const queue = items.values()
  const drain = async (): Promise<void> => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: count }, drain))
}
