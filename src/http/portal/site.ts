import type { FastifyInstance } from 'fastify'
import { ServiceError } from '../../errors.ts'
import { answerWithPages } from '../failure-page.ts'
import { FAVICON, FAVICON_PATH, STYLESHEET, STYLESHEET_PATH, welcomePage } from '../page/index.ts'

/** What the pages say about the server. */
export interface Site {
  readonly organization: string
  readonly publicUrl: string
  /** DER. */
  readonly rootCertificate: Uint8Array
  /** SHA-256 of it, hexadecimal. */
  readonly rootFingerprint: string
  /** Whether the server's TLS certificate is of its own CA, which nobody trusts by itself. */
  readonly privateRoot: boolean
}

/** `GET /` and `GET /CA`, what the pages load, and a page for whoever is lost. */
export const siteRoutes =
  (site: Site) =>
  async (server: FastifyInstance): Promise<void> => {
    answerWithPages(server, site.organization, { href: '/', label: 'Go to the start' })
    server.setNotFoundHandler(async () => {
      throw new ServiceError('not_found', 'not_found', 'there is nothing at this address')
    })
    const welcome = welcomePage({ ...site, caPath: '/CA', enrollPath: '/enroll' })
    server.get('/', async (_request, reply) => await reply.type('text/html').send(welcome))
    server.get('/CA', async (_request, reply) =>
      reply.type('application/x-x509-ca-cert').send(site.rootCertificate),
    )
    server.get(STYLESHEET_PATH, async (_request, reply) =>
      reply
        .header('cache-control', 'public, max-age=31536000, immutable')
        .type('text/css')
        .send(STYLESHEET),
    )
    server.get(FAVICON_PATH, async (_request, reply) =>
      reply.header('cache-control', 'public, max-age=86400').type('image/svg+xml').send(FAVICON),
    )
  }
