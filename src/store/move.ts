import { existsSync } from 'node:fs'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { Config } from '../config/index.ts'
import { ServiceError } from '../errors.ts'
import { locateDatabase, sqliteFile } from './database.ts'
import { syncFolder } from './folder.ts'

const schema = z.object({
  /** The other database, as people call it: without user and password. */
  to: z.string(),
  /** Milliseconds since 1970. */
  startedAt: z.number(),
  /** Null where nobody knows yet whether everything arrived. */
  finishedAt: z.number().nullable(),
})

/** What stands beside a SQLite file whose content was moved to another database. */
export type Move = Readonly<z.output<typeof schema>>

const markOf = (file: string): string => `${file}.moved`

export const readMove = async (file: string): Promise<Move | undefined> =>
  existsSync(markOf(file))
    ? schema.parse(JSON.parse(await readFile(markOf(file), 'utf8')))
    : undefined

/** Marks the SQLite file, durably, and as a whole: no half of a mark is ever seen. */
export const writeMove = async (file: string, move: Move): Promise<void> => {
  const draft = `${markOf(file)}.part`
  {
    await using handle = await open(draft, 'w', 0o600)
    await handle.writeFile(`${JSON.stringify(move)}\n`)
    await handle.sync()
  }
  await rename(draft, markOf(file))
  await syncFolder(dirname(file))
}

export const removeMove = async (file: string): Promise<void> => {
  await rm(markOf(file), { force: true })
  await syncFolder(dirname(file))
}

/**
 * Refuses to work on what was moved elsewhere, and on either database while nobody knows that all has arrived.
 * @throws ServiceError conflict `database_moved`, `database_moving`
 */
export const refuseMoved = async (config: Config): Promise<void> => {
  const file = sqliteFile(config)
  const move = await readMove(file)
  if (move === undefined) return
  if (move.finishedAt === null) {
    const detail = `A move of ${file} to ${move.to} was begun and did not finish.`
    throw new ServiceError('conflict', 'database_moving', detail)
  }
  if (locateDatabase(config).kind === 'sqlite') {
    const day = new Date(move.finishedAt).toISOString().slice(0, 10)
    const detail = `The database ${file} was moved to ${move.to} on ${day}.`
    throw new ServiceError('conflict', 'database_moved', detail)
  }
}
