import { randomBytes } from 'node:crypto'
import { Client } from 'pg'

export interface TestDatabase extends AsyncDisposable {
  readonly url: string
}

/** The server that the global setup started; `undefined` where the machine has no PostgreSQL. */
export function postgresUrl(): string | undefined {
  return process.env['WINDFALL_TEST_POSTGRES']
}

/** For the `skip` option of a test that needs `createTestDatabase`. */
export const skipWithoutPostgres: string | false =
  postgresUrl() === undefined && 'no PostgreSQL (npm test starts one where it is installed)'

/** Creates an empty database; disposing drops it, also while connections to it are still open. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = postgresUrl()
  if (server === undefined) throw new Error('no PostgreSQL was started for this run')
  const name = `test_${randomBytes(8).toString('hex')}`
  await execute(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => execute(server, `drop database ${name} with (force)`),
  }
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
