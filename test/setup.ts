import { type PostgresServer, startPostgres } from './postgres-server.ts'

let postgres: PostgresServer | undefined

/** Once per run, in the runner's process; test files inherit what it puts into the environment. */
export async function globalSetup(): Promise<void> {
  postgres = await startPostgres()
  if (postgres !== undefined) process.env['WINDFALL_TEST_POSTGRES'] = postgres.url
}

export async function globalTeardown(): Promise<void> {
  await postgres?.[Symbol.asyncDispose]()
}
