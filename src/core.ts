import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import { openOutbound } from './client/outbound/index.ts'
import { createWebhookClient } from './client/webhook/index.ts'
import { type Config, hostOf, publicUrlOf } from './config/index.ts'
import type { HttpServices } from './http/index.ts'
import { loadMasterKey } from './keys/index.ts'
import { type Clock, systemClock } from './model/index.ts'
import {
  certificateFingerprint,
  decodeCertificate,
  parseCertificates,
} from './protocol/x509/index.ts'
import { createAccountService, createSignIn } from './service/account/index.ts'
import { type AcmeService, createAcmeService } from './service/acme/index.ts'
import { createAuditService } from './service/audit/index.ts'
import { createBackupService, requireNewInstallation } from './service/backup/index.ts'
import {
  type Authority,
  createScepService,
  openAuthority,
  openConfigured,
  type Renewable,
} from './service/ca/index.ts'
import { createDiagnosis } from './service/diagnosis/index.ts'
import { createDirectoryService } from './service/directory/index.ts'
import {
  APPLE_DEVICE_CA,
  createEnrollmentService,
  type DeviceAuthority,
  enrollmentSettings,
} from './service/enrollment/index.ts'
import { createStepTail } from './service/event/index.ts'
import { createFlowBook, createFlowService, defaultChoices } from './service/flow/index.ts'
import { createFunnelService } from './service/funnel/index.ts'
import { type Health, openHealth } from './service/health/index.ts'
import { createOnce } from './service/idempotency/index.ts'
import {
  createInvitationService,
  invitationHandlers,
  openSenders,
} from './service/invitation/index.ts'
import { createJobQueue, type JobHandler, type JobQueue } from './service/job/index.ts'
import { createRequestLimit } from './service/limit/index.ts'
import { createMeter, type ProcessMeter } from './service/metrics/index.ts'
import { openProvider } from './service/oidc/index.ts'
import {
  createAccess,
  createApiTokenService,
  createHolderSessions,
  createOidcSignIn,
  createOperatorService,
  createSessionService,
  createSetUpService,
  createStanding,
} from './service/operator/index.ts'
import { defaultTemplate, openTemplateFile } from './service/profile/index.ts'
import { createUpdateService } from './service/update/index.ts'
import { createWebhookService, WEBHOOK_JOB } from './service/webhook/index.ts'
import { ensureDeviceAuthority } from './sim/index.ts'
import {
  type Database,
  findActiveKeyPair,
  locateDatabase,
  openDatabase,
  refuseMoved,
} from './store/index.ts'

/** Everything below the listeners, for a server or for a command that works on the data itself. */
export interface Core extends AsyncDisposable {
  readonly services: HttpServices
  /** Undefined: nobody else certifies the public name. */
  readonly acme: AcmeService | undefined
  /** The given TLS certificate or that of the ACME CA, else one of our own; made anew when the names change. */
  openTls(): Promise<Renewable>
  /** The given signer of profiles, if there is one. */
  readonly signer: Renewable | undefined
  readonly database: Database
  readonly authority: Authority
  readonly health: Health
  /** What has happened since the start. */
  readonly meter: ProcessMeter
  readonly jobs: JobQueue
  /** Calls `listener` after every step that is written here. */
  onStep(listener: () => void): void
  /** Who does the jobs of each kind, once a runner is there. */
  readonly handlers: ReadonlyMap<string, JobHandler>
}

export interface AppOptions {
  readonly config: Config
  readonly logger: FastifyBaseLogger
  readonly clock?: Clock
}

/**
 * Opens database and keys, making what is absent, and puts the services together.
 * @throws ServiceError `database_…`, `master_key_…`, `template_unreadable`, `pair_…`
 */
export const openCore = async (
  { config, logger, clock = systemClock }: AppOptions,
  { host, port }: Config['listen'],
): Promise<Core> => {
  const publicUrl = publicUrlOf(config, port)
  await mkdir(config.data, { recursive: true, mode: 0o700 })
  await refuseMoved(config)
  const location = locateDatabase(config)
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await openDatabase(location))
  // Only a new installation makes a master key: where there are sealed keys, another one opens nothing.
  const create = (await findActiveKeyPair(database.db, 'root')) === undefined
  if (create) requireNewInstallation(config)
  const masterKey = loadMasterKey(config.masterKeyFile, { create })
  const meter = createMeter()
  const tail = stack.use(
    createStepTail({
      db: database.db,
      onError: (error) => logger.error({ err: error }, 'steps could not be read'),
    }),
  )
  const listeners = new Set([() => tail.poke()])
  const shared = { db: database.db, masterKey, clock, meter: alsoTelling(meter, listeners) }
  const jobs = createJobQueue(shared)
  const way = await openOutbound(config.outbound)
  const webhooks = createWebhookService({
    ...{ ...shared, jobs },
    client: createWebhookClient(way, config.outbound.timeoutSeconds * 1000),
    onResult: (result) => meter.webhookTried(result),
  })
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
  const acme = await openAcme(config, { ...shared, host: hostOf(publicUrl) })
  const authority = {
    ...own,
    get profileSigner() {
      return signer?.identity ?? own.profileSigner
    },
  }
  await ensureTemplate(config)
  const template = openTemplateFile(config.profile.templateFile)
  await template.read()
  const flowBook = createFlowBook(database.db, defaultChoices(config, template))
  const enrollment = createEnrollmentService({
    ...shared,
    authority,
    flows: flowBook,
    deviceAuthorities: await loadDeviceAuthorities(config, logger),
    settings: enrollmentSettings(config, authority, publicUrl),
  })
  const provider = await openProvider(config, clock)
  const oidc = provider && createOidcSignIn({ ...shared, provider, config, publicUrl })
  const directories = stack.use(
    createDirectoryService({
      ...shared,
      outbound: way,
      deadlineMs: config.outbound.timeoutSeconds * 1000,
    }),
  )
  const senders = await openSenders(config, { clock, publicUrl })
  const inviting = {
    ...{ ...shared, ...senders, jobs, enrollment, publicUrl, flows: flowBook },
    organization: organization.name,
  }
  const handlers = new Map<string, JobHandler>([
    [WEBHOOK_JOB, webhooks.deliver],
    ...invitationHandlers(inviting),
  ])
  const health = openHealth({
    ...{ ...shared, ...senders, authority, acme, oidc, directories },
    directory: config.data,
    leastMegabytes: config.ops.minimumFreeMegabytes,
  })
  const services: HttpServices = {
    organization: organization.name,
    publicUrl,
    clock,
    enrollment,
    flowBook,
    flows: createFlowService(shared),
    access: createAccess(shared),
    holders: createHolderSessions(shared),
    operators: createOperatorService(shared),
    sessions: createSessionService(shared),
    tokens: createApiTokenService(shared),
    setUp: createSetUpService(shared),
    oidc,
    minutes: config.enrollment.challengeMinutes,
    accounts: createAccountService(shared),
    invitations: createInvitationService(inviting),
    audit: createAuditService(shared),
    webhooks,
    tail,
    funnel: createFunnelService(shared),
    standing: createStanding(shared),
    once: createOnce(shared),
    requestLimit: createRequestLimit({ ...shared, perMinute: config.api.requestsPerMinute }),
    backups: stack.use(createBackupService({ database, clock, config })),
    diagnose: createDiagnosis({
      ...shared,
      acme,
      authority,
      publicUrl,
      listen: { host, port, isPlain: config.tls.off },
      databaseKind: location.kind,
      health,
    }),
    directories,
    signIn: createSignIn({ ...shared, provider, config, publicUrl, ...directories }),
    proxySignIn: config.signIn,
    updates: createUpdateService({ ...shared, flows: flowBook }),
    scep: createScepService({
      ...shared,
      authority,
      staticChallenge: config.scep.staticChallenge?.reveal(),
      flows: flowBook,
      allowSingleDes: config.scep.allowSingleDes,
      allowLegacy: config.enrollment.allowLegacy,
    }),
    site: {
      organization: organization.name,
      publicUrl,
      rootCertificate: authority.root.bytes,
      rootFingerprint: certificateFingerprint(authority.root.bytes),
      privateRoot:
        config.tls.certificateFile === undefined && acme === undefined && !config.tls.off,
    },
  }
  const owned = stack.move()
  return {
    ...{ services, acme, signer, database, authority, health, meter, jobs, handlers },
    onStep: (listener) => void listeners.add(listener),
    openTls: acme === undefined ? openTls : () => acme.open(openTls),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const openAcme = async (
  { acme: { directoryUrl, email }, outbound }: Config,
  shared: Pick<Parameters<typeof createAcmeService>[0], 'db' | 'masterKey' | 'clock' | 'host'>,
): Promise<AcmeService | undefined> => {
  if (directoryUrl === undefined) return undefined
  const way = { outbound: await openOutbound(outbound), deadlineMs: outbound.timeoutSeconds * 1000 }
  return createAcmeService({ ...shared, ...way, directoryUrl, email })
}

/** A step that is counted is one that is written: whoever listens hears of it at once. */
const alsoTelling = (meter: ProcessMeter, listeners: ReadonlySet<() => void>): ProcessMeter => ({
  ...meter,
  stepTaken(step) {
    meter.stepTaken(step)
    for (const listener of listeners) listener()
  },
})

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
