import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** An answer of HTTP/1 as it came, names and values of the headers as they were written. */
export interface WireAnswer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
}

export const headerOf = ({ headers }: WireAnswer, name: string): string | undefined =>
  headers.find(([found]) => found.toLowerCase() === name)?.[1]

const END_OF_HEAD = '\r\n\r\n'

/** A connection on which every byte is ours: what no HTTP library would send. */
export class Wire implements AsyncDisposable {
  readonly #socket: Socket
  readonly #chunks: AsyncIterator<Buffer>
  #received = Buffer.alloc(0)

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#chunks = socket[Symbol.asyncIterator]()
  }

  static async open(url: string): Promise<Wire> {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    return new Wire(socket)
  }

  write(...parts: readonly (string | Uint8Array)[]): void {
    for (const part of parts) this.#socket.write(part)
  }

  /** The next answer, interim ones too; its body by Content-Length, and without one what comes until the end. */
  async read(): Promise<WireAnswer> {
    while (!this.#received.includes(END_OF_HEAD)) await this.#mustCome()
    const cut = this.#received.indexOf(END_OF_HEAD)
    const [statusLine = '', ...lines] = this.#received.toString('latin1', 0, cut).split('\r\n')
    this.#received = this.#received.subarray(cut + END_OF_HEAD.length)
    const status = Number(statusLine.split(' ', 2)[1])
    const headers = lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()] as const
    })
    const head = { status, headers, body: Buffer.alloc(0) }
    if (status < 200) return head
    const length = headerOf(head, 'content-length')
    while (length !== undefined && this.#received.length < Number(length)) await this.#mustCome()
    if (length === undefined) while (await this.#more());
    const body = this.#received.subarray(0, length === undefined ? undefined : Number(length))
    this.#received = this.#received.subarray(body.length)
    return { ...head, body }
  }

  /** Waits until the server closes the connection, and tells whether it did so without a further byte. */
  async isEnded(): Promise<boolean> {
    return this.#received.length === 0 && !(await this.#more())
  }

  async #mustCome(): Promise<void> {
    if (!(await this.#more())) throw new Error('the connection ended within an answer')
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#chunks.next()
    if (done) return false
    this.#received = Buffer.concat([this.#received, value])
    return true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy()
  }
}

/** One answer on a connection of its own. */
export const speak = async (
  url: string,
  ...parts: readonly (string | Uint8Array)[]
): Promise<WireAnswer> => {
  await using wire = await Wire.open(url)
  wire.write(...parts)
  return await wire.read()
}
