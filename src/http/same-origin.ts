import type { FastifyRequest } from 'fastify'
import { ServiceError } from '../errors.ts'

/**
 * Refuses a request that is not known to come from a page of ours: what a browser sends along by itself, such as
 * a cookie, must not be enough to change something.
 * @throws ServiceError forbidden `foreign_origin`
 */
export const requireSameOrigin = (request: FastifyRequest, publicUrl: string): void => {
  if (originProof(request, publicUrl) !== 'same') throw foreign()
}

/** Refuses a request of a page elsewhere; clients that are no browsers do not say. @throws as above */
export const refuseForeignOrigin = (request: FastifyRequest, publicUrl: string): void => {
  if (originProof(request, publicUrl) === 'foreign') throw foreign()
}

const foreign = (): ServiceError =>
  new ServiceError('forbidden', 'foreign_origin', 'the request is of another site')

/** What the browser says of the page that sent a request; `none`: no page did. */
const originProof = (
  { headers }: FastifyRequest,
  publicUrl: string,
): 'same' | 'foreign' | 'none' => {
  const { origin } = headers
  const site = headers['sec-fetch-site']
  if (site === 'none') return 'none'
  if (site !== undefined) return site === 'same-origin' ? 'same' : 'foreign'
  if (origin !== undefined) return origin === new URL(publicUrl).origin ? 'same' : 'foreign'
  return 'none'
}
