import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { type Config, readVersion, socketPath } from './config/index.ts'
import { ServiceError } from './errors.ts'
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
  listenOrGiveWay,
  type OwnerApi,
  type TlsCertificate,
} from './http/index.ts'
import { startCheckpoints, startExpiry } from './jobs/index.ts'
import { loadMasterKey } from './keys/index.ts'
import { type Clock, systemClock } from './model/index.ts'
import type { Identity } from './protocol/cms/index.ts'
import {
  certificateFingerprint,
  decodeCertificate,
  parseCertificates,
} from './protocol/x509/index.ts'
import { createAccountService, createSignIn } from './service/account/index.ts'
import {
  type AuditRecord,
  type AuditVerdict,
  createAuditService,
  verifyAuditExport,
} from './service/audit/index.ts'
import {
  createBackupService,
  type Restored,
  requireNewInstallation,
  restoreBackup,
} from './service/backup/index.ts'
import {
  type Authority,
  createScepService,
  openAuthority,
  openServerCertificate,
  parseGivenSigner,
} from './service/ca/index.ts'
import {
  APPLE_DEVICE_CA,
  createEnrollmentService,
  type DeviceAuthority,
  enrollmentSettings,
  minimumVersions,
} from './service/enrollment/index.ts'
import { openHealth } from './service/health/index.ts'
import {
  createMeter,
  formatMetrics,
  type ProcessMeter,
  stateMetrics,
  watchProcess,
} from './service/metrics/index.ts'
import {
  createAccess,
  createApiTokenService,
  createOperatorService,
  createSessionService,
  createSetUpService,
} from './service/operator/index.ts'
import { defaultTemplate, openTemplateFile } from './service/profile/index.ts'
import { ensureDeviceAuthority } from './sim/index.ts'
import { type Database, findActiveKeyPair, locateDatabase, openDatabase } from './store/index.ts'

/** Everything below the listeners, for a server or for a command that works on the data itself. */
interface Core extends AsyncDisposable {
  readonly services: HttpServices
  /** The given TLS certificate, else one of our own CA; made anew when the names of the server change. */
  openTls(): Promise<TlsCertificate>
  readonly database: Database
  readonly authority: Authority
  /** What has happened since the start. */
  readonly meter: ProcessMeter
}

export interface AppOptions {
  readonly config: Config
  readonly logger: FastifyBaseLogger
  readonly clock?: Clock
}

/**
 * Opens database and keys, making what is absent, and puts the services together.
 * @throws ServiceError `database_…`, `master_key_…`, `template_unreadable`, `tls_file`
 */
const openCore = async (
  { config, logger, clock = systemClock }: AppOptions,
  publicUrl: string,
): Promise<Core> => {
  await mkdir(config.data, { recursive: true, mode: 0o700 })
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await openDatabase(locateDatabase(config)))
  // Only a new installation makes a master key: where there are sealed keys, another one opens nothing.
  const create = (await findActiveKeyPair(database.db, 'root')) === undefined
  if (create) requireNewInstallation(config)
  const masterKey = loadMasterKey(config.masterKeyFile, { create })
  const meter = createMeter()
  const shared = { db: database.db, masterKey, clock, meter }
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
  const authority = { ...own, profileSigner: (await readSigner(config)) ?? own.profileSigner }
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
  const services: HttpServices = {
    publicUrl,
    enrollment,
    access: createAccess(shared),
    operators: createOperatorService(shared),
    sessions: createSessionService(shared),
    tokens: createApiTokenService(shared),
    setUp: createSetUpService(shared),
    minutes: config.enrollment.challengeMinutes,
    accounts: createAccountService(shared),
    audit: createAuditService(shared),
    backups: stack.use(createBackupService({ database, clock, config })),
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
      privateRoot: config.tls.certificateFile === undefined,
    },
  }
  const names = [new URL(publicUrl).hostname, 'localhost', '127.0.0.1', '::1', hostname()]
  const hosts = [...new Set(names.map((name) => name.replace(/^\[(.*)\]$/, '$1').toLowerCase()))]
  const openTls = async (): Promise<TlsCertificate> =>
    (await readTlsFiles(config)) ??
    (await openServerCertificate(shared, { organization: organization.name, hosts }))
  const owned = stack.move()
  return {
    ...{ services, openTls, database, authority, meter },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Makes an installation of the backup `from`. @throws ServiceError as `restoreBackup` */
export const restoreApp = async (
  config: Config,
  backup: { readonly from: string; readonly passphrase: string },
): Promise<Restored> =>
  await restoreBackup({ ...backup, config, clock: systemClock, meter: createMeter() })

/** The owner's API on the data itself. @throws ServiceError as `openCore` */
export const openOwnerApi = async (options: AppOptions): Promise<OwnerApi & AsyncDisposable> => {
  const { config, logger } = options
  await using stack = new AsyncDisposableStack()
  const core = stack.use(await openCore(options, publicUrlOf(config, config.listen.port)))
  const api = createOwnerApi(stack.use(await createOwnerServer(core.services, logger)))
  const owned = stack.move()
  return { ...api, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/**
 * Follows the chain of an exported audit. Whether its checkpoint is genuine shows under the master key, if there is one.
 * @throws ServiceError `master_key_…`
 */
export const verifyAuditFile = async (
  records: AsyncIterable<AuditRecord>,
  masterKeyFile: string | undefined,
): Promise<AuditVerdict> =>
  await verifyAuditExport(
    records,
    masterKeyFile === undefined ? undefined : loadMasterKey(masterKeyFile),
  )

const publicUrlOf = (config: Config, port: number): string =>
  config.publicUrl ?? `https://localhost:${port}`

/** A server that answers. Disposing stops it: requests under way finish first. */
export interface App extends AsyncDisposable {
  readonly core: Core
  readonly publicUrl: string
  /** The plain-HTTP listener for SCEP, if there is one. */
  readonly scepUrl: string | undefined
}

/** Starts every listener that the configuration asks for. */
export const startApp = async (options: AppOptions): Promise<App> => {
  const { config, logger } = options
  const listen = await fixPort(config.listen)
  const limits = { inWork: config.overload.inWork, waitMs: config.overload.waitMilliseconds }
  const publicUrl = publicUrlOf(config, listen.port)
  await using stack = new AsyncDisposableStack()
  const core = stack.use(await openCore(options, publicUrl))
  const { services, meter, authority } = core
  const { db } = core.database
  const tls = await core.openTls()
  const health = openHealth({
    ...{ db, authority, clock: options.clock ?? systemClock },
    directory: config.data,
    leastMegabytes: config.ops.minimumFreeMegabytes,
  })
  stack.use(startExpiry(services.enrollment, logger))
  stack.use(startCheckpoints(services.audit, logger))
  const owner = stack.use(await createOwnerServer(services, logger))
  await listenOnSocket(owner, socketPath(config.data))
  await services.tokens.ensureFirst(join(config.data, 'api-token'))
  await writeFile(join(config.data, 'root.der'), services.site.rootCertificate)
  if (config.ops.listen !== undefined) {
    const watched = stack.use(watchProcess(readVersion()))
    const state = stateMetrics({ db, authority, health, tlsCertificate: () => tls.certificate })
    const metrics = () => formatMetrics([...watched.metrics, ...meter.metrics, ...state])
    const ops = stack.use(await createOpsServer({ health, metrics }, logger))
    await (config.ops.isExplicit
      ? ops.listen(config.ops.listen)
      : listenOrGiveWay(ops, config.ops.listen))
  }
  const doors: FastifyInstance[] = []
  // Together: while one waits for its last request, the other must not let anybody in.
  stack.defer(async () => {
    await Promise.all(doors.map((door) => door.close()))
  })
  let scepUrl: string | undefined
  if (config.scep.httpListen !== undefined) {
    const scep = await createScepServer(services, { logger, limits, meter })
    doors.push(scep)
    scepUrl = await listenForCrowds(scep, config.scep.httpListen)
  }
  const server = await createPublicServer(services, { logger, tls, limits, meter })
  doors.push(server)
  await server.listen(listen)
  stack.defer(async () => {
    health.stop()
    await wait(config.ops.stopDelaySeconds * 1000)
  })
  const owned = stack.move()
  return { core, publicUrl, scepUrl, [Symbol.asyncDispose]: () => owned.disposeAsync() }
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

const readSigner = async ({ signer }: Config): Promise<Identity | undefined> => {
  const { certificateFile, keyFile } = signer
  if (certificateFile === undefined || keyFile === undefined) return undefined
  const files = [readFile(certificateFile), readFile(keyFile)] as const
  const [certificates, key] = await Promise.all(files).catch((cause: unknown) => {
    throw new ServiceError('invalid', 'signer_file', 'a file of the signer cannot be read', {
      cause,
    })
  })
  return parseGivenSigner(certificates, key.toString('utf8'))
}

const readTlsFiles = async ({ tls }: Config): Promise<TlsCertificate | undefined> => {
  if (tls.certificateFile === undefined || tls.keyFile === undefined) return undefined
  try {
    const [certificate, privateKey] = await Promise.all([
      readFile(tls.certificateFile, 'utf8'),
      readFile(tls.keyFile, 'utf8'),
    ])
    return { certificate, privateKey }
  } catch (cause) {
    throw new ServiceError('invalid', 'tls_file', 'a TLS file cannot be read', { cause })
  }
}
