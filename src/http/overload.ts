import { randomInt } from 'node:crypto'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { HttpMeter } from '../service/metrics/index.ts'
import { Admission, type AdmissionLimits } from './admission.ts'
import { formatProblem, isOfApi, PROBLEM_TYPE } from './problem.ts'
import { Turns } from './turn.ts'

/** Twice as many as come for each message at ten times the load, so that those who wait already are reached. */
const ARRIVALS_PER_MESSAGE = 20
const REPORT_EVERY_MS = 10_000
/** Seconds, at random between both: those that are refused together do not come back together. */
const RETRY_AFTER = { least: 2, most: 10 } as const
/** The code of a refusal. */
export const OVERLOADED = 'overloaded'
const DETAIL = 'too much to do at the moment, try again later'
const TEXT = { type: 'text/plain; charset=utf-8', body: `${OVERLOADED}: ${DETAIL}\n` }
const PROBLEM = {
  type: PROBLEM_TYPE,
  body: formatProblem({ status: 503, code: OVERLOADED, detail: DETAIL }),
}

/** What answers are written to, whatever the version of HTTP. */
interface Response {
  writeHead(status: number, headers: Readonly<Record<string, string | number>>): unknown
  end(body: string): unknown
}

/** Keeps a listener from taking on more than it can do in time. */
export interface OverloadGuard {
  /** Refuses before anything else is done with a request, its body unread, or passes it on. */
  guard<Message extends { readonly url?: string | undefined }, Reply extends Response>(
    handle: (request: Message, response: Reply) => void,
  ): (request: Message, response: Reply) => void
  /** Lets a request into its route when it is its turn; it has come whole, so nobody waits for a slow sender. */
  install(server: FastifyInstance): void
}

interface OverloadOptions {
  readonly limits: AdmissionLimits
  readonly transport: 'plain' | 'tls'
  readonly logger: FastifyBaseLogger
  readonly meter: HttpMeter | undefined
}

/** Refusals are not logged one by one: one line tells how many there were in ten seconds. */
export const createOverloadGuard = (options: OverloadOptions): OverloadGuard => {
  const { limits, transport, logger, meter } = options
  const admission = new Admission(limits)
  const turns = new Turns(ARRIVALS_PER_MESSAGE)
  const report = createReport(logger)
  const refuse = (response: Response, url: string | undefined): void => {
    const { type, body } = isOfApi(url) ? PROBLEM : TEXT
    report.count()
    meter?.requestShed()
    response.writeHead(503, {
      'retry-after': randomInt(RETRY_AFTER.least, RETRY_AFTER.most + 1),
      'cache-control': 'no-store',
      'content-type': type,
      'content-length': body.length,
    })
    response.end(body)
  }
  return {
    guard: (handle) => (request, response) => {
      if (admission.isFull()) refuse(response, request.url)
      else handle(request, response)
    },
    install: (server) => {
      // A TLS handshake costs as much as a message: there the ones in front are done first.
      if (transport === 'plain') server.server.on('connection', () => turns.arrive())
      server.decorateRequest('isInWork', false)
      server.addHook('preHandler', (request, reply, done) => {
        const isAdmitted = admission.enter(() => {
          request.isInWork = true
          turns.begin(done)
        })
        if (isAdmitted) return
        request.outcome = OVERLOADED
        reply.hijack()
        refuse(reply.raw, request.url)
      })
      // Not when the answer has arrived: a client that does not read would hold its place for ever.
      server.addHook('onSend', (request, _reply, payload, done) => {
        if (request.isInWork) {
          request.isInWork = false
          admission.leave()
        }
        done(null, payload)
      })
      server.addHook('onClose', async () => report.end())
    },
  }
}

const createReport = (logger: FastifyBaseLogger) => {
  let refused = 0
  let timer: NodeJS.Timeout | undefined
  const end = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (refused > 0)
      logger.warn({ event: 'overload', refused }, 'overloaded: requests were refused')
    refused = 0
  }
  const count = (): void => {
    refused++
    timer ??= setTimeout(end, REPORT_EVERY_MS).unref()
  }
  return { count, end }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether it has a place among those in work. */
    isInWork: boolean
  }
}
