import { existsSync, statSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { backup, DatabaseSync } from 'node:sqlite'
import { ServiceError } from '../errors.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { primaryCode } from './sqlite-error.ts'
import { GroupCommitDb } from './transact.ts'

// 3.51.3 mends a race of checkpoint and commit that could corrupt a database in WAL mode.
const OLDEST_VERSION = [3, 51, 3] as const
const SQLITE_BUSY = 5
/** What SQLite says of a file that it cannot make sense of: error (an unknown format), corrupt, not a database. */
const SENSELESS: readonly (number | undefined)[] = [1, 11, 26]
/** Bytes of the smallest page. SQLite fills up with zeros what is no whole number of pages. */
const SMALLEST_PAGE = 512

/** A database in a file of its own, and a way to copy it while it is in use. */
export interface SqliteDatabase {
  readonly db: GroupCommitDb
  /** Copies everything that is committed into `file`, a piece at a time, while others read and write. */
  copyTo(file: string): Promise<void>
}

/**
 * Opens the database in `file`, which this process then holds alone.
 * Throws ServiceError conflict `database_in_use` when another holds it, invalid `database_corrupt` when the file is
 * none that SQLite could have left behind.
 */
export const openSqlite = (file: string): SqliteDatabase => {
  assertVersion()
  // The file holds password hashes; SQLite gives its companion, the -wal file, the same mode.
  if (!existsSync(file)) writeFileSync(file, '', { mode: 0o600, flag: 'wx' })
  // Milliseconds: a process that is about to end lets go of the file within this time.
  const wasClosed = !existsSync(`${file}-wal`)
  const { size } = statSync(file)
  // Milliseconds: a process that is about to end lets go of the file within this time.
  const database = new DatabaseSync(file, { timeout: 250, enableForeignKeyConstraints: true })
  try {
    if (wasClosed && size % SMALLEST_PAGE !== 0) throw new Damaged('the file is cut')
    hold(database)
    examine(database, wasClosed || size > LITTLE ? 'quick_check' : 'integrity_check')
  } catch (error) {
    database.close()
    throw explain(error, file)
  }
  return {
    db: new GroupCommitDb({ dialect: sqliteDialect(database) }),
    copyTo: (copy) => copyDatabase(database, copy),
  }
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

/** Bytes up to which comparing every index with its table takes a fraction of a second. */
const LITTLE = 64 * 1024 * 1024

/**
 * Throws where the pages do not fit together. The whole check also finds a log that is not the one of this file; that
 * can only be where the last process did not close it.
 */
const examine = (database: DatabaseSync, check: 'quick_check' | 'integrity_check'): void => {
  const { [check]: fault } = database.prepare(`pragma ${check}(1)`).get() ?? {}
  if (fault !== 'ok') throw new Damaged(String(fault))
}

class Damaged extends Error {}

const explain = (error: unknown, file: string): unknown => {
  const code = primaryCode(error)
  if (code === SQLITE_BUSY) {
    const detail = `Another process holds the database ${file}.`
    return new ServiceError('conflict', 'database_in_use', detail, { cause: error })
  }
  if (error instanceof Damaged || SENSELESS.includes(code)) {
    const detail = `The database ${file} is damaged or is none.`
    return new ServiceError('invalid', 'database_corrupt', detail, { cause: error })
  }
  return error
}

// Pages: each step holds the connection, so a statement waits for so many at most.
const STEP = 50
/** Pages (4 KiB) after which what was copied is flushed, so that the last step does not wait for all of it. */
const FLUSH_EVERY = 4000

const copyDatabase = async (database: DatabaseSync, copy: string): Promise<void> => {
  await using handle = await open(copy, 'wx', 0o600)
  let flushed = 0
  let flushing: Promise<void> = Promise.resolve()
  const progress = ({ totalPages, remainingPages }: Progress): void => {
    if (totalPages - remainingPages < flushed + FLUSH_EVERY) return
    flushed = totalPages - remainingPages
    flushing = flushing.then(() => handle.datasync())
  }
  await backup(database, copy, { rate: STEP, progress })
  await flushing
}

interface Progress {
  readonly totalPages: number
  readonly remainingPages: number
}
