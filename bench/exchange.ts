import { Agent, request } from 'node:http'

export interface Exchange {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

/** A listener on this machine, spoken to over connections that are kept. */
export class Peer implements Disposable {
  readonly #agent: Agent
  readonly #port: number

  constructor(port: number, connections: number) {
    this.#port = port
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections })
  }

  /** The body of the answer, which must be 200: a benchmark of refusals would be fast. */
  async send({ method, path, headers = {}, body }: Exchange): Promise<Buffer> {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
    const length = body === undefined ? {} : { 'content-length': String(body.length) }
    const outgoing = request(
      {
        ...{ host: '127.0.0.1', port: this.#port, agent: this.#agent },
        ...{ method, path, headers: { ...headers, ...length } },
      },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('error', reject)
        answer.on('end', () => {
          const bytes = Buffer.concat(chunks)
          if (answer.statusCode === 200) resolve(bytes)
          else
            reject(new Error(`${path}: ${answer.statusCode} ${bytes.toString('latin1', 0, 200)}`))
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
    return await promise
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }
}

/** How many pieces of work are under way at once in every measurement. */
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
