import { type DatabaseLocation, openDatabase } from '../../src/store/index.ts'
import { migrate } from '../../src/store/migration/index.ts'
import { withSecond } from './second.ts'

// A server of the second schema, as far as its start: it brings the database up to date, and its parent kills it.

process.on('disconnect', () => process.exit())
const location: DatabaseLocation = JSON.parse(process.argv[2] ?? '')
const last = Number(process.argv[3])

await using database = await openDatabase(location)
const migrations = withSecond(async (statement) => {
  if (statement !== last) return
  process.send?.('reached')
  await new Promise(() => {})
})
await migrate(database.db, migrations)
process.disconnect()
