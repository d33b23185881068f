import type { X509Certificate } from 'node:crypto'
import http, { type IncomingHttpHeaders } from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import { TLSSocket } from 'node:tls'

/** Where a request goes, whatever its URL says. */
export interface ProbeTarget {
  /** What is asked for; its host is the one that is expected there. */
  readonly url: URL
  /** Where to connect to, if not there. */
  readonly via?: { readonly host: string; readonly port: number; readonly isPlain: boolean }
  readonly headers?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** An answer, and the certificates that came with it, trusted or not. */
export interface ProbeAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** The server's first, as they were sent; none over plain HTTP. */
  readonly chain: readonly X509Certificate[]
}

const TIMEOUT_MS = 10_000
const MAX_BODY = 1_000_000

/** One GET that trusts anybody: it is for looking at what is there, and sends nothing secret. */
export const probe = async ({ url, via, headers, signal }: ProbeTarget): Promise<ProbeAnswer> => {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>()
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const settings = {
    host: via?.host ?? host,
    port: via?.port ?? (url.port === '' ? 443 : Number(url.port)),
    path: url.pathname + url.search,
    headers: { host: url.host, ...headers },
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    agent: false as const,
    maxHeaderSize: 65_536,
  }
  const secure = { rejectUnauthorized: false, servername: isIP(host) === 0 ? host : '' }
  const outgoing = via?.isPlain
    ? http.request(settings, resolve)
    : https.request({ ...settings, ...secure }, resolve)
  outgoing.on('error', reject)
  outgoing.end()
  const response = await promise
  const chain = response.socket instanceof TLSSocket ? chainOf(response.socket) : []
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: await readBody(response),
    chain,
  }
}

const readBody = async (response: http.IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > MAX_BODY) throw new Error(`the answer is longer than ${MAX_BODY} bytes`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

const chainOf = (socket: TLSSocket): readonly X509Certificate[] => {
  const chain: X509Certificate[] = []
  let each = socket.getPeerX509Certificate()
  // A root is its own issuer.
  while (each !== undefined && !chain.some(({ raw }) => each?.raw.equals(raw))) {
    chain.push(each)
    each = each.issuerCertificate
  }
  return chain
}
