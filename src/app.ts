import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { type Config, readVersion, socketPath } from './config/index.ts'
import { type AppOptions, type Core, openCore } from './core.ts'
import {
  createAcmeServer,
  createOpsServer,
  createOwnerApi,
  createOwnerServer,
  createPublicServer,
  createScepServer,
  fixPort,
  listenForCrowds,
  listenOnSocket,
  listenOrGiveWay,
  type OwnerApi,
  replaceCertificate,
} from './http/index.ts'
import {
  type RenewalTask,
  type Runner,
  startCheckpoints,
  startExpiry,
  startForgetting,
  startOrders,
  startRenewal,
  startRetention,
  startRunner,
} from './jobs/index.ts'
import { loadMasterKey } from './keys/index.ts'
import { systemClock } from './model/index.ts'
import { type AuditRecord, type AuditVerdict, verifyAuditExport } from './service/audit/index.ts'
import { type Restored, restoreBackup } from './service/backup/index.ts'
import type { Renewable } from './service/ca/index.ts'
import { createMeter, formatMetrics, stateMetrics, watchProcess } from './service/metrics/index.ts'
import { type Moved, type MoveOptions, moveDatabase } from './service/move/index.ts'
import { createRetention } from './service/retention/index.ts'
import { createForget } from './service/upkeep/index.ts'

export type { AppOptions } from './core.ts'
export type { MoveProgress } from './service/move/index.ts'

/** Makes an installation of the backup `from`. @throws ServiceError as `restoreBackup` */
export const restoreApp = async (
  config: Config,
  backup: { readonly from: string; readonly passphrase: string },
): Promise<Restored> =>
  await restoreBackup({ ...backup, config, clock: systemClock, meter: createMeter() })

/** Moves the SQLite database of an installation to the one that `config` names. @throws ServiceError as `moveDatabase` */
export const moveApp = async (
  config: Config,
  watch: Pick<MoveOptions, 'signal' | 'onProgress'>,
): Promise<Moved> => await moveDatabase({ ...watch, config, clock: systemClock })

/** The owner's API on the data itself. @throws ServiceError as `openCore` */
export const openOwnerApi = async (options: AppOptions): Promise<OwnerApi & AsyncDisposable> => {
  const { config, logger } = options
  await using stack = new AsyncDisposableStack()
  const core = stack.use(await openCore(options, config.listen))
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

/** A server that answers. Disposing stops it: requests under way finish first. */
export interface App extends AsyncDisposable {
  readonly core: Core
  readonly publicUrl: string
  readonly runner: Runner
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
  const { services, meter, authority, acme, health } = core
  const { db } = core.database
  const clock = options.clock ?? systemClock
  const { publicUrl } = services
  const tls = config.tls.off ? undefined : await core.openTls()
  const proxy = config.proxy.trusted.length > 0 ? config.proxy : undefined
  stack.use(startExpiry(services.enrollment, logger))
  stack.use(startCheckpoints(services.audit, logger))
  const runner = stack.use(startRunner({ queue: core.jobs, handlers: core.handlers, logger }))
  stack.use(startForgetting(createForget({ db, clock }), logger))
  const retained = { db, clock, audit: services.audit, settings: config.retention }
  stack.use(startRetention(createRetention(retained), logger))
  const owner = stack.use(await createOwnerServer(services, logger))
  await listenOnSocket(owner, socketPath(config.data))
  await services.tokens.ensureFirst(join(config.data, 'api-token'))
  await writeFile(join(config.data, 'root.der'), services.site.rootCertificate)
  if (config.ops.listen !== undefined) {
    const watched = stack.use(watchProcess(readVersion()))
    const state = stateMetrics({
      db,
      clock,
      authority,
      health,
      tlsCertificate: () => tls?.current.certificate,
    })
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
    const scep = await createScepServer(services, { logger, limits, meter, proxy })
    doors.push(scep)
    scepUrl = await listenForCrowds(scep, config.scep.httpListen)
  }
  if (acme !== undefined) {
    const findAcmeAnswer = (token: string) => acme.findAnswer(token)
    const options = { publicUrl, findAcmeAnswer }
    const http = await createAcmeServer(options, { logger, limits, meter, proxy })
    doors.push(http)
    await listenForCrowds(http, config.acme.httpListen)
  }
  const server = await createPublicServer(services, {
    ...{ logger, limits, meter, proxy },
    tls: tls?.current,
  })
  doors.push(server)
  const tasks: RenewalTask[] = []
  if (tls !== undefined) {
    tasks.push({ certificate: tls, use: () => replaceCertificate(server.server, tls.current) })
  }
  if (core.signer !== undefined && core.signer !== tls) tasks.push({ certificate: core.signer })
  for (const { certificate } of tasks) warnOfFault(certificate, logger)
  const renewal = stack.use(startRenewal(tasks, logger))
  await (config.tls.off ? listenForCrowds(server, listen) : server.listen(listen))
  const orders = acme && stack.use(startOrders(acme, { logger, use: () => renewal.check() }))
  const reload = async (): Promise<void> => {
    await orders?.check()
    await renewal.check()
  }
  stack.defer(async () => {
    health.stop()
    await wait(config.ops.stopDelaySeconds * 1000)
  })
  const owned = stack.move()
  return {
    core,
    publicUrl,
    runner,
    scepUrl,
    reload,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const warnOfFault = ({ role, fault }: Renewable, logger: FastifyBaseLogger): void => {
  if (fault === undefined) return
  const { code, detail } = fault
  logger.warn({ event: 'certificate', role, code, detail }, 'clients will not accept a certificate')
}
