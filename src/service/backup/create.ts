import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { link, mkdir, rm } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Config } from '../../config/index.ts'
import { ServiceError } from '../../errors.ts'
import { requirePassphrase } from '../../keys/index.ts'
import type { Clock } from '../../model/index.ts'
import {
  type Database,
  isMigration,
  listMigrationsDone,
  syncFolder,
  type TableSummary,
  transact,
} from '../../store/index.ts'
import { recordAudit } from '../journal/index.ts'

import { keptFiles } from './kept-file.ts'
import type { WriteOrder } from './write.ts'

/** A backup that was written. */
interface Backup {
  readonly file: string
  readonly takenAt: number
  readonly tables: readonly TableSummary[]
}

/** Backups of a database in use. Disposing ends one that is being made. */
export interface BackupService extends AsyncDisposable {
  /**
   * Writes a backup to `file`, an absolute path where nothing is.
   * @throws ServiceError invalid `backup_path`, `backup_unwritable`, `passphrase_short`, `database_corrupt`; conflict
   *   `backup_exists`, `backup_running`, `database_newer`
   */
  create(wanted: { readonly file: string; readonly passphrase: string }): Promise<Backup>
}

export interface BackupOptions {
  readonly database: Database
  readonly clock: Clock
  readonly config: Config
}

export const createBackupService = (options: BackupOptions): BackupService => {
  // What a process left behind that was killed.
  rmSync(copiesIn(options.config), { recursive: true, force: true })
  const ending = new AbortController()
  let running: Promise<Backup> | undefined
  return {
    async create(wanted) {
      if (running !== undefined) {
        throw new ServiceError('conflict', 'backup_running', 'another backup is being made')
      }
      running = create(options, wanted, ending.signal)
      try {
        return await running
      } finally {
        running = undefined
      }
    },
    async [Symbol.asyncDispose]() {
      ending.abort()
      await running?.catch(() => {})
    },
  }
}

const create = async (
  { database, clock, config }: BackupOptions,
  { file, passphrase }: { readonly file: string; readonly passphrase: string },
  signal: AbortSignal,
): Promise<Backup> => {
  if (!isAbsolute(file)) throw new ServiceError('invalid', 'backup_path', 'a whole path is needed')
  if (existsSync(file)) throw exists()
  requirePassphrase(passphrase)
  await requireKnownTables(database)
  const draft = `${file}.part`
  await using stack = new AsyncDisposableStack()
  await rm(draft, { force: true })
  const copies = copiesIn(config)
  stack.defer(() => rm(copies, { recursive: true, force: true }))
  await mkdir(copies, { mode: 0o700 })
  const location = await database.snapshot(join(copies, 'windfall.db'))
  signal.throwIfAborted()
  const takenAt = clock.now()
  stack.defer(() => rm(draft, { force: true }))
  const tables = await writeInThread(
    { location, takenAt, files: keptFiles(config), passphrase, to: draft },
    signal,
  )
  await link(draft, file).catch((error: unknown) => {
    throw codeOf(error) === 'EEXIST' ? exists() : error
  })
  await syncFolder(dirname(file))
  await transact(database.db, (tx) =>
    recordAudit(tx, {
      at: clock.now(),
      actor: 'owner',
      action: 'backup.create',
      outcome: 'done',
      detail: { file, takenAt },
      origin: undefined,
    }),
  )
  return { file, takenAt, tables }
}

/** A later release may have added tables, of which this one would keep nothing. */
const requireKnownTables = async ({ db }: Database): Promise<void> => {
  if ((await listMigrationsDone(db)).every(isMigration)) return
  const detail = 'a later release has added to the database: back up with that one'
  throw new ServiceError('conflict', 'database_newer', detail)
}

const copiesIn = ({ data }: Config): string => join(data, 'backup.tmp')

const exists = (): ServiceError =>
  new ServiceError('conflict', 'backup_exists', 'there is a file of this name')

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

const source = new URL('./worker.ts', import.meta.url)
// The compiler changes the extensions of imports, and not those of URLs.
const WORKER = import.meta.url.endsWith('.ts') ? source : new URL('./worker.js', import.meta.url)

const writeInThread = async (
  order: WriteOrder,
  signal: AbortSignal,
): Promise<readonly TableSummary[]> => {
  const worker = new Worker(WORKER, { workerData: order })
  const stop = (): void => void worker.terminate()
  signal.addEventListener('abort', stop)
  try {
    const ended = once(worker, 'exit').then(() => [])
    const [tables]: (readonly TableSummary[])[] = await Promise.race([
      once(worker, 'message'),
      ended,
    ])
    signal.throwIfAborted()
    if (tables === undefined) throw new Error('the thread ended before the backup was written')
    return tables
  } catch (cause) {
    // An error that comes from a thread is no instance of what it was.
    const code = codeOf(cause)
    if (code === 'database_corrupt') {
      throw new ServiceError('invalid', code, 'the database is damaged', { cause })
    }
    // What the file system says, e.g. ENOENT or ENOSPC.
    if (typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) throw cause
    const detail = `the file cannot be written (${code})`
    throw new ServiceError('invalid', 'backup_unwritable', detail, { cause })
  } finally {
    signal.removeEventListener('abort', stop)
    await worker.terminate()
  }
}
