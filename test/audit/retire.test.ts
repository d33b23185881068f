import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { type RawBuilder, sql } from 'kysely'
import { MasterKey } from '../../src/keys/index.ts'
import { verifyAuditExport } from '../../src/service/audit/index.ts'
import {
  type Db,
  findAuditStart,
  listAuditLinks,
  readRows,
  readTables,
  writeRows,
} from '../../src/store/index.ts'
import { dialects, openOn, testOnDialects } from '../dialect.ts'
import { NOW } from '../rows.ts'
import { appendLines, createAudit, dropTriggers } from './chain.ts'

const LINES = 20
const WHOLE = { after: 0, limit: 1000 }
/** Of the lines, which are a second apart, six are older. */
const OLD = { before: NOW + 6000, limit: 100 }

const masterKey = new MasterKey(randomBytes(32))

const seqsOf = async (db: Db, table: string): Promise<readonly number[]> => {
  const { rows } = await sql<{
    seq: number
  }>`select seq from ${sql.table(table)} order by seq`.execute(db)
  return rows.map(({ seq }) => seq)
}

testOnDialects(
  'removes the oldest lines and their checkpoints; the chain is good behind them, and a line tells',
  async (db) => {
    const audit = createAudit(db, masterKey)
    await appendLines(db, 3)
    await audit.checkpoint()
    await appendLines(db, LINES)
    await audit.checkpoint()
    // The second piece begins again with the first time, so that the ages are not in order.
    assert.equal(await audit.retire(OLD), 3 + 6)
    assert.equal(await audit.retire(OLD), 0)

    assert.equal((await seqsOf(db, 'audit'))[0], 10)
    assert.deepEqual(await seqsOf(db, 'audit_checkpoint'), [23])
    assert.deepEqual(await seqsOf(db, 'audit_start'), [9])
    const { fault, isComplete, lines, checkpoints } = await audit.verify(WHOLE)
    assert.deepEqual([fault, isComplete, lines, checkpoints], [undefined, true, 15, 1])
    const [told] = await audit.list({ action: 'audit.retire', limit: 10 })
    assert.deepEqual(
      [told?.actor.kind, told?.detail],
      ['system', { upTo: 9, lines: 9, before: OLD.before }],
    )
    // Who has come so far and goes on is not lost.
    assert.equal((await audit.verify({ after: 4, limit: 1000 })).isComplete, true)

    const { after, upTo } = await audit.beginExport({})
    assert.deepEqual([after, upTo], [9, 24])
  },
)

testOnDialects(
  'a younger line keeps the older ones behind it, and the limit is kept',
  async (db) => {
    const audit = createAudit(db, masterKey)
    await appendLines(db, 12)
    await appendLines(db, 12)
    assert.equal(await audit.retire({ before: NOW + 8000, limit: 5 }), 5)
    assert.equal(await audit.retire({ before: NOW + 8000, limit: 5 }), 3)
    assert.equal(await audit.retire({ before: NOW + 8000, limit: 5 }), 0)
    assert.equal((await audit.verify(WHOLE)).fault, undefined)
  },
)

testOnDialects('when every line is old, the one that says so is the only one left', async (db) => {
  const audit = createAudit(db, masterKey)
  await appendLines(db, 5)
  await audit.checkpoint()
  assert.equal(await audit.retire({ before: NOW + 5000, limit: 100 }), 5)
  assert.deepEqual(await seqsOf(db, 'audit'), [6])
  assert.equal((await audit.verify(WHOLE)).isComplete, true)
})

testOnDialects(
  'the database itself lets lines go at the beginning only, and a beginning be a line only',
  async (db) => {
    const audit = createAudit(db, masterKey)
    await appendLines(db, LINES)
    await audit.checkpoint()
    await audit.retire(OLD)
    const refusals: readonly RawBuilder<unknown>[] = [
      sql`delete from audit where seq = 7`,
      sql`delete from audit where seq = 12`,
      sql`delete from audit_checkpoint`,
      sql`delete from audit_start`,
      sql`update audit_start set seq = 12`,
      sql`update audit set action = 'nothing' where seq = 7`,
      sql`insert into audit_start (seq, at, hash, mac) values (12, 0, 'not its hash', '')`,
      sql`insert into audit_start (seq, at, hash, mac) values (99, 0, '', '')`,
    ]
    for (const statement of refusals) {
      await assert.rejects(statement.execute(db), /append-only|begins behind/)
    }
    assert.equal((await audit.verify(WHOLE)).fault, undefined)
  },
)

testOnDialects('two servers that retire at once remove each line once', async (db) => {
  const [one, other] = [createAudit(db, masterKey), createAudit(db, masterKey)]
  await appendLines(db, LINES)
  const counts = await Promise.all([one, other, one, other].map((audit) => audit.retire(OLD)))
  assert.deepEqual(counts.toSorted(), [0, 0, 0, 6])
  assert.equal((await one.verify(WHOLE)).fault, undefined)
})

for (const dialect of dialects) {
  test(`finds what else was removed, whatever is done to the beginning (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using database = await openOn(dialect)
    const { db } = database
    const audit = createAudit(db, masterKey)
    await appendLines(db, LINES)
    await audit.checkpoint()
    await audit.retire(OLD)
    const start = await findAuditStart(db)
    const [ninth] = await listAuditLinks(db, { after: 8, upTo: 9, limit: 1 })
    const checkpoint = (await audit.beginExport({})).checkpoint
    assert.ok(start !== undefined && ninth !== undefined)
    await dropTriggers(db, dialect.name)
    const forge = (seq: number, at: number, hash: string, mac: string) =>
      sql`update audit_start set seq = ${seq}, at = ${at}, hash = ${hash}, mac = ${mac}`
    const attacks: readonly (readonly [string, readonly RawBuilder<unknown>[], string, number])[] =
      [
        ['the next line', [sql`delete from audit where seq = 7`], 'removed', 7],
        ['a line behind it', [sql`delete from audit where seq = 12`], 'removed', 12],
        ['the beginning', [sql`delete from audit_start`], 'removed', 1],
        ['the end', [sql`delete from audit where seq > 18`], 'truncated', 19],
        [
          'more lines, with the beginning moved',
          [sql`delete from audit where seq <= 9`, forge(9, start.at, ninth.hash, start.mac)],
          'rewritten',
          9,
        ],
        [
          'more lines, with a checkpoint for a beginning',
          [
            sql`delete from audit where seq <= ${checkpoint.seq}`,
            forge(checkpoint.seq, checkpoint.at, checkpoint.hash, checkpoint.mac),
          ],
          'rewritten',
          checkpoint.seq,
        ],
      ]
    for (const [name, statements, kind, seq] of attacks) {
      await sql`create table kept as select * from audit`.execute(db)
      for (const statement of statements) await statement.execute(db)
      const { fault } = await audit.verify(WHOLE)
      assert.deepEqual([fault?.kind, fault?.seq], [kind, seq], name)
      await sql`delete from audit`.execute(db)
      await sql`insert into audit select * from kept`.execute(db)
      await sql`drop table kept`.execute(db)
      await sql`delete from audit_start`.execute(db)
      await sql`insert into audit_start (seq, at, hash, mac)
        values (${start.seq}, ${start.at}, ${start.hash}, ${start.mac})`.execute(db)
    }
    assert.equal((await audit.verify(WHOLE)).fault, undefined)
    const stranger = await createAudit(db).verify(WHOLE)
    assert.deepEqual([stranger.fault?.kind, stranger.fault?.seq], ['rewritten', start.seq])
  })

  test(`an export of what is left is good, and so is a copy in another database, which goes on (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using database = await openOn(dialect)
    const { db } = database
    const audit = createAudit(db, masterKey)
    await appendLines(db, LINES)
    await audit.retire(OLD)
    const { checkpoint, ...range } = await audit.beginExport({})
    const links = await listAuditLinks(db, { ...range, limit: 100 })
    async function* records() {
      yield* [...links, { checkpoint }]
    }
    const verdict = await verifyAuditExport(records(), masterKey)
    assert.deepEqual([verdict.fault, verdict.lines], [undefined, LINES - 6 + 1])

    for (const to of dialects) {
      if (to.skip) continue
      await using copy = await openOn(to)
      await db.transaction().execute(async (from) => {
        for (const table of await readTables(from)) {
          for await (const rows of readRows(from, table)) await writeRows(copy.db, table, rows)
        }
      })
      const there = createAudit(copy.db, masterKey)
      await appendLines(copy.db, 3)
      const { fault, isComplete } = await there.verify(WHOLE)
      assert.deepEqual([fault, isComplete], [undefined, true])
      assert.equal(await there.retire({ before: NOW + 9000, limit: 100 }), 3)
      assert.equal((await there.verify(WHOLE)).fault, undefined)
    }
  })
}
