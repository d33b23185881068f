import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Config } from '../config/index.ts'
import type { ScepService } from '../service/ca/index.ts'
import { type AcmeOptions, acmeRoutes } from './acme/index.ts'
import { type ApiOptions, apiRoutes } from './api/index.ts'
import { admitProxiesOnly } from './client.ts'
import { type ConsoleOptions, consoleRoutes } from './console/index.ts'
import { profileRoutes, scepRoutes } from './device/index.ts'
import { createGuard, guardRoutes, ownerGuard } from './guard.ts'
import { type OpsOptions, opsRoutes } from './ops/index.ts'
import {
  type EnrollOptions,
  enrollRoutes,
  type InvitationPageOptions,
  invitationRoutes,
  type MeOptions,
  meRoutes,
  type Site,
  siteRoutes,
  timelineRoutes,
} from './portal/index.ts'
import { addSecurityHeaders, requireKnownHost } from './security.ts'
import { createServer, type ServerOptions } from './server.ts'
import { identifySignedIn } from './signed-in.ts'

export { fixPort, listenForCrowds, listenOnSocket, listenOrGiveWay } from './listen.ts'
export { createOwnerApi, type OwnerApi } from './owner.ts'
export { replaceCertificate, type TlsCertificate } from './transport.ts'

/** What the listeners offer. */
export interface HttpServices
  extends ApiOptions,
    Omit<EnrollOptions, 'organization' | 'privateRoot'>,
    Omit<MeOptions, 'organization'>,
    Omit<InvitationPageOptions, 'organization'>,
    Omit<ConsoleOptions, 'organization'> {
  readonly site: Site
  readonly scep: ScepService
  /** What is believed of who has signed in at a proxy. */
  readonly proxySignIn: Config['signIn']
}

/** Everything that people, devices and programs reach from outside. Plain HTTP without `tls`, for proxies if there are any. */
export const createPublicServer = async (
  services: HttpServices,
  options: ServerOptions,
): Promise<FastifyInstance> => {
  const { site, publicUrl } = services
  const { organization, privateRoot } = site
  const { proxy, tls, logger } = options
  const server = createServer(options)
  if (proxy !== undefined && tls === undefined) admitProxiesOnly(server, proxy, logger)
  identifySignedIn(server, services.proxySignIn, proxy)
  requireKnownHost(server, publicUrl)
  addSecurityHeaders(server)
  const guard = createGuard(services)
  guardRoutes(server, guard)
  await server.register(siteRoutes(site, services.enrollment))
  await server.register(enrollRoutes({ ...services, organization, privateRoot }))
  await server.register(invitationRoutes({ ...services, organization }))
  await server.register(meRoutes({ ...services, organization }))
  await server.register(timelineRoutes({ ...services, organization }))
  await server.register(consoleRoutes({ ...services, organization }))
  await server.register(profileRoutes(services))
  await server.register(scepRoutes(services.scep, services.audit))
  await server.register(apiRoutes(services, guard), { prefix: '/api' })
  return server
}

/** SCEP alone, over plain HTTP: its messages protect themselves. */
export const createScepServer = async (
  { scep, audit }: HttpServices,
  options: Omit<ServerOptions, 'tls'>,
): Promise<FastifyInstance> => {
  const server = createServer(options)
  guardRoutes(server)
  await server.register(scepRoutes(scep, audit))
  sayNothingElse(server)
  return server
}

/** Answers to an ACME CA over plain HTTP, and the way from there to HTTPS. */
export const createAcmeServer = async (
  acme: AcmeOptions,
  options: Omit<ServerOptions, 'tls'>,
): Promise<FastifyInstance> => {
  const server = createServer(options)
  guardRoutes(server)
  await server.register(acmeRoutes(acme))
  return server
}

/** The API for whoever may read the data directory, on its Unix socket. */
export const createOwnerServer = async (
  services: HttpServices,
  logger: FastifyBaseLogger,
): Promise<FastifyInstance> => {
  const server = createServer({ logger })
  guardRoutes(server, ownerGuard)
  await server.register(apiRoutes(services, ownerGuard), { prefix: '/api' })
  return server
}

/** Health and metrics, for whoever runs the server. */
export const createOpsServer = async (
  options: OpsOptions,
  logger: FastifyBaseLogger,
): Promise<FastifyInstance> => {
  const server = createServer({ logger })
  guardRoutes(server)
  await server.register(opsRoutes(options))
  sayNothingElse(server)
  return server
}

const sayNothingElse = (server: FastifyInstance): void => {
  server.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).type('text/plain').send('there is nothing else here\n'),
  )
}
