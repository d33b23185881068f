import { createReadStream, existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Config } from '../../config/index.ts'
import { ServiceError } from '../../errors.ts'
import { openWithPassphrase } from '../../keys/index.ts'
import type { Clock } from '../../model/index.ts'
import {
  type DatabaseLocation,
  type Executor,
  fillDatabase,
  isMigration,
  locateDatabase,
  openDatabase,
  readTables,
  summarizeTables,
  syncFolder,
  type Table,
  type TableSummary,
  writeRows,
} from '../../store/index.ts'
import type { Meter } from '../journal/index.ts'
import { type Ended, endWhatWasOpen } from './close.ts'
import { type Head, type Item, malformed, parseItems, parseRow } from './content.ts'

import { keptFiles } from './kept-file.ts'

/** An installation that is there again. */
export interface Restored {
  readonly takenAt: number
  readonly tables: readonly TableSummary[]
  readonly ended: Ended
}

export interface RestoreOptions {
  readonly from: string
  readonly passphrase: string
  readonly config: Config
  readonly clock: Clock
  readonly meter: Meter
}

/**
 * Restores a backup into an empty database and to files that do not exist. Nothing can be used before all of it is
 * known to be right.
 * @throws ServiceError conflict `restore_not_empty`, `database_not_empty`; invalid `backup_newer`, `backup_passphrase`,
 *   `backup_truncated`, `backup_damaged`, `backup_unknown`, `backup_malformed`
 */
export const restoreBackup = async (options: RestoreOptions): Promise<Restored> => {
  const { from, passphrase, config, clock, meter } = options
  const location = locateDatabase(config)
  const files = keptFiles(config)
  if (location.kind === 'sqlite') {
    for (const path of [location.file, `${location.file}-wal`]) {
      if (existsSync(path)) throw notEmpty(path)
    }
  }
  await using stack = new AsyncDisposableStack()
  const draft = await draftOf(location, stack)
  const items = parseItems(openWithPassphrase(passphrase, createReadStream(from)))
  const head = await readHead(items)
  for (const [name, path] of files) await requireFree(path, contentOf(head, name))
  let tables: readonly TableSummary[] = []
  let ended: Ended | undefined
  await fillDatabase(draft, lastOf(head), async (tx) => {
    tables = await load(tx, items)
    ended = await endWhatWasOpen(tx, { takenAt: head.takenAt, at: clock.now(), meter })
  })
  if (ended === undefined) throw new Error('the database was not filled')
  await bringUpToDate(draft)
  if (draft.kind === 'sqlite' && location.kind === 'sqlite') await rename(draft.file, location.file)
  // Without its master key no server starts on the database, so that comes last.
  for (const [name, path] of files) await writeKept(path, contentOf(head, name))
  return { takenAt: head.takenAt, tables, ended }
}

const bringUpToDate = async (location: DatabaseLocation): Promise<void> => {
  await using _ = await openDatabase(location)
}

/** A database that nobody looks for; PostgreSQL has its transaction instead. */
const draftOf = async (
  location: DatabaseLocation,
  stack: AsyncDisposableStack,
): Promise<DatabaseLocation> => {
  if (location.kind === 'postgres') return location
  await mkdir(dirname(location.file), { recursive: true, mode: 0o700 })
  const file = `${location.file}.restore`
  const remove = async (): Promise<void> => {
    for (const path of [file, `${file}-wal`]) await rm(path, { force: true })
  }
  await remove()
  stack.defer(remove)
  return { kind: 'sqlite', file }
}

const readHead = async (items: AsyncGenerator<Item>): Promise<Head> => {
  const { value: head } = await items.next()
  if (head?.kind === 'head') return head
  throw malformed()
}

const lastOf = ({ migrations }: Head): string => {
  const last = migrations.at(-1)
  if (last === undefined) throw malformed()
  if (migrations.every(isMigration)) return last
  throw new ServiceError('invalid', 'backup_newer', 'the backup was made by a later release')
}

/** Fills the tables and compares what then stands in them with what the backup says. */
const load = async (tx: Executor, items: AsyncIterable<Item>): Promise<readonly TableSummary[]> => {
  const tables = new Map((await readTables(tx)).map((table) => [table.name, table]))
  let current: Table | undefined
  let manifest: readonly TableSummary[] | undefined
  for await (const item of items) {
    if (manifest !== undefined) throw malformed()
    switch (item.kind) {
      case 'table':
        current = tables.get(item.table.name)
        if (!isDeepStrictEqual(current, item.table)) throw malformed()
        break
      case 'rows':
        if (current === undefined) throw malformed()
        await writeLines(tx, current, item.lines)
        break
      case 'manifest':
        manifest = item.tables
        break
      case 'head':
        throw malformed()
      default:
        item satisfies never
    }
  }
  const found = await summarizeTables(tx, [...tables.values()])
  if (!isDeepStrictEqual(found, manifest)) throw malformed()
  return found
}

const BATCH = 500

const writeLines = async (tx: Executor, table: Table, lines: readonly string[]): Promise<void> => {
  for (let at = 0; at < lines.length; at += BATCH) {
    const rows = lines.slice(at, at + BATCH).map((line) => parseRow(line, table))
    await writeRows(tx, table, rows)
  }
}

const contentOf = ({ files }: Head, name: string): Uint8Array => {
  const kept = files.find((file) => file.name === name)
  if (kept === undefined) throw malformed()
  return Buffer.from(kept.content, 'base64')
}

/** What is there already may be the same: a master key that is handed to windfall, say. */
const requireFree = async (path: string, content: Uint8Array): Promise<void> => {
  if (existsSync(path) && !(await readFile(path)).equals(content)) throw notEmpty(path)
}

const writeKept = async (path: string, content: Uint8Array): Promise<void> => {
  if (existsSync(path)) return
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFile(path, content, { mode: 0o600, flag: 'wx', flush: true })
  await syncFolder(dirname(path))
}

const notEmpty = (path: string): ServiceError =>
  new ServiceError('conflict', 'restore_not_empty', `${path} exists already`)
