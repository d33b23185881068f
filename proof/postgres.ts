import { startPostgres } from '../test/postgres-server.ts'

/** Gives the harness of the tests a PostgreSQL server while `work` is done, as their global setup does. */
export const withPostgres = async (work: () => Promise<void>): Promise<void> => {
  await using server = await startPostgres()
  if (server === undefined) throw new Error('there is no PostgreSQL on this machine')
  process.env['WINDFALL_TEST_POSTGRES'] = server.url
  await work()
}
