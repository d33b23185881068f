import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { Holder } from './holder.ts'

/** What reached the server. */
export interface Received {
  readonly method: string
  /** Path and query as sent. */
  readonly target: string
  readonly headers: IncomingMessage['headers']
  readonly body: Uint8Array
}

export interface Answer {
  readonly status?: number
  readonly type?: string
  readonly location?: string
  readonly body?: Uint8Array | string
}

/** What answers a request; undefined leaves it unanswered, `drop` ends the connection instead. */
export type Respond = (request: Received) => Promise<Answer | 'drop' | undefined>

/** A real HTTPS server on loopback that answers as it is told. */
export class ScriptedServer implements AsyncDisposable {
  readonly received: Received[] = []
  connections = 0
  readonly #server: Server

  private constructor(tls: Holder, respond: Respond) {
    const { keyPem: key, certificate } = tls
    const cert = `-----BEGIN CERTIFICATE-----\n${Buffer.from(certificate.bytes).toString('base64')}\n-----END CERTIFICATE-----\n`
    this.#server = createServer({ key, cert }, (incoming, outgoing) => {
      this.#handle(incoming, outgoing, respond).catch(() => {
        // A careless server: what it did not think of is an error of its own.
        if (!outgoing.headersSent) outgoing.writeHead(500)
        outgoing.end()
      })
    })
    this.#server.on('secureConnection', () => this.connections++)
  }

  static async start(tls: Holder, respond: Respond): Promise<ScriptedServer> {
    const server = new ScriptedServer(tls, respond)
    await once(server.#server.listen(0, '127.0.0.1'), 'listening')
    return server
  }

  get url(): string {
    const address = this.#server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    return `https://127.0.0.1:${port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  async #handle(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    respond: Respond,
  ): Promise<void> {
    const chunks: Uint8Array[] = []
    for await (const chunk of incoming.iterator()) {
      if (chunk instanceof Uint8Array) chunks.push(chunk)
    }
    const request = {
      method: incoming.method ?? '',
      target: incoming.url ?? '',
      headers: incoming.headers,
      body: Buffer.concat(chunks),
    }
    this.received.push(request)
    const answer = await respond(request)
    if (answer === undefined) return
    if (answer === 'drop') {
      incoming.socket.destroy()
      return
    }
    const { status = 200, type = 'text/plain', location, body = '' } = answer
    const headers = location === undefined ? {} : { location }
    outgoing.writeHead(status, { 'content-type': type, ...headers }).end(body)
  }
}
