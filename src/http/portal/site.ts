import type { FastifyInstance } from 'fastify'
import { ServiceError } from '../../errors.ts'
import type { EnrollmentService, Outlook } from '../../service/enrollment/index.ts'
import {
  FAVICON,
  FAVICON_PATH,
  SCRIPT,
  SCRIPT_PATH,
  STYLESHEET,
  STYLESHEET_PATH,
  welcomePage,
} from '../page/index.ts'
import { answerInTheirLanguage } from '../portal-failure.ts'
import { sendPage, textsOf } from '../speech.ts'
import { viewerOf } from './viewer.ts'

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
  (site: Site, enrollment: EnrollmentService) =>
  async (server: FastifyInstance): Promise<void> => {
    answerInTheirLanguage(server, site.organization, ({ frame }) => ({
      href: '/',
      label: frame.toStart,
    }))
    server.setNotFoundHandler(async () => {
      throw new ServiceError('not_found', 'not_found', 'there is nothing at this address')
    })
    server.get('/', async (request, reply) => {
      const page = welcomePage({
        ...site,
        texts: textsOf(request),
        caPath: '/CA',
        enrollPath: '/enroll',
        address: `${site.publicUrl}/`,
        viewer: viewerOf(request),
        outlook: await findOutlook(enrollment),
      })
      return await sendPage(reply, page)
    })
    server.get('/CA', async (_request, reply) =>
      reply.type('application/x-x509-ca-cert').send(site.rootCertificate),
    )
    const asset = (path: string, type: string, content: string): void => {
      server.get(path, async (_request, reply) =>
        reply
          .header('cache-control', 'public, max-age=31536000, immutable')
          .type(type)
          .send(content),
      )
    }
    asset(STYLESHEET_PATH, 'text/css', STYLESHEET)
    asset(SCRIPT_PATH, 'text/javascript', SCRIPT)
    server.get(FAVICON_PATH, async (_request, reply) =>
      reply.header('cache-control', 'public, max-age=86400').type('image/svg+xml').send(FAVICON),
    )
  }

/** The first page is there even while the template of the final profile cannot be read. */
const findOutlook = async (enrollment: EnrollmentService): Promise<Outlook | undefined> => {
  try {
    return await enrollment.outlook()
  } catch (error) {
    if (error instanceof ServiceError && error.kind === 'unavailable') return undefined
    throw error
  }
}
