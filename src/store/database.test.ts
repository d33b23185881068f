import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { dialects, testOnDialects } from '../../test/dialect.ts'
import { anAccount } from '../../test/rows.ts'
import { findAccount, insertAccount } from './account.ts'
import { openDatabase } from './database.ts'
import { MIGRATIONS, migrate } from './migration/index.ts'

for (const { name, skip, create } of dialects) {
  test(`keeps what it holds when it is opened again (${name})`, { skip }, async () => {
    await using place = await create()
    const account = anAccount()
    {
      await using database = await openDatabase(place.location)
      await insertAccount(database.db, account)
    }
    await using database = await openDatabase(place.location)
    assert.equal((await findAccount(database.db, account.id))?.name, account.name)
  })

  test(`refuses a database that a later release has changed (${name})`, { skip }, async () => {
    await using place = await create()
    {
      await using database = await openDatabase(place.location)
      await migrate(database.db, { ...MIGRATIONS, '9999-later': { up: async () => {} } })
    }
    await assert.rejects(openDatabase(place.location), { kind: 'conflict', code: 'database_newer' })
  })
}

testOnDialects('undoes a migration that fails half-way', async (db) => {
  const broken: Migration = {
    up: async (tx) => {
      await sql`create table orchard (id text not null primary key)`.execute(tx)
      throw new Error('power cut')
    },
  }
  const migrations = { ...MIGRATIONS, '9999-broken': broken }

  await assert.rejects(migrate(db, migrations), /power cut/)

  const tables = await db.introspection.getTables()
  assert.ok(!tables.some((table) => table.name === 'orchard'))
  await migrate(db)
})

const [sqlite] = dialects

test('a second opening of a SQLite file is told that it is in use', async () => {
  assert.ok(sqlite)
  await using place = await sqlite.create()
  await using _ = await openDatabase(place.location)

  await assert.rejects(openDatabase(place.location), { kind: 'conflict', code: 'database_in_use' })
})

test('a SQLite database is durable, checks its references and is private to its owner', async () => {
  assert.ok(sqlite)
  await using place = await sqlite.create()
  assert.ok(place.location.kind === 'sqlite')
  await using database = await openDatabase(place.location)

  const FULL = 2
  for (const [pragma, value] of Object.entries({
    journal_mode: 'wal',
    synchronous: FULL,
    foreign_keys: 1,
    locking_mode: 'exclusive',
  })) {
    const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(pragma)}`.execute(
      database.db,
    )
    assert.equal(rows[0]?.[pragma], value, pragma)
  }
  for (const file of [place.location.file, `${place.location.file}-wal`]) {
    assert.equal((await stat(file)).mode & 0o777, 0o600, file)
  }
})

test('says that a PostgreSQL server cannot be reached', async () => {
  const url = 'postgres://postgres@/windfall?host=/nonexistent'
  await assert.rejects(openDatabase({ kind: 'postgres', url }), {
    kind: 'unavailable',
    code: 'database_unavailable',
  })
})

const postgres = dialects[1]

test('says that the connection to PostgreSQL was lost, and makes another', {
  skip: postgres?.skip ?? false,
}, async () => {
  assert.ok(postgres)
  await using place = await postgres.create()
  await using database = await openDatabase(place.location)
  await using operator = await openDatabase(place.location)

  const cut = database.db.connection().execute(async (db) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)
    await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(operator.db)
    await sql`select 1`.execute(db)
  })

  await assert.rejects(cut, { kind: 'unavailable', code: 'database_unavailable' })
  assert.deepEqual((await sql`select 1 as one`.execute(database.db)).rows, [{ one: 1 }])
})

test('a transaction on PostgreSQL in which nothing happens loses its locks, and says so when it goes on', {
  skip: postgres?.skip ?? false,
}, async () => {
  assert.ok(postgres)
  await using place = await postgres.create()
  assert.ok(place.location.kind === 'postgres')
  {
    await using database = await openDatabase(place.location)
    const { rows } = await sql`show idle_in_transaction_session_timeout`.execute(database.db)
    assert.deepEqual(rows, [{ idle_in_transaction_session_timeout: '5s' }])
  }
  const url = new URL(place.location.url)
  url.searchParams.set('idle_in_transaction_session_timeout', '200')
  await using quiet = await openDatabase({ kind: 'postgres', url: url.href })
  await using other = await openDatabase(place.location)
  const account = anAccount()

  const work = quiet.db.transaction().execute(async (tx) => {
    await insertAccount(tx, account)
    // Waits for the lock on the name, that is until the quiet transaction is undone.
    await insertAccount(other.db, account)
    await insertAccount(tx, anAccount('late'))
  })

  await assert.rejects(work, { kind: 'unavailable', code: 'database_unavailable' })
  assert.equal((await findAccount(other.db, account.id))?.name, account.name)
})
