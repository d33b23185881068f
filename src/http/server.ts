import { randomUUID } from 'node:crypto'
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import type { HttpMeter } from '../service/metrics/index.ts'
import type { AdmissionLimits } from './admission.ts'
import { identifyClients, type ProxySettings } from './client.ts'
import { drain } from './drain.ts'
import { toFailure } from './failure.ts'
import { createOverloadGuard, OVERLOADED } from './overload.ts'
import { refuse } from './problem.ts'
import { traceIdOf } from './trace.ts'
import { createTransport, type Handle, PATIENCE, type TlsCertificate } from './transport.ts'

/** What a device may send (SCEP, profile service). */
const MESSAGE_LIMIT = 256 * 1024
/** What requests under way have to finish when the server stops; process managers kill after 30 s or later. */
const DRAIN_MS = 20_000

export interface ServerOptions {
  readonly logger: FastifyBaseLogger
  /** Undefined: plain HTTP. */
  readonly tls?: TlsCertificate | undefined
  /** Undefined: everything is worked on, whatever else there is to do. */
  readonly limits?: AdmissionLimits | undefined
  /** Undefined: there are no proxies, and nobody speaks for others. */
  readonly proxy?: ProxySettings | undefined
  /** Undefined: nobody counts. */
  readonly meter?: HttpMeter | undefined
}

/** Requests are read by schemas of our own: Fastify need not load two compilers for schemas of its kind. */
const refuseSchema = (): never => {
  throw new Error('no route has a schema of Fastify')
}

/** A listener without routes: limits, one log line per request, bodies as bytes. */
export const createServer = (options: ServerOptions): FastifyInstance => {
  const { logger, tls, limits, proxy, meter } = options
  const transport = tls === undefined ? 'plain' : 'tls'
  const overload = limits && createOverloadGuard({ limits, transport, logger, meter })
  // `object`: Fastify gives each kind of server a type of its own, and nothing here depends on which it is.
  const below: object = {
    serverFactory: (handle: Handle) =>
      createTransport(overload?.guard(handle) ?? handle, { tls, patience: PATIENCE }),
  }
  const server = fastify({
    loggerInstance: logger,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    childLoggerFactory: (parent, bindings, loggerOptions, { headers }) => {
      const traceId = traceIdOf(headers['traceparent'])
      const whole = traceId === undefined ? bindings : { ...bindings, trace_id: traceId }
      return parent.child(whole, loggerOptions)
    },
    genReqId: () => randomUUID(),
    frameworkErrors: async (error, request, reply) => {
      const failure = toFailure(error, request)
      const { status, code } = failure
      // No hook sees it.
      request.log.info({ event: 'request', method: request.method, route: 'unknown', status, code })
      await refuse(request, reply, failure)
    },
    bodyLimit: MESSAGE_LIMIT,
    forceCloseConnections: 'idle',
    // What was sent before the listener closed is answered.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 512 },
    schemaController: {
      compilersFactory: { buildValidator: refuseSchema, buildSerializer: refuseSchema },
    },
    ...below,
  })
  drain(server, DRAIN_MS)
  identifyClients(server, proxy)
  acceptBytes(server)
  logEachRequest(server)
  if (meter !== undefined) countEachRequest(server, meter)
  overload?.install(server)
  return server
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
      const detail = 'compressed bodies are not accepted'
      await refuse(request, reply, { status: 415, code: 'encoding_unsupported', detail })
    }
  })
}

const logEachRequest = (server: FastifyInstance): void => {
  server.decorateRequest('outcome', undefined)
  server.addHook('onResponse', async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.outcome === OVERLOADED) return
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

const countEachRequest = (server: FastifyInstance, meter: HttpMeter): void => {
  server.addHook('onResponse', async (request, reply) => {
    meter.requestAnswered({
      route: request.routeOptions.url ?? 'unknown',
      method: request.method,
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    })
  })
}
