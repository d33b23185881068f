import http from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Certificate } from '../protocol/x509/index.ts'
import { formatCertificatePem } from '../protocol/x509/index.ts'
import { refuse, SimError } from './sim-error.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

export interface HttpAnswer {
  readonly status: number
  /** In lower case, without parameters; empty where there is none. */
  readonly mediaType: string
  readonly location: string | undefined
  readonly body: Uint8Array
}

/** Puts the body of a request on the wire and ends it. */
export type WriteBody = (
  outgoing: http.ClientRequest,
  body: Uint8Array | undefined,
) => void | Promise<void>

export interface TransportOptions {
  /** The roots that a server's TLS certificate must lead to. */
  readonly roots: readonly Certificate[]
  /** For one exchange, in milliseconds. */
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

const MAX_BODY = 4 * 1024 * 1024
// What Node says where a connection ends before the answer does.
const LOST = new Set(['ECONNRESET', 'EPIPE'])
// The process of iOS that installs profiles names itself first.
const USER_AGENT = 'profiled/1.0 (windfall simulator)'

/** HTTP as a device speaks it: keep-alive, TLS to given roots, no redirect followed. */
export class Transport implements Disposable {
  readonly #plain = new http.Agent({ keepAlive: true })
  readonly #secure: https.Agent
  readonly #timeoutMs: number
  readonly #signal: AbortSignal | undefined

  constructor({ roots, timeoutMs, signal }: TransportOptions) {
    this.#secure = new https.Agent({ keepAlive: true, ca: roots.map(formatCertificatePem) })
    this.#timeoutMs = timeoutMs
    this.#signal = signal
  }

  /**
   * `write` is for who wants to be slow, or to hang up.
   * @throws SimError `unreachable`, `connection_lost`, `untrusted`, `timed_out`, `response_too_large`; the signal's
   * reason
   */
  async send(request: HttpRequest, write: WriteBody = writeAtOnce): Promise<HttpAnswer> {
    this.#signal?.throwIfAborted()
    const deadline = AbortSignal.timeout(this.#timeoutMs)
    const signal = this.#signal === undefined ? deadline : AbortSignal.any([this.#signal, deadline])
    try {
      const response = await this.#open(request, write, signal)
      const contentType = response.headers['content-type'] ?? ''
      return {
        status: response.statusCode ?? 0,
        mediaType: contentType.replace(/;.*/s, '').trim().toLowerCase(),
        location: response.headers.location,
        body: await readBody(response),
      }
    } catch (cause) {
      this.#signal?.throwIfAborted()
      if (cause instanceof SimError) throw cause
      const { host } = request.url
      if (deadline.aborted) {
        const message = `${host} did not answer within ${this.#timeoutMs} ms`
        throw new SimError('timed-out', 'timed_out', message, { cause })
      }
      const reason = reasonOf(cause)
      const code = LOST.has(reason) ? 'connection_lost' : 'unreachable'
      const message = `${host} cannot be reached (${reason})`
      throw new SimError('unreachable', code, message, { cause })
    }
  }

  [Symbol.dispose](): void {
    this.#plain.destroy()
    this.#secure.destroy()
  }

  #open(
    request: HttpRequest,
    write: WriteBody,
    signal: AbortSignal,
  ): Promise<http.IncomingMessage> {
    const { method, url, body } = request
    const headers = {
      'user-agent': USER_AGENT,
      ...request.headers,
      ...(body === undefined ? {} : { 'content-length': body.length }),
    }
    return new Promise((resolve, reject) => {
      const outgoing =
        url.protocol === 'https:'
          ? https.request(
              url,
              { method, headers, signal, servername: nameForTls(url), agent: this.#secure },
              resolve,
            )
          : http.request(url, { method, headers, signal, agent: this.#plain }, resolve)
      outgoing.on('error', (cause) => reject(asUntrusted(cause, outgoing) ?? cause))
      Promise.resolve(write(outgoing, body)).catch(reject)
    })
  }
}

const writeAtOnce: WriteBody = (outgoing, body) => void outgoing.end(body)

// That of the URL, whatever a Host header says; Node would take the header's. RFC 6066 §3: an address is no name.
const nameForTls = ({ hostname }: URL): string =>
  isIP(hostname.replace(/^\[(.*)\]$/, '$1')) === 0 ? hostname : ''

const readBody = async (response: http.IncomingMessage): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.iterator()) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('a response without encoding is bytes')
    size += chunk.length
    if (size > MAX_BODY) throw refuse('response_too_large', 'the answer is longer than 4 MiB')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

// Node notes on the socket why it does not trust the peer, also where only the host's name is wrong.
const asUntrusted = (cause: Error, { socket, host }: http.ClientRequest): SimError | undefined => {
  const isUntrusted = socket instanceof TLSSocket && Boolean(socket.authorizationError)
  if (!isUntrusted) return undefined
  const message = `the TLS certificate of ${host} is not trusted (${reasonOf(cause)})`
  return new SimError('untrusted', 'untrusted', message, { cause })
}

const reasonOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return 'unknown'
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
}
