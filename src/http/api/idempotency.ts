import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'
import type { ClaimedRequest, KeyedAnswer, Once } from '../../service/idempotency/index.ts'
import { bodyOf } from '../request.ts'

/** Visible characters, or a string of RFC 9651 of them. */
const KEY = /^[\x21-\x7e]{1,255}$/
const KEPT_HEADERS = ['content-type', 'location', 'etag'] as const

/** Does a POST with an `Idempotency-Key` once: whoever sends it again gets the same answer. */
export const doKeyedOnce = (server: FastifyInstance, once: Once): void => {
  server.decorateRequest('claimed', undefined)
  // Callbacks: requests without a key are not to wait for a promise.
  server.addHook('preHandler', (request, reply, done) => {
    const key = request.headers['idempotency-key']
    if (key === undefined || request.method !== 'POST') return done()
    begin(once, request, String(key)).then((begun) => {
      if ('status' in begun) return answerAgain(reply, begun)
      request.claimed = begun
      done()
    }, done)
  })
  server.addHook('onSend', (request, reply, payload, done) => {
    const { claimed } = request
    if (claimed === undefined) return done(null, payload)
    request.claimed = undefined
    settle(claimed, reply, payload)
      // What was done is answered; asked again, nobody knows.
      .catch((error: unknown) => request.log.error({ err: error }, 'an answer was not kept'))
      .finally(() => done(null, payload))
  })
}

const begin = async (
  once: Once,
  request: FastifyRequest,
  key: string,
): Promise<ClaimedRequest | KeyedAnswer> => {
  if (!KEY.test(key)) {
    const detail = 'an Idempotency-Key has 1 to 255 visible characters'
    throw new ServiceError('invalid', 'idempotency_key', detail)
  }
  const { caller, method, url } = request
  if (caller === undefined) throw new ServiceError('not_found', 'route_unknown', 'no such resource')
  const head = Buffer.from(`${method} ${url}\n`)
  return await once.begin({
    by: caller.name,
    key,
    request: Buffer.concat([head, bodyOf(request)]),
  })
}

const answerAgain = (reply: FastifyReply, { status, headers, body }: KeyedAnswer): void => {
  void reply.code(status).headers(headers).header('idempotency-replayed', 'true').send(body)
}

const settle = async (
  claimed: ClaimedRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<void> => {
  const { statusCode: status } = reply
  if (status < 300) {
    const headers = Object.fromEntries(
      KEPT_HEADERS.flatMap((name) => {
        const value = reply.getHeader(name)
        return value === undefined ? [] : [[name, String(value)]]
      }),
    )
    await claimed.done({ status, headers, body: typeof payload === 'string' ? payload : '' })
  } else if (status < 500) {
    await claimed.refused()
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The right to do a request that has an `Idempotency-Key`. */
    claimed: ClaimedRequest | undefined
  }
}
