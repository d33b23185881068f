import { existsSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { ServiceError } from '../errors.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { GroupCommitDb } from './transact.ts'

// 3.51.3 mends a race of checkpoint and commit that could corrupt a database in WAL mode.
const OLDEST_VERSION = [3, 51, 3] as const
const SQLITE_BUSY = 5

/**
 * Opens the database in `file`, which this process then holds alone.
 * Throws ServiceError conflict `database_in_use` when another holds it.
 */
export const openSqlite = (file: string): GroupCommitDb => {
  assertVersion()
  // The file holds password hashes; SQLite gives its companion, the -wal file, the same mode.
  if (!existsSync(file)) writeFileSync(file, '', { mode: 0o600, flag: 'wx' })
  // Milliseconds: a process that is about to end lets go of the file within this time.
  const database = new DatabaseSync(file, { timeout: 250, enableForeignKeyConstraints: true })
  try {
    hold(database)
  } catch (error) {
    database.close()
    if (!isBusy(error)) throw error
    const detail = `Another process holds the database ${file}.`
    throw new ServiceError('conflict', 'database_in_use', detail, { cause: error })
  }
  return new GroupCommitDb({ dialect: sqliteDialect(database) })
}

const assertVersion = (): void => {
  const version = process.versions['sqlite'] ?? ''
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  const [oldestMajor, oldestMinor, oldestPatch] = OLDEST_VERSION
  const order = major - oldestMajor || minor - oldestMinor || patch - oldestPatch
  if (!(order >= 0)) throw new Error(`SQLite ${OLDEST_VERSION.join('.')} is needed, not ${version}`)
}

/** Takes the lock, which is kept until the database is closed, and makes every commit durable. */
const hold = (database: DatabaseSync): void => {
  database.exec('pragma locking_mode = exclusive')
  const mode = database.prepare('pragma journal_mode = wal').get()?.['journal_mode']
  if (mode !== 'wal') throw new Error('the database cannot be kept in WAL mode')
  database.exec('pragma synchronous = full')
  // Pages (4 KiB): a log of 16 MiB is copied into the file a quarter as often, and read back in no time.
  database.exec('pragma wal_autocheckpoint = 4000')
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error &&
  'errcode' in error &&
  typeof error.errcode === 'number' &&
  // The low byte of an extended result code is the primary one.
  (error.errcode & 0xff) === SQLITE_BUSY
