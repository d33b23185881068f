import { existsSync } from 'node:fs'
import type { Config } from '../../config/index.ts'
import { ServiceError } from '../../errors.ts'
import type { Clock } from '../../model/index.ts'
import {
  type DatabaseLocation,
  type Executor,
  fillDatabase,
  findAuditHead,
  isMigration,
  listMigrationsDone,
  locateDatabase,
  type Move,
  openDatabase,
  readConsistently,
  readMove,
  removeMove,
  sqliteFile,
  type TableSummary,
  transact,
  writeMove,
} from '../../store/index.ts'
import { recordAudit } from '../journal/index.ts'
import { compareTables, copyTables, type Watch } from './copy.ts'

export type { MoveProgress } from './copy.ts'

/** An installation that has another database. */
export interface Moved {
  readonly from: string
  /** Without user and password. */
  readonly to: string
  readonly tables: readonly TableSummary[]
}

export interface MoveOptions extends Watch {
  /** Its database is where to move to; the SQLite file in its data directory is what is moved. */
  readonly config: Config
  readonly clock: Clock
}

/**
 * Copies the SQLite database of an installation into an empty PostgreSQL database, and marks the file so that no server
 * starts on it. Killed at any moment, it goes on when it is called again. Nothing that is open ends: nobody can go on
 * with it in the file.
 * @throws ServiceError not_found `database_absent`; conflict `database_in_use`, `database_moved`, `database_newer`,
 *   `database_not_empty`, `move_differs`; unavailable `database_unavailable`
 */
export const moveDatabase = async ({ config, clock, ...watch }: MoveOptions): Promise<Moved> => {
  const file = sqliteFile(config)
  const to = locateDatabase(config)
  if (to.kind !== 'postgres') throw new Error('a move needs another database to move to')
  if (!existsSync(file)) {
    throw new ServiceError('not_found', 'database_absent', `There is no database ${file}.`)
  }
  const begun = await readMove(file)
  if (begun !== undefined && begun.finishedAt !== null) {
    const detail = `The database ${file} was moved to ${begun.to} already.`
    throw new ServiceError('conflict', 'database_moved', detail)
  }
  const move = { to: nameOf(to.url), startedAt: clock.now(), finishedAt: null }
  // Held until the end: no server can use the file meanwhile.
  return await readConsistently({ kind: 'sqlite', file }, async (from) => {
    await fill({ from, file, to, move, begun }, watch)
    const tables = await readConsistently(to, (there) => compareTables(from, there, watch))
    await recordMove(from, to, { at: clock.now(), detail: { from: file, to: move.to } })
    await writeMove(file, { ...move, finishedAt: clock.now() })
    return { from: file, to: move.to, tables }
  })
}

const nameOf = (url: string): string => {
  const { host, pathname } = new URL(url)
  return `postgres://${host}${pathname}`
}

interface Filling {
  readonly from: Executor
  readonly file: string
  readonly to: DatabaseLocation
  readonly move: Move
  /** A move that was begun before. */
  readonly begun: Move | undefined
}

/** In one transaction. Where an earlier attempt has done it, comparing will tell. */
const fill = async ({ from, file, to, move, begun }: Filling, watch: Watch): Promise<void> => {
  let isCopied = false
  try {
    await fillDatabase(to, await lastMigration(from), async (tx) => {
      // Before the commit: once the other database is whole, no server may use the file.
      await writeMove(file, move)
      await copyTables(from, tx, watch)
      isCopied = true
    })
  } catch (error) {
    const isFull = error instanceof ServiceError && error.code === 'database_not_empty'
    if (isFull && begun !== undefined) return
    // The transaction was never committed, so there is nothing to go on with.
    if (!isCopied && begun === undefined) await removeMove(file)
    throw error
  }
}

const lastMigration = async (from: Executor): Promise<string> => {
  const done = await listMigrationsDone(from)
  const last = done.at(-1)
  if (last !== undefined && done.every(isMigration)) return last
  const detail = 'The database was changed by a later release, or never used.'
  throw new ServiceError('conflict', 'database_newer', detail)
}

const recordMove = async (
  from: Executor,
  to: DatabaseLocation,
  { at, detail }: { readonly at: number; readonly detail: { from: string; to: string } },
): Promise<void> => {
  await using database = await openDatabase(to)
  const [here, there] = [await findAuditHead(from), await findAuditHead(database.db)]
  // An attempt that was killed behind this line has written it.
  if (here?.seq !== there?.seq) return
  await transact(database.db, (tx) =>
    recordAudit(tx, {
      at,
      actor: 'owner',
      action: 'database.move',
      outcome: 'done',
      detail,
      origin: undefined,
    }),
  )
}
