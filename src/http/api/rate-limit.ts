import type { FastifyInstance } from 'fastify'
import { ServiceError } from '../../errors.ts'
import type { Allowance, RequestLimit } from '../../service/limit/index.ts'

/**
 * Refuses requests of a session or token that has made too many, and says in every answer how many are left
 * (draft-ietf-httpapi-ratelimit-headers-10). Whoever comes through the socket of the data directory is free.
 */
export const limitRequests = (server: FastifyInstance, limit: RequestLimit): void => {
  const policy = `"default";q=${limit.perWindow};w=${limit.windowSeconds}`
  // After the guard, before the body.
  server.addHook('preParsing', (request, reply, payload, done) => {
    const key = request.caller?.sessionId ?? request.caller?.tokenId
    if (key === undefined) return done(null, payload)
    const answer = ({ isExceeded, remaining, seconds }: Allowance): void => {
      reply.header('ratelimit-policy', policy)
      reply.header('ratelimit', `"default";r=${remaining};t=${seconds}`)
      done(isExceeded ? exceeded(seconds) : null, payload)
    }
    const taken = limit.take(key)
    // A promise costs as much as all of the rest, and few requests need one.
    if (taken instanceof Promise) void taken.then(answer, (error: Error) => done(error))
    else answer(taken)
  })
}

const exceeded = (retryAfter: number): ServiceError =>
  new ServiceError('rate_limited', 'too_many_requests', 'too many requests; try later', {
    retryAfter,
  })
