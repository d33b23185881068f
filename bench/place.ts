import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import type { DatabaseLocation } from '../src/store/index.ts'
import { startPostgres } from '../test/postgres-server.ts'
import { BUILT_SERVER, type Child, makeData, P256_WITH_RA, startChild } from './child.ts'
import { readFamilyCpuMs } from './cpu.ts'

/** A data directory and the database that belongs to it; disposing removes both. */
export interface Place extends AsyncDisposable {
  readonly name: 'SQLite' | 'PostgreSQL'
  readonly data: string
  readonly location: DatabaseLocation
  /** What makes windfall use that database. */
  readonly env: Readonly<Record<string, string>>
  /** CPU milliseconds that the database has used in processes of its own. */
  databaseCpuMs(): number
  /** Megabytes of 10^6 bytes that the database takes on the disk. */
  sizeMb(): Promise<number>
}

export const openSqlitePlace = async (): Promise<Place> => {
  const data = await makeData()
  const file = join(data.path, 'windfall.db')
  return {
    name: 'SQLite',
    data: data.path,
    location: { kind: 'sqlite', file },
    env: {},
    databaseCpuMs: () => 0,
    sizeMb: async () => statSync(file).size / 1e6,
    [Symbol.asyncDispose]: () => data[Symbol.asyncDispose](),
  }
}

/** On a server of its own. */
export const openPostgresPlace = async (): Promise<Place> => {
  await using stack = new AsyncDisposableStack()
  const data = stack.use(await makeData())
  const server = await startPostgres()
  if (server === undefined) throw new Error('there is no PostgreSQL on this machine')
  const { url } = stack.use(server)
  const directory = await ask(url, 'show data_directory')
  const postmaster = Number.parseInt(readFileSync(join(directory, 'postmaster.pid'), 'utf8'), 10)
  const owned = stack.move()
  return {
    name: 'PostgreSQL',
    data: data.path,
    location: { kind: 'postgres', url },
    env: { WINDFALL_DATABASE__URL: url },
    databaseCpuMs: () => readFamilyCpuMs(postmaster),
    sizeMb: async () => Number(await ask(url, 'select pg_database_size(current_database())')) / 1e6,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** The built server on a place. */
export const startServer = ({ data, env }: Place): Promise<Child> =>
  startChild({ program: BUILT_SERVER, data, env: { ...P256_WITH_RA, ...env } })

/** Starts the server once, which makes the tables and the keys. */
export const prepare = async (place: Place): Promise<void> => {
  await using child = await startServer(place)
  await child.firstLine()
}

/** The one value that a statement brings. */
const ask = async (url: string, statement: string): Promise<string> => {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<string[]>({ text: statement, rowMode: 'array' })
    return String(rows[0]?.[0])
  } finally {
    await client.end()
  }
}
