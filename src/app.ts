import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { type Config, socketPath } from './config/index.ts'
import {
  createOpsServer,
  createOwnerApi,
  createOwnerServer,
  createPublicServer,
  createScepServer,
  fixPort,
  type HttpServices,
  listenForCrowds,
  listenOnSocket,
  type OwnerApi,
  replaceCertificate,
} from './http/index.ts'
import { type RenewalTask, startExpiry, startRenewal } from './jobs/index.ts'
import { loadMasterKey } from './keys/index.ts'
import {
  type Clock,
  type Platform,
  parseVersion,
  systemClock,
  type Version,
} from './model/index.ts'
import {
  certificateFingerprint,
  decodeCertificate,
  parseCertificates,
} from './protocol/x509/index.ts'
import { createAccountService, createSignIn } from './service/account/index.ts'
import { createAuditService } from './service/audit/index.ts'
import {
  createScepService,
  openAuthority,
  openConfigured,
  type Renewable,
} from './service/ca/index.ts'
import { createDiagnosis } from './service/diagnosis/index.ts'
import {
  APPLE_DEVICE_CA,
  createEnrollmentService,
  type DeviceAuthority,
  enrollmentSettings,
} from './service/enrollment/index.ts'
import { createAccess } from './service/operator/index.ts'
import { defaultTemplate, openTemplateFile } from './service/profile/index.ts'
import { ensureDeviceAuthority } from './sim/index.ts'
import { type Database, findActiveKeyPair, openDatabase, pingDatabase } from './store/index.ts'

/** Everything below the listeners, for a server or for a command that works on the data itself. */
interface Core extends AsyncDisposable {
  readonly services: HttpServices
  /** The given TLS certificate, else one of our own CA; made anew when the names of the server change. */
  openTls(): Promise<Renewable>
  /** The given signer of profiles, if there is one. */
  readonly signer: Renewable | undefined
  readonly database: Database
}

export interface AppOptions {
  readonly config: Config
  readonly logger: FastifyBaseLogger
  readonly clock?: Clock
}

/**
 * Opens database and keys, making what is absent, and puts the services together.
 * @throws ServiceError `database_in_use`, `master_key_…`, `template_unreadable`, `pair_…`
 */
const openCore = async (
  { config, logger, clock = systemClock }: AppOptions,
  { host, port }: Config['listen'],
): Promise<Core> => {
  const publicUrl = publicUrlOf(config, port)
  await mkdir(config.data, { recursive: true, mode: 0o700 })
  const { url } = config.database
  await using stack = new AsyncDisposableStack()
  const database = stack.use(
    await openDatabase(
      url === undefined
        ? { kind: 'sqlite', file: join(config.data, 'windfall.db') }
        : { kind: 'postgres', url: url.reveal() },
    ),
  )
  // Only a new installation makes a master key: where there are sealed keys, another one opens nothing.
  const create = (await findActiveKeyPair(database.db, 'root')) === undefined
  const masterKey = loadMasterKey(config.masterKeyFile, { create })
  const shared = { db: database.db, masterKey, clock }
  const { organization } = config
  const own = await openAuthority({
    ...shared,
    settings: {
      organization: organization.name,
      keyType: config.ca.keyType,
      ra: config.ca.ra,
      signerKeyType: config.signer.keyType,
    },
  })
  const names = [hostOf(publicUrl), 'localhost', '127.0.0.1', '::1', hostname().toLowerCase()]
  const { signer, openTls } = await openConfigured(shared, { config, hosts: [...new Set(names)] })
  const authority = {
    ...own,
    get profileSigner() {
      return signer?.identity ?? own.profileSigner
    },
  }
  await ensureTemplate(config)
  const template = openTemplateFile(config.profile.templateFile)
  await template.read()
  const enrollment = createEnrollmentService({
    ...shared,
    authority,
    template,
    deviceAuthorities: await loadDeviceAuthorities(config, logger),
    policy: {
      deviceListFile: config.enrollment.deviceListFile,
      minimumVersions: minimumVersions(config),
    },
    settings: enrollmentSettings(config, authority, publicUrl),
  })
  const access = createAccess(shared)
  const services: HttpServices = {
    publicUrl,
    enrollment,
    access,
    minutes: config.enrollment.challengeMinutes,
    accounts: createAccountService(shared),
    audit: createAuditService(shared),
    diagnose: createDiagnosis({
      ...shared,
      authority,
      publicUrl,
      listen: { host, port, isPlain: config.tls.off },
      databaseKind: url === undefined ? 'sqlite' : 'postgres',
    }),
    signIn: createSignIn(shared),
    scep: createScepService({
      ...shared,
      authority,
      staticChallenge: config.scep.staticChallenge?.reveal(),
      certificateDays: config.ca.certificateDays,
      allowSingleDes: config.scep.allowSingleDes,
      allowLegacy: config.enrollment.allowLegacy,
    }),
    site: {
      organization: organization.name,
      publicUrl,
      rootCertificate: authority.root.bytes,
      rootFingerprint: certificateFingerprint(authority.root.bytes),
      privateRoot: config.tls.certificateFile === undefined && !config.tls.off,
    },
  }
  const owned = stack.move()
  return { services, openTls, signer, database, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** The owner's API on the data itself. @throws ServiceError as `openCore` */
export const openOwnerApi = async (options: AppOptions): Promise<OwnerApi & AsyncDisposable> => {
  const { config, logger } = options
  await using stack = new AsyncDisposableStack()
  const core = stack.use(await openCore(options, config.listen))
  const api = createOwnerApi(stack.use(await createOwnerServer(core.services, logger)))
  const owned = stack.move()
  return { ...api, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

const publicUrlOf = (config: Config, port: number): string =>
  config.publicUrl ?? `https://localhost:${port}`

/** A server that answers. Disposing stops it: requests under way finish first. */
export interface App extends AsyncDisposable {
  readonly core: Core
  readonly publicUrl: string
  /** The plain-HTTP listener for SCEP, if there is one. */
  readonly scepUrl: string | undefined
  /** Looks for newer certificates at once. */
  reload(): Promise<void>
}

/** Starts every listener that the configuration asks for. */
export const startApp = async (options: AppOptions): Promise<App> => {
  const { config, logger } = options
  const listen = await fixPort(config.listen)
  const limits = { inWork: config.overload.inWork, waitMs: config.overload.waitMilliseconds }
  await using stack = new AsyncDisposableStack()
  const core = stack.use(await openCore(options, listen))
  const { services, database } = core
  const { publicUrl } = services
  const tls = config.tls.off ? undefined : await core.openTls()
  const proxy = config.proxy.trusted.length > 0 ? config.proxy : undefined
  stack.use(startExpiry(services.enrollment, logger))
  const owner = stack.use(await createOwnerServer(services, logger))
  await listenOnSocket(owner, socketPath(config.data))
  await services.access.ensureFirstToken(join(config.data, 'api-token'))
  await writeFile(join(config.data, 'root.der'), services.site.rootCertificate)
  const ops = stack.use(await createOpsServer(() => isReady(database), logger))
  await listenForOps(ops, config, logger)
  let scepUrl: string | undefined
  if (config.scep.httpListen !== undefined) {
    const scep = stack.use(await createScepServer(services, { logger, limits, proxy }))
    scepUrl = await listenForCrowds(scep, config.scep.httpListen)
  }
  const server = stack.use(
    await createPublicServer(services, { logger, tls: tls?.current, limits, proxy }),
  )
  const tasks: RenewalTask[] = []
  if (tls !== undefined) {
    tasks.push({ certificate: tls, use: () => replaceCertificate(server.server, tls.current) })
  }
  if (core.signer !== undefined && core.signer !== tls) tasks.push({ certificate: core.signer })
  for (const { certificate } of tasks) warnOfFault(certificate, logger)
  const renewal = stack.use(startRenewal(tasks, logger))
  await (config.tls.off ? listenForCrowds(server, listen) : server.listen(listen))
  const owned = stack.move()
  const reload = (): Promise<void> => renewal.check()
  return { core, publicUrl, scepUrl, reload, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

const isReady = async ({ db }: Database): Promise<boolean> => {
  await pingDatabase(db)
  return true
}

// The default address gives way: another server of the machine may have it.
const listenForOps = async (
  server: FastifyInstance,
  { ops }: Config,
  logger: FastifyBaseLogger,
): Promise<void> => {
  if (ops.listen === undefined) return
  try {
    await server.listen(ops.listen)
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    if (!isTaken || ops.isExplicit) throw error
    logger.warn({ address: ops.listen }, 'the address for operations is taken: not served')
  }
}

const minimumVersions = ({ enrollment }: Config): ReadonlyMap<Platform, Version> => {
  const given: readonly (readonly [Platform, string | undefined])[] = [
    ['ios', enrollment.minimumIos],
    ['macos', enrollment.minimumMacos],
    ['tvos', enrollment.minimumTvos],
    ['visionos', enrollment.minimumVisionos],
    ['watchos', enrollment.minimumWatchos],
  ]
  return new Map(
    given.flatMap(([platform, text]) => {
      const version = text === undefined ? undefined : parseVersion(text)
      return version === undefined ? [] : [[platform, version] as const]
    }),
  )
}

const loadDeviceAuthorities = async (
  { data, simulator }: Config,
  logger: FastifyBaseLogger,
): Promise<readonly DeviceAuthority[]> => {
  const simulated: Uint8Array[] = []
  if (simulator.trust) {
    const { certificate } = await ensureDeviceAuthority(join(data, 'simulator'))
    simulated.push(certificate.bytes)
  }
  if (simulator.caFile !== undefined) {
    const certificates = parseCertificates(await readFile(simulator.caFile))
    simulated.push(...certificates.map(({ bytes }) => bytes))
  }
  if (simulated.length > 0) {
    logger.warn('simulated devices may enroll: for trying things out, not for production')
  }
  return [
    { certificate: decodeCertificate(APPLE_DEVICE_CA), simulated: false },
    ...simulated.map((bytes) => ({ certificate: decodeCertificate(bytes), simulated: true })),
  ]
}

// A new installation begins with a template to edit; a path that somebody chose must exist.
const ensureTemplate = async ({ data, profile }: Config): Promise<void> => {
  if (profile.templateFile !== join(data, 'profile.mobileconfig')) return
  const exists = await stat(profile.templateFile).then(
    () => true,
    () => false,
  )
  if (!exists) await writeFile(profile.templateFile, defaultTemplate(), { mode: 0o600 })
}

const warnOfFault = ({ role, fault }: Renewable, logger: FastifyBaseLogger): void => {
  if (fault === undefined) return
  const { code, detail } = fault
  logger.warn({ event: 'certificate', role, code, detail }, 'clients will not accept a certificate')
}

/** The host of a URL, in lower case; an IPv6 address without brackets. */
const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[(.*)\]$/, '$1')
