import { randomUUID } from 'node:crypto'
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { drainHttp2 } from './drain.ts'

/** GET requests of SCEP carry a whole message in their query. */
const MAX_HEADER_SIZE = 65_536
const KEEP_ALIVE_MS = 60_000
const HEADERS_MS = 15_000
const REQUEST_MS = 60_000
/** What a device may send (SCEP, profile service). */
const MESSAGE_LIMIT = 256 * 1024

export interface TlsCertificate {
  /** PEM, with its chain. */
  readonly certificate: string
  /** PEM. */
  readonly privateKey: string
}

export interface ServerOptions {
  readonly logger: FastifyBaseLogger
  /** Undefined: plain HTTP. */
  readonly tls?: TlsCertificate
}

/** A listener without routes: limits, one log line per request, bodies as bytes. */
export const createServer = ({ logger, tls }: ServerOptions): FastifyInstance => {
  const server = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: MESSAGE_LIMIT,
    // Once more in `transport`: Fastify sets these on its plain servers only, and there in place of others.
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_MS,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 512 },
    ...transport(tls),
  })
  if (tls !== undefined) drainHttp2(server)
  acceptBytes(server)
  logEachRequest(server)
  return server
}

// HTTP/1.1, and over TLS HTTP/2 too. `object`: Fastify gives each kind of server a type of its own, and
// nothing here depends on which it is.
const transport = (tls: TlsCertificate | undefined): object => {
  const http = {
    maxHeaderSize: MAX_HEADER_SIZE,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
  }
  if (tls === undefined) return { http }
  const https = {
    ...http,
    allowHTTP1: true,
    key: tls.privateKey,
    cert: tls.certificate,
    minVersion: 'TLSv1.2',
    settings: { maxHeaderListSize: MAX_HEADER_SIZE },
  }
  return { http2: true, https }
}

/** No parser guesses by content type: clients send wrong ones, or none. Compressed bodies are refused. */
const acceptBytes = (server: FastifyInstance): void => {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body)
  })
  server.addHook('onRequest', async (request, reply) => {
    const encoding = request.headers['content-encoding']
    if (encoding !== undefined && encoding !== 'identity') {
      await reply.code(415).send('compressed bodies are not accepted')
    }
  })
}

const logEachRequest = (server: FastifyInstance): void => {
  server.decorateRequest('outcome', undefined)
  server.decorateRequest('remoteAddress', undefined)
  server.addHook('onRequest', async (request) => {
    // A stream of HTTP/2 does not know it any more once it has ended.
    request.remoteAddress = request.socket.remoteAddress
  })
  server.addHook('onResponse', async (request: FastifyRequest, reply: FastifyReply) => {
    request.log.info({
      event: 'request',
      method: request.method,
      // The pattern, not the path: paths can carry secrets.
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      code: request.outcome,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      remoteAddress: request.remoteAddress,
    })
  })
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Of the connection, as it was when the request came. */
    remoteAddress: string | undefined
  }
}
