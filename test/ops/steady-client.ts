import { X509Certificate } from 'node:crypto'
import type http from 'node:http'
import http2, { type ClientHttp2Session } from 'node:http2'
import https from 'node:https'
import type { Certificate } from '../../src/protocol/x509/index.ts'

/** What became of a request: an answer; or it was never sent, since nobody let it in; or it was sent and lost. */
export type Outcome =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'unsent' }
  | { readonly kind: 'lost'; readonly why: string }

export interface Message {
  readonly path: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Somebody who keeps a connection as long as the server does, and opens another when it is gone. */
export interface SteadyClient extends Disposable {
  readonly name: string
  send(message: Message): Promise<Outcome>
}

const pem = (roots: readonly Certificate[]): string[] =>
  roots.map(({ bytes }) => new X509Certificate(bytes).toString())

/** HTTP/1.1 over TLS, one connection for all requests or one for each. */
export const createHttp1Client = (
  origin: string,
  roots: readonly Certificate[],
  keepAlive: boolean,
): SteadyClient => {
  const agent = new https.Agent({ keepAlive, maxSockets: 1, ca: pem(roots) })
  return {
    name: keepAlive ? 'HTTP/1.1' : 'HTTP/1.1, a connection for each request',
    send: ({ path, method = 'GET', headers = {}, body }) => {
      const { promise, resolve } = Promise.withResolvers<Outcome>()
      const request = https.request(new URL(path, origin), { method, headers, agent })
      let isConnected = false
      const lose = ({ message }: Error): void =>
        resolve(isConnected ? { kind: 'lost', why: message } : { kind: 'unsent' })
      request.on('socket', (socket) => {
        isConnected = request.reusedSocket
        if (isConnected) return
        socket.once('secureConnect', () => {
          isConnected = true
        })
      })
      request.on('response', (response: http.IncomingMessage) => {
        response.on('error', lose)
        response.on('end', () => resolve({ kind: 'answered', status: response.statusCode ?? 0 }))
        response.resume()
      })
      request.on('error', lose)
      request.on('close', () => lose(new Error('closed')))
      request.end(body)
      return promise
    },
    [Symbol.dispose]: () => agent.destroy(),
  }
}

/** HTTP/2: one session for all requests. */
export const createHttp2Client = (origin: string, roots: readonly Certificate[]): SteadyClient => {
  let session: ClientHttp2Session | undefined
  const connect = async (): Promise<ClientHttp2Session | undefined> => {
    if (session !== undefined && !session.closed && !session.destroyed) return session
    const { promise, resolve } = Promise.withResolvers<ClientHttp2Session | undefined>()
    const next = http2.connect(origin, { ca: pem(roots) })
    next.on('error', () => resolve(undefined))
    next.once('close', () => resolve(undefined))
    next.once('connect', () => resolve(next))
    session = await promise
    return session
  }
  return {
    name: 'HTTP/2',
    async send({ path, method = 'GET', headers = {}, body }) {
      const open = await connect()
      // GOAWAY may have come with the answer before: then nothing more can be sent.
      if (open === undefined || open.closed || open.destroyed) return { kind: 'unsent' }
      const { promise, resolve } = Promise.withResolvers<Outcome>()
      const stream = open.request({ ...headers, ':method': method, ':path': path })
      let status = 0
      stream.on('response', (answer) => {
        status = answer[':status'] ?? 0
      })
      stream.on('error', ({ message }) => resolve({ kind: 'lost', why: message }))
      stream.on('close', () =>
        resolve(status === 0 ? { kind: 'lost', why: 'closed' } : { kind: 'answered', status }),
      )
      stream.resume()
      stream.end(body)
      return await promise
    },
    [Symbol.dispose]: () => session?.destroy(),
  }
}
