import { lookup } from 'node:dns/promises'
import type { IncomingMessage } from 'node:http'
import { request as startRequest } from 'node:https'
import { isIP, type LookupFunction, type Socket } from 'node:net'
import { getCACertificates, type TLSSocket } from 'node:tls'
import { ServiceError } from '../../errors.ts'
import { type AddressRule, createAddressRule, type Exceptions } from './address.ts'
import { openSocket, secureSocket } from './socket.ts'

interface Address {
  readonly address: string
  readonly family: number
}

export interface OutboundOptions {
  readonly allow: Exceptions
  /** Roots that servers may chain to beside the well-known ones, PEM. */
  readonly ca?: string | undefined
  /** All addresses of a name. */
  readonly resolve?: (host: string) => Promise<readonly Address[]>
}

interface OutboundRequest {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  /** Ends it, whatever it waits for. */
  readonly signal: AbortSignal
  /** Answers by which the server excuses itself, 429 and 5xx, are answers too. */
  readonly readsExcuses?: boolean
}

/** A server by its name or address, IPv6 without brackets. */
interface SocketTarget {
  readonly host: string
  readonly port: number
  /** Ends the attempt, whatever it waits for; not the connection afterwards. */
  readonly signal: AbortSignal
}

/** TLS with a server that is called so. */
interface TlsTarget extends Pick<SocketTarget, 'host' | 'signal'> {
  /** Roots that it may chain to instead of all others, PEM. */
  readonly ca?: string | undefined
}

/**
 * The one way out: every request of the server to an address that is configured, or that another server named. HTTPS
 * only; connects to the very addresses that it looked at; follows no redirect; answers have an end.
 */
export interface Outbound {
  /** @throws ServiceError unavailable `outbound_…` */
  fetch(url: string, request: OutboundRequest): Promise<Response>
  /** A connection for another protocol than HTTP. @throws as `fetch` */
  connect(target: SocketTarget): Promise<Socket>
  /** TLS on such a connection, which is destroyed where that fails. @throws as `fetch` */
  secure(socket: Socket, target: TlsTarget): Promise<TLSSocket>
}

/** Bytes. */
const MOST = 256 * 1024

export const createOutbound = ({
  allow,
  ca,
  resolve = (host) => lookup(host, { all: true }),
}: OutboundOptions): Outbound => {
  const rule = createAddressRule(allow)
  const roots = ca === undefined ? undefined : [...getCACertificates('default'), ca]
  const locate = async (host: string, signal: AbortSignal): Promise<readonly Address[]> => {
    const found = isIP(host)
      ? [{ address: host, family: isIP(host) }]
      : await beforeAbort(signal, resolve(host)).catch(failWith(signal))
    return requireAllowed(found, host, rule)
  }
  return {
    async connect(target) {
      const addresses = await locate(target.host, target.signal)
      return await openSocket(target, givingOnly(addresses)).catch(failWith(target.signal))
    },
    secure: (socket, { ca: own, ...target }) =>
      secureSocket(socket, { ...target, ca: own === undefined ? roots : [own] }).catch((cause) =>
        failWith(target.signal)(
          target.signal.aborted ? cause : refusal('outbound_tls', NO_TLS, cause),
        ),
      ),
    async fetch(url, request) {
      const target = parseTarget(url)
      const host = target.hostname.replace(/^\[(.*)\]$/, '$1')
      const addresses = await locate(host, request.signal)
      return await exchange(target, request, { ca: roots, lookup: givingOnly(addresses) }).catch(
        failWith(request.signal),
      )
    },
  }
}

const refusal = (code: string, detail: string, cause?: unknown): ServiceError =>
  new ServiceError('unavailable', code, detail, { cause })

const NO_TLS = 'the server did no TLS, or did not prove its name'

const parseTarget = (text: string): URL => {
  const url = URL.parse(text)
  if (url === null || url.protocol !== 'https:' || url.username || url.password) {
    throw refusal('outbound_url', 'only https URLs without a name and password are asked for')
  }
  return url
}

// All of them: of a name that is partly ours somebody else chooses which part answers.
const requireAllowed = (
  addresses: readonly Address[],
  host: string,
  rule: AddressRule,
): readonly Address[] => {
  if (addresses.length === 0 || !addresses.every(({ address }) => rule(host, address))) {
    const detail = 'the address is not a public one, nor in outbound.allow'
    throw refusal('outbound_address', detail)
  }
  return addresses
}

// What is connected to is what was looked at: the name is not resolved again.
const givingOnly =
  (addresses: readonly Address[]): LookupFunction =>
  (_host, { all }, done) => {
    const [first] = addresses
    if (all) done(null, [...addresses])
    else done(null, first?.address ?? '', first?.family)
  }

const beforeAbort = async <T>(signal: AbortSignal, work: Promise<T>): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort)
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

const exchange = async (
  url: URL,
  { method, headers, body, signal, readsExcuses = false }: OutboundRequest,
  connection: { readonly ca: string[] | undefined; readonly lookup: LookupFunction },
): Promise<Response> => {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const outgoing = startRequest(url, { method, headers, signal, agent: false, ...connection })
  outgoing.on('response', resolve).on('error', reject)
  outgoing.end(body)
  try {
    const incoming = await promise
    return toResponse(incoming, await readAll(incoming, readsExcuses))
  } finally {
    outgoing.destroy()
  }
}

const readAll = async (incoming: IncomingMessage, readsExcuses: boolean): Promise<Uint8Array> => {
  const status = incoming.statusCode ?? 0
  if (status >= 300 && status < 400) {
    throw refusal('outbound_redirect', 'the answer is a redirect, and none is followed')
  }
  if (!readsExcuses && (status >= 500 || status === 429)) {
    throw refusal('outbound_status', `the answer has the status ${status}`)
  }
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of incoming) {
    if (!(chunk instanceof Uint8Array)) throw new Error('the answer is not read as bytes')
    length += chunk.length
    if (length > MOST) throw refusal('outbound_size', 'the answer is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const PASSED_ON = ['content-type', 'location', 'replay-nonce', 'retry-after'] as const

// 204 and the like have no body, and a Response insists.
const toResponse = ({ statusCode = 0, headers }: IncomingMessage, body: Uint8Array): Response =>
  new Response(body.length === 0 ? null : Buffer.from(body), {
    status: statusCode,
    headers: PASSED_ON.flatMap((name): [string, string][] => {
      const value = headers[name]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  })

const failWith =
  (signal: AbortSignal) =>
  (cause: unknown): never => {
    if (cause instanceof ServiceError) throw cause
    if (signal.aborted) throw refusal('outbound_timeout', 'the answer took too long', cause)
    throw refusal('outbound_failed', 'there was no answer', cause)
  }
