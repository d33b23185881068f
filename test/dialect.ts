import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Database, type DatabaseLocation, openDatabase } from '../src/store/index.ts'
import { createTestDatabase, skipWithoutPostgres } from './postgres.ts'

/** Where a database can be opened, also several times; disposing removes it. */
interface DatabasePlace extends AsyncDisposable {
  readonly location: DatabaseLocation
}

/** One of the two databases that windfall runs on. */
export interface Dialect {
  readonly name: DatabaseLocation['kind']
  /** For the `skip` option of a test. */
  readonly skip: string | false
  create(): Promise<DatabasePlace>
}

export const dialects: readonly Dialect[] = [
  {
    name: 'sqlite',
    skip: false,
    create: async () => {
      const directory = await mkdtemp(join(tmpdir(), 'windfall-test-'))
      return {
        location: { kind: 'sqlite', file: join(directory, 'windfall.db') },
        [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
      }
    },
  },
  {
    name: 'postgres',
    skip: skipWithoutPostgres,
    create: async () => {
      const database = await createTestDatabase()
      return {
        location: { kind: 'postgres', url: database.url },
        [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
      }
    },
  },
]

/** Opens a new, empty database of the dialect; disposing closes and removes it. */
export const openOn = async (dialect: Dialect): Promise<Pick<Database, 'db'> & AsyncDisposable> => {
  await using stack = new AsyncDisposableStack()
  const { location } = stack.use(await dialect.create())
  const { db } = stack.use(await openDatabase(location))
  const owned = stack.move()
  return { db, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** A test that runs once on each dialect, each time with a new database. */
export const testOnDialects = (name: string, body: (db: Database['db']) => Promise<void>): void => {
  for (const dialect of dialects) {
    test(`${name} (${dialect.name})`, { skip: dialect.skip }, async () => {
      await using database = await openOn(dialect)
      await body(database.db)
    })
  }
}
