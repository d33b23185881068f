import { ServiceError } from '../../errors.ts'
import type { DirectoryId, DirectorySettings, NamedConnection } from '../../model/index.ts'
import {
  type AccountWithPassword,
  beginDirectorySync,
  type Directory as DirectoryRow,
  listDirectories,
  noteDirectorySync,
} from '../../store/index.ts'
import type { AskElsewhere } from '../credential/index.ts'
import { recordAudit } from '../journal/index.ts'
import { applyDirectory, type DirectoryApplied } from './apply.ts'
import {
  addDirectory,
  changeDirectory,
  type DirectoryChange,
  type DirectoryDoing,
  getDirectory,
  type NewDirectory,
  removeDirectory,
} from './keep.ts'
import { createAskElsewhere } from './sign-in.ts'
import type { Trial } from './source.ts'
import { createSources, type DirectoryOptions } from './sources.ts'
import { type SyncOrder, type SyncReport, syncDirectory } from './sync.ts'

/** Who vouches for account holders, beside windfall's own list; without its secret. */
interface Directory {
  readonly id: DirectoryId
  readonly name: string
  readonly settings: DirectorySettings
  readonly hasSecret: boolean
  readonly position: number
  readonly isEnabled: boolean
  readonly createdAt: number
  readonly updatedAt: number
  readonly connection: NamedConnection
  /** What became of the last look-up of everybody; with `code` where it failed. */
  readonly lastSync: SyncReport | SyncFailure | null
}

interface SyncFailure {
  readonly at: number
  readonly code: string
}

export interface DirectoryService extends Disposable {
  /** In the order in which they are asked. */
  list(): Promise<readonly Directory[]>
  get(name: string): Promise<Directory>
  /** @throws ServiceError as `addDirectory` */
  add(wanted: NewDirectory, doing: DirectoryDoing): Promise<Directory>
  /** @throws ServiceError as `changeDirectory` */
  change(name: string, to: DirectoryChange, doing: DirectoryDoing): Promise<Directory>
  /** @throws ServiceError as `applyDirectory` */
  apply(
    wanted: NewDirectory,
    doing: DirectoryDoing & { readonly isTrial?: boolean },
  ): Promise<DirectoryApplied>
  remove(name: string, doing: DirectoryDoing): Promise<void>
  /** Looks somebody up without a password, or anybody. */
  try(name: string, person: string | undefined): Promise<Trial>
  /** @throws ServiceError as `syncDirectory`; conflict `directory_syncing`, `directory_disabled` */
  sync(name: string, order: SyncOrder, doing: DirectoryDoing): Promise<SyncReport>
  /** Looks up everybody in the directories for which it is time, and asks those that were away. */
  look(signal: AbortSignal): Promise<readonly Looked[]>
  connections(): Promise<readonly NamedConnection[]>
  readonly askElsewhere: AskElsewhere<AccountWithPassword>
}

/** What became of one directory when it was time. */
interface Looked {
  readonly name: string
  readonly outcome: SyncReport | SyncFailure
}

export const createDirectoryService = (options: DirectoryOptions): DirectoryService => {
  const { db, clock } = options
  const sources = createSources(options)
  const running = new Set<DirectoryId>()
  const present = (row: DirectoryRow): Directory => {
    const { sealedSecret, syncBegunAt: _, syncReport, ...rest } = row
    const [connection] = sources.connections([row])
    if (connection === undefined) throw new Error('a directory has no connection')
    return {
      ...rest,
      hasSecret: sealedSecret !== null,
      connection,
      lastSync: syncReport === null ? null : JSON.parse(syncReport),
    }
  }
  const run = async (row: DirectoryRow, order: SyncOrder): Promise<SyncReport> => {
    if (running.has(row.id)) {
      throw new ServiceError('conflict', 'directory_syncing', 'everybody is just being looked up')
    }
    running.add(row.id)
    try {
      const report = await syncDirectory(
        options,
        { directory: row, source: sources.of(row) },
        order,
      )
      if (!order.isTrial) await noteDirectorySync(db, row.id, JSON.stringify(report))
      return report
    } catch (error) {
      if (error instanceof ServiceError && error.kind === 'unavailable' && !order.isTrial) {
        const failure: SyncFailure = { at: clock.now(), code: error.code }
        await noteDirectorySync(db, row.id, JSON.stringify(failure))
      }
      throw error
    } finally {
      running.delete(row.id)
    }
  }
  const lookAt = async (row: DirectoryRow, signal: AbortSignal): Promise<Looked | undefined> => {
    const { id, name, settings } = row
    const minutes = settings.ldap?.sync.minutes ?? 0
    const at = clock.now()
    const isDue =
      minutes > 0 && (await beginDirectorySync(db, id, { at, before: at - minutes * 60_000 }))
    try {
      if (isDue) {
        const order = { isTrial: false, isForced: false, signal }
        return { name, outcome: await run(row, order) }
      }
      const source = sources.of(row)
      if (source.connection().state !== 'up') await source.probe()
      return undefined
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      return isDue ? { name, outcome: { at, code: error.code } } : undefined
    }
  }
  return {
    list: async () => (await listDirectories(db)).map(present),
    get: async (name) => present(await getDirectory(db, name)),
    apply: (wanted, doing) => applyDirectory(options, wanted, doing),
    add: async (wanted, doing) => present(await addDirectory(options, wanted, doing)),
    change: async (name, to, doing) => present(await changeDirectory(options, { name, to }, doing)),
    remove: (name, doing) => removeDirectory(options, name, doing),
    try: async (name, person) => await sources.of(await getDirectory(db, name)).try(person),
    async sync(name, order, { by, reason }) {
      const row = await getDirectory(db, name)
      if (!row.isEnabled) {
        throw new ServiceError('conflict', 'directory_disabled', 'the directory is disabled')
      }
      const at = clock.now()
      if (!order.isTrial) await beginDirectorySync(db, row.id, { at, before: at })
      const report = await run(row, order).catch(throwAway)
      if (!order.isTrial) {
        const { people, added, changed, enabled, disabled, withheld } = report
        await recordAudit(db, {
          ...{ at: report.at, actor: by.name, action: 'directory.sync', outcome: 'done', reason },
          ...{ subject: row.id, origin: by.origin },
          detail: { people, added, changed, enabled, disabled, withheld },
        })
      }
      return report
    },
    async look(signal) {
      const rows = await listDirectories(db)
      sources.keep(rows)
      const looked: Looked[] = []
      for (const row of rows.filter(({ isEnabled }) => isEnabled)) {
        signal.throwIfAborted()
        const one = await lookAt(row, signal)
        if (one !== undefined) looked.push(one)
      }
      return looked
    },
    connections: async () =>
      sources.connections((await listDirectories(db)).filter(({ isEnabled }) => isEnabled)),
    askElsewhere: createAskElsewhere(options, sources),
    [Symbol.dispose]: () => sources[Symbol.dispose](),
  }
}

/** @throws ServiceError unavailable `directory_unavailable`, else what was given */
const throwAway = (cause: unknown): never => {
  if (!(cause instanceof ServiceError) || cause.kind !== 'unavailable') throw cause
  const detail = `nothing was done, for the directory is not there: ${cause.detail} (${cause.code})`
  throw new ServiceError('unavailable', 'directory_unavailable', detail, { cause })
}
