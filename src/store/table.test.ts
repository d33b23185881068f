import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { dialects, openOn, testOnDialects } from '../../test/dialect.ts'
import { givenEnrollment } from '../../test/rows.ts'
import { newId } from '../model/index.ts'
import { insertPhase2Answer } from './phase2-answer.ts'
import type { Db } from './schema.ts'
import { type Row, readRows, readTables, type Table, writeRows } from './table.ts'

const rowsOf = async (db: Db, table: Table): Promise<readonly Row[]> => {
  const all: Row[] = []
  await db.transaction().execute(async (tx) => {
    for await (const rows of readRows(tx, table)) all.push(...rows)
  })
  return all.toSorted()
}

const tableOf = async (db: Db, name: string): Promise<Table> => {
  const found = (await readTables(db)).find((table) => table.name === name)
  assert(found !== undefined)
  return found
}

/** What a backup does without: the lines of the audit tell its head, and a probe says nothing. */
const DERIVED: ReadonlySet<string> = new Set(['audit_head', 'probe'])

testOnDialects('knows every table that is to be kept', async (db) => {
  const made = await db.introspection.getTables()
  const known = await readTables(db)
  assert.deepEqual(
    known.map(({ name }) => name).toSorted(),
    made.flatMap(({ name }) => (DERIVED.has(name) ? [] : [name])).toSorted(),
  )
  for (const { name, columns } of known) {
    const other = made.find((table) => table.name === name)
    const kept = other?.columns.filter((column) => `${name}.${column.name}` !== 'step.position')
    assert.equal(columns.length, kept?.length)
  }
})

testOnDialects('reads all steps, without the positions that the database gave them', async (db) => {
  const enrollment = await givenEnrollment(db)
  const table = await tableOf(db, 'step')
  assert.ok(table.columns.every(({ name }) => name !== 'position'))
  const values: Readonly<Record<string, string | number>> = {
    ...{ enrollment_id: enrollment, code: 'signed_in', outcome: 'ok', summary: '', detail: '{}' },
    at: 0,
  }
  const ids = Array.from({ length: 1001 }, () => newId('step', 0))
  const rows = ids.map((id) =>
    table.columns.map(({ name }) => (name === 'id' ? id : (values[name] ?? null))),
  )
  await writeRows(db, table, rows)
  assert.deepEqual(await rowsOf(db, table), rows.toSorted())
})

testOnDialects('reads all rows of a table, however many', async (db) => {
  for (const count of [0, 1, 500, 501, 1000]) {
    await sql`delete from throttle`.execute(db)
    const table = await tableOf(db, 'throttle')
    const numbers = Array.from({ length: count }, (_, number) => number)
    await writeRows(
      db,
      table,
      numbers.map((number) => [2, `k${number}`, 1]),
    )
    const rows = await rowsOf(db, table)
    assert.equal(new Set(rows.map(([, key]) => key)).size, count)
  }
})

for (const from of dialects) {
  for (const to of dialects) {
    const skip = from.skip || to.skip
    test(`rows come whole from ${from.name} to ${to.name}`, { skip }, async () => {
      await using source = await openOn(from)
      await using target = await openOn(to)
      const enrollment = await givenEnrollment(source.db)
      await insertPhase2Answer(source.db, enrollment, Uint8Array.of(0, 1, 0xff, 0x5c))
      await source.db
        .insertInto('token')
        .values({
          id: newId('token', 0),
          kind: 'link',
          hash: `'"\\ü\u{1f34e}\n{}`,
          subject: '*',
          created_at: 2 ** 52 + 1,
          expires_at: 0,
        })
        .execute()
      for (const table of await readTables(source.db)) {
        const rows = await rowsOf(source.db, table)
        await writeRows(target.db, await tableOf(target.db, table.name), rows)
        assert.deepEqual(await rowsOf(target.db, await tableOf(target.db, table.name)), rows)
      }
      const answer = await target.db.selectFrom('phase2_answer').selectAll().execute()
      assert.deepEqual(
        answer.map((row) => [row.enrollment_id, [...row.answer]]),
        [[enrollment, [0, 1, 0xff, 0x5c]]],
      )
    })
  }
}
