import http from 'node:http'
import http2 from 'node:http2'
import { type SecureContextOptions, Server as TlsServer } from 'node:tls'

/** GET requests of SCEP carry a whole message in their query. */
const MAX_HEADER_SIZE = 65_536
/** Of one HTTP/2 connection. Without a limit one connection could hold any number of bodies. */
const MAX_STREAMS = 100

export interface TlsCertificate {
  /** PEM, with its chain. */
  readonly certificate: string
  /** PEM. */
  readonly privateKey: string
}

/** Milliseconds after which a connection is closed. */
export interface Patience {
  /** Between two requests. */
  readonly idle: number
  /** From the first byte to the end of the headers; and for the TLS handshake. */
  readonly headers: number
  /** From the first byte to the end of the body. */
  readonly request: number
}

export const PATIENCE: Patience = { idle: 60_000, headers: 15_000, request: 60_000 }

type Transport = http.Server | http2.Http2SecureServer

/** What is done with each request. */
export type Handle = (
  request: http.IncomingMessage | http2.Http2ServerRequest,
  response: http.ServerResponse | http2.Http2ServerResponse,
) => void

interface TransportOptions {
  /** Undefined: plain HTTP/1.1. With it, HTTP/2 as well. */
  readonly tls: TlsCertificate | undefined
  readonly patience: Patience
}

/** The server below the routes: who may take how long, and send headers of which size. */
export const createTransport = (handle: Handle, { tls, patience }: TransportOptions): Transport => {
  const options = {
    maxHeaderSize: MAX_HEADER_SIZE,
    keepAliveTimeout: patience.idle,
    headersTimeout: patience.headers,
    requestTimeout: patience.request,
    // Node looks for those whose time is up now and then, by default every 30 seconds.
    connectionsCheckingInterval: Math.ceil(patience.headers / 15),
  }
  if (tls === undefined) return http.createServer(options, handle)
  const server = http2.createSecureServer(
    {
      ...options,
      allowHTTP1: true,
      ...secureContext(tls),
      handshakeTimeout: patience.headers,
      settings: { maxHeaderListSize: MAX_HEADER_SIZE, maxConcurrentStreams: MAX_STREAMS },
    },
    handle,
  )
  limitSessions(server, patience)
  return server
}

const secureContext = ({ certificate, privateKey }: TlsCertificate): SecureContextOptions => ({
  key: privateKey,
  cert: certificate,
  minVersion: 'TLSv1.2',
})

/** Shows another certificate to everybody who connects from here on; connections that are open stay as they are. */
export const replaceCertificate = (server: http.Server, tls: TlsCertificate): void => {
  if (server instanceof TlsServer) server.setSecureContext(secureContext(tls))
}

/** The same patience for HTTP/2, of which Node's own limits of time know nothing. */
const limitSessions = (server: http2.Http2SecureServer, patience: Patience): void => {
  server.on('session', (session) => {
    session.setTimeout(patience.idle, () => session.destroy())
  })
  server.on('stream', (stream: http2.ServerHttp2Stream) => {
    // Whole already. Nobody may read that it has ended, and its answer may be a stream of events.
    if (stream.endAfterHeaders) return
    const timer = setTimeout(
      () => stream.close(http2.constants.NGHTTP2_CANCEL),
      patience.request,
    ).unref()
    const stop = (): void => clearTimeout(timer)
    stream.once('end', stop).once('close', stop)
  })
}
