import type { DirectoryId, DirectorySettings } from '../model/index.ts'
import type { Executor, Schema } from './schema.ts'

/** Who vouches for account holders, beside windfall's own list. */
export interface Directory {
  readonly id: DirectoryId
  readonly name: string
  readonly settings: DirectorySettings
  readonly sealedSecret: Uint8Array | null
  /** Those with a lower one are asked before. */
  readonly position: number
  readonly isEnabled: boolean
  readonly createdAt: number
  /** No two states of a directory have the same. */
  readonly updatedAt: number
  /** When everybody in it was looked up the last time, or began to be. */
  readonly syncBegunAt: number | null
  /** What became of that, as JSON. */
  readonly syncReport: string | null
}

type Kept = Omit<Directory, 'syncBegunAt' | 'syncReport'>

/** Violates the unique index `directory_name` where there is one of the name. */
export const insertDirectory = async (db: Executor, directory: Kept): Promise<void> => {
  await db.insertInto('directory').values(toRow(directory)).execute()
}

export const updateDirectory = async (db: Executor, directory: Kept): Promise<void> => {
  const { id, ...row } = toRow(directory)
  await db.updateTable('directory').set(row).where('id', '=', id).execute()
}

export const deleteDirectory = async (db: Executor, id: DirectoryId): Promise<void> => {
  await db.deleteFrom('directory').where('id', '=', id).execute()
}

/** Until the transaction ends nobody else changes the directory. */
export const holdDirectory = async (db: Executor, name: string): Promise<Directory | undefined> => {
  await db
    .updateTable('directory')
    .set(({ ref }) => ({ name: ref('name') }))
    .where('name', '=', name)
    .execute()
  return await findDirectoryByName(db, name)
}

export const findDirectoryByName = async (
  db: Executor,
  name: string,
): Promise<Directory | undefined> => {
  if (name.includes('\0')) return undefined
  const row = await selectDirectory(db).where('name', '=', name).executeTakeFirst()
  return row && toDirectory(row)
}

/** How many there may be. */
export const MOST_DIRECTORIES = 100

/** All of them, in the order in which they are asked. */
export const listDirectories = async (db: Executor): Promise<readonly Directory[]> => {
  const rows = await selectDirectory(db)
    .orderBy('position')
    .orderBy('id')
    .limit(MOST_DIRECTORIES)
    .execute()
  return rows.map(toDirectory)
}

/** Says that everybody in it is being looked up, unless somebody else has since `before`. Returns whether it is so. */
export const beginDirectorySync = async (
  db: Executor,
  id: DirectoryId,
  { at, before }: { readonly at: number; readonly before: number },
): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('directory')
    .set({ sync_begun_at: at })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('sync_begun_at', 'is', null), eb('sync_begun_at', '<=', before)]))
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export const noteDirectorySync = async (
  db: Executor,
  id: DirectoryId,
  report: string,
): Promise<void> => {
  await db.updateTable('directory').set({ sync_report: report }).where('id', '=', id).execute()
}

const selectDirectory = (db: Executor) =>
  db
    .selectFrom('directory')
    .select([
      ...(['id', 'name', 'settings', 'sealed_secret', 'position', 'is_enabled'] as const),
      ...(['created_at', 'updated_at', 'sync_begun_at', 'sync_report'] as const),
    ])

const toRow = (directory: Kept) => ({
  id: directory.id,
  name: directory.name,
  settings: JSON.stringify(directory.settings),
  sealed_secret: directory.sealedSecret,
  position: directory.position,
  is_enabled: directory.isEnabled ? 1 : 0,
  created_at: directory.createdAt,
  updated_at: directory.updatedAt,
})

const toDirectory = (row: Schema['directory']): Directory => ({
  id: row.id,
  name: row.name,
  settings: JSON.parse(row.settings),
  sealedSecret: row.sealed_secret,
  position: row.position,
  isEnabled: row.is_enabled === 1,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  syncBegunAt: row.sync_begun_at,
  syncReport: row.sync_report,
})
