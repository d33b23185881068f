import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import {
  type DatabaseLocation,
  type Db,
  fillDatabase,
  listMigrationsDone,
  openDatabase,
  readConsistently,
  readTables,
  summarizeTables,
} from '../../src/store/index.ts'
import { MIGRATIONS, migrate } from '../../src/store/migration/index.ts'
import { type Dialect, dialects } from '../dialect.ts'
import { startTestServer } from '../harness.ts'
import { STATEMENTS, withSecond } from './second.ts'
import { readSnapshot, type Snapshot } from './snapshot.ts'

const NODE = fileURLToPath(new URL('node.ts', import.meta.url))
const FIXTURES = fileURLToPath(new URL('../fixtures/schema/', import.meta.url))
/** Every released schema, and the one that is about to be. */
const SCHEMAS = readdirSync(FIXTURES).map((file) => file.replace('.ndjson', ''))
const LATEST = Object.keys(MIGRATIONS).at(-1) ?? ''

/** A database of that schema, with rows in every table, which nobody holds. */
const openAt = async (dialect: Dialect, schema: string) => {
  await using stack = new AsyncDisposableStack()
  const { location } = stack.use(await dialect.create())
  const snapshot = await readSnapshot(schema)
  await fillDatabase(location, schema, snapshot.load)
  const owned = stack.move()
  return { location, snapshot, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Everything that the snapshot has stands in the database as it was. */
const assertKept = async (location: DatabaseLocation, snapshot: Snapshot): Promise<void> => {
  const found = await readConsistently(location, (tx) => summarizeTables(tx, snapshot.tables))
  assert.deepEqual(found, snapshot.summaries)
}

const nodeOn = (location: DatabaseLocation, last: number): ChildProcess =>
  fork(NODE, [JSON.stringify(location), String(last)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })

const orchardOf = async (db: Db): Promise<boolean> =>
  (await db.introspection.getTables()).some(({ name }) => name === 'orchard')

test('there is a snapshot of every schema, with rows in every table', async () => {
  assert.deepEqual(SCHEMAS.toSorted(), Object.keys(MIGRATIONS))
  for (const schema of SCHEMAS) {
    for (const { table, rows } of (await readSnapshot(schema)).summaries) {
      assert.ok(rows > 0, `${schema} has no row in ${table}`)
    }
  }
})

for (const dialect of dialects) {
  const options = { skip: dialect.skip, timeout: 50_000 }

  for (const schema of SCHEMAS) {
    test(
      `brings ${schema} up to date without losing a row, and a server goes on with it (${dialect.name}) [proof R15]`,
      options,
      async () => {
        await using place = await openAt(dialect, schema)
        const { location, snapshot } = place
        for (let time = 0; time < 2; time++) {
          await using database = await openDatabase(location)
          assert.deepEqual(await listMigrationsDone(database.db), Object.keys(MIGRATIONS))
          if (schema !== LATEST) continue
          const advice = 'before its release a schema may change: node test/schema/take.ts'
          assert.deepEqual(await readTables(database.db), snapshot.tables, advice)
        }
        await assertKept(location, snapshot)
        await using directory = await mkdtempDisposable(join(tmpdir(), 'windfall-schema-'))
        const [key] = snapshot.head.files
        const masterKey = Buffer.from(key?.content ?? '', 'base64')
        const data = location.kind === 'sqlite' ? join(location.file, '..') : directory.path
        await writeFile(join(data, 'master.key'), masterKey, { mode: 0o600 })
        await using server = await startTestServer({ data, location, now: snapshot.head.takenAt })
        const { fault, isComplete } = await server.app.core.services.audit.verify({
          after: 0,
          limit: 1e6,
        })
        assert.deepEqual([fault, isComplete], [undefined, true])
      },
    )
  }

  test(
    `kill -9 amid a migration and at its end leaves the schema before it whole, and the next start migrates once (${dialect.name}) [proof R15]`,
    options,
    async () => {
      await using place = await openAt(dialect, LATEST)
      const { location, snapshot } = place
      for (const statement of [1, STATEMENTS]) {
        const node = nodeOn(location, statement)
        const ended = once(node, 'exit')
        assert.deepEqual((await once(node, 'message')).slice(0, 1), ['reached'])
        node.kill('SIGKILL')
        await ended
        // The release before goes on with it.
        await using database = await openDatabase(location)
        assert.deepEqual(await listMigrationsDone(database.db), Object.keys(MIGRATIONS))
        assert.equal(await orchardOf(database.db), false)
      }
      await assertKept(location, snapshot)
      {
        await using database = await openDatabase(location)
        for (let time = 0; time < 2; time++) await migrate(database.db, withSecond())
      }
      await assertKept(location, snapshot)
      await using database = await openDatabase(location)
      const { rows } = await sql<{ trees: number }>`select count(*) as trees from orchard`.execute(
        database.db,
      )
      const steps = snapshot.summaries.find(({ table }) => table === 'step')
      assert.equal(rows[0]?.trees, steps?.rows)
    },
  )

  test(
    `the release before serves on the schema of the next, before and after its own restart, and backs up nothing there (${dialect.name}) [proof R15]`,
    options,
    async () => {
      await using place = await dialect.create()
      const { location } = place
      await using directory = await mkdtempDisposable(join(tmpdir(), 'windfall-schema-'))
      const data = location.kind === 'sqlite' ? join(location.file, '..') : directory.path
      {
        await using old = await startTestServer({ data, location })
        const under = old.enroll()
        await migrate(old.app.core.database.db, withSecond())
        assert.equal((await under).kind, 'configured')
      }
      {
        await using again = await startTestServer({ data, location })
        assert.equal((await again.enroll()).kind, 'configured')
        const file = join(directory.path, 'a.windfall')
        const made = again.app.core.services.backups.create({
          file,
          passphrase: 'a windfall of apples',
        })
        await assert.rejects(made, { kind: 'conflict', code: 'database_newer' })
        const contract = { ...withSecond(), '0004-orchard-contract': { up: async () => {} } }
        await migrate(again.app.core.database.db, contract)
      }
      await assert.rejects(startTestServer({ data, location }), {
        kind: 'conflict',
        code: 'database_newer',
      })
    },
  )
}

const postgres = dialects[1]

test('two nodes that start at once migrate once, and both go on [proof R15]', {
  skip: postgres?.skip ?? false,
}, async () => {
  assert.ok(postgres)
  await using place = await openAt(postgres, LATEST)
  const nodes = [1, 2].map(() => nodeOn(place.location, 0))
  const codes = await Promise.all(nodes.map(async (node) => (await once(node, 'exit'))[0]))
  assert.deepEqual(codes, [0, 0])
  await assertKept(place.location, place.snapshot)
})
