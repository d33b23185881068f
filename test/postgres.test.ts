import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from 'pg'
import { createTestDatabase, skipWithoutPostgres } from './postgres.ts'

const connect = async (url: string) => {
  const client = new Client({ connectionString: url })
  await client.connect()
  return client
}

test('gives each caller an empty database of its own', { skip: skipWithoutPostgres }, async () => {
  await using first = await createTestDatabase()
  await using second = await createTestDatabase()

  const [inFirst, inSecond] = [await connect(first.url), await connect(second.url)]
  await inFirst.query('create table thing (id text)')
  const { rows } = await inSecond.query(
    `select table_name from information_schema.tables where table_schema = 'public'`,
  )
  await inFirst.end()
  await inSecond.end()

  assert.deepEqual(rows, [])
})

test('drops the database when it is disposed of', { skip: skipWithoutPostgres }, async () => {
  const database = await createTestDatabase()
  await database[Symbol.asyncDispose]()

  await assert.rejects(connect(database.url), { code: '3D000' })
})
