import { X509Certificate } from 'node:crypto'
import http, { type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import { assertConforms } from './api/conform.ts'
import type { TestServer } from './harness.ts'

/** A server as whoever sends messages to it knows it. */
export type Reachable = Pick<TestServer, 'url' | 'roots'>

export interface RequestOptions {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: Uint8Array | string
  readonly http2?: boolean
  /** The address to come from, where it is not 127.0.0.1; over HTTP/1.1 only. */
  readonly localAddress?: string
  /** Gives up, over HTTP/1.1 only. */
  readonly signal?: AbortSignal
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/**
 * One exchange on a connection of its own, over TLS to the server's root; no header that is not asked for. What the
 * API answers must be as its document says.
 */
export const request = async (
  { url, roots }: Reachable,
  path: string,
  options: RequestOptions = {},
): Promise<Answer> => {
  const target = new URL(path, url)
  const ca = roots.map(({ bytes }) => new X509Certificate(bytes).toString())
  const answer = options.http2
    ? await overHttp2(target, ca, options)
    : await overHttp1(target, ca, options)
  assertConforms(options.method ?? 'GET', path, answer)
  return answer
}

const overHttp1 = async (
  url: URL,
  ca: readonly string[],
  { method = 'GET', headers = {}, body, localAddress, signal }: RequestOptions,
): Promise<Answer> => {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>()
  const settings = { method, headers, localAddress, signal, agent: false }
  const outgoing =
    url.protocol === 'http:'
      ? http.request(url, settings, resolve)
      : https.request(url, { ...settings, ca: [...ca] }, resolve)
  outgoing.on('error', reject)
  outgoing.end(body)
  const response = await promise
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: Buffer.concat(await response.toArray()),
  }
}

const overHttp2 = async (
  url: URL,
  ca: readonly string[],
  { method = 'GET', headers = {}, body }: RequestOptions,
): Promise<Answer> => {
  const session = http2.connect(url.origin, { ca: [...ca] })
  const { promise, resolve, reject } = Promise.withResolvers<
    http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader
  >()
  session.on('error', reject)
  try {
    const stream = session.request({
      ...headers,
      ':method': method,
      ':path': url.pathname + url.search,
    })
    stream.on('response', resolve).on('error', reject)
    stream.end(body)
    const answered = await promise
    const chunks: Buffer[] = await stream.toArray()
    return { status: answered[':status'] ?? 0, headers: answered, body: Buffer.concat(chunks) }
  } finally {
    session.close()
  }
}
