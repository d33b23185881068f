import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type RawBuilder, sql } from 'kysely'
import { hashAuditLink } from '../../src/model/index.ts'
import { type Db, listAuditLinks } from '../../src/store/index.ts'
import { dialects, openOn } from '../dialect.ts'
import { appendLines, createAudit, dropTriggers } from './chain.ts'

const LINES = 12
const WHOLE = { after: 0, limit: 1000 }

const TEXTS = [
  'actor_kind',
  'actor_id',
  'action',
  'subject',
  'outcome',
  'code',
  'reason',
  'remote_address',
  'request_id',
  'previous_hash',
  'hash',
] as const
const NULLABLE = ['actor_id', 'subject', 'code', 'reason', 'remote_address', 'request_id'] as const
const JSONS = ['before', 'after', 'detail'] as const

const anyLine = fc.integer({ min: 1, max: LINES })
const set = (column: string, value: RawBuilder<unknown>, seq: number) =>
  sql`update audit set ${sql.ref(column)} = ${value} where seq = ${seq}`

/** Ways to change a chain, each with the line from which on it is bad. */
interface Tampering {
  readonly name: string
  readonly statements: readonly RawBuilder<unknown>[]
  readonly first: number
  readonly kind?: string
}

const shift = (by: 1 | -1, beyond: number): readonly RawBuilder<unknown>[] => [
  sql`update audit set seq = -seq where seq > ${beyond}`,
  sql`update audit set seq = -seq + ${by} where seq < 0`,
]

const ROW = sql`at, actor_kind, actor_id, action, subject, outcome, code, reason, "before", "after", detail,
  remote_address, request_id, previous_hash, hash`

const tamperings: fc.Arbitrary<Tampering> = fc.oneof(
  fc
    .record({
      column: fc.constantFrom(...TEXTS),
      seq: anyLine,
      text: fc.stringMatching(/^[ -~]{1,5}$/),
    })
    .map(({ column, seq, text }) => ({
      name: `${column} of ${seq} gets ${text}`,
      statements: [set(column, sql`${sql.ref(column)} || ${sql.lit(text)}`, seq)],
      first: seq,
    })),
  fc.record({ column: fc.constantFrom(...NULLABLE), seq: anyLine }).map(({ column, seq }) => ({
    name: `${column} of ${seq} is gone`,
    statements: [set(column, sql`null`, seq)],
    first: seq,
  })),
  fc
    .record({
      column: fc.constantFrom(...JSONS),
      seq: anyLine,
      text: fc.constantFrom('null', '{}', '[', '{"x":1}', '{}, {}', '{}  ', '{"x":"ä"}'),
    })
    .map(({ column, seq, text }) => ({
      name: `${column} of ${seq} becomes ${text}`,
      statements: [set(column, sql.lit(text), seq)],
      first: seq,
    })),
  fc.record({ seq: anyLine, by: fc.constantFrom(1, -1, 1e15, 9e15) }).map(({ seq, by }) => ({
    name: `at of ${seq} by ${by}`,
    statements: [set('at', sql`at + ${sql.lit(by)}`, seq)],
    first: seq,
  })),
  fc.integer({ min: 1, max: LINES - 1 }).map((seq) => ({
    name: `${seq} is removed`,
    statements: [sql`delete from audit where seq = ${seq}`],
    first: seq,
    kind: 'removed',
  })),
  fc.integer({ min: 1, max: LINES - 1 }).map((seq) => ({
    name: `${seq} is removed, the others move up`,
    statements: [sql`delete from audit where seq = ${seq}`, ...shift(-1, seq)],
    first: seq,
    kind: 'removed',
  })),
  fc
    .record({ a: anyLine, b: anyLine })
    .filter(({ a, b }) => a < b)
    .map(({ a, b }) => ({
      name: `${a} and ${b} change places`,
      statements: [
        sql`update audit set seq = -seq where seq in (${a}, ${b})`,
        sql`update audit set seq = case seq when ${-a} then ${sql.lit(b)} else ${sql.lit(a)} end where seq < 0`,
      ],
      first: a,
      ...(b === a + 1 ? { kind: 'reordered' } : {}),
    })),
  fc.record({ seq: anyLine, of: anyLine }).map(({ seq, of }) => ({
    name: `${of} is put in again as ${seq}`,
    statements: [
      ...shift(1, seq - 1),
      sql`insert into audit select ${sql.lit(seq)}, ${ROW} from audit where seq = ${of < seq ? of : of + 1}`,
    ],
    first: seq,
  })),
  fc.integer({ min: 1, max: LINES }).map((seq) => ({
    name: `everything from ${seq} on is cut off`,
    statements: [sql`delete from audit where seq >= ${seq}`],
    first: seq,
    kind: 'truncated',
  })),
  fc.integer({ min: 1, max: LINES - 1 }).map((seq) => ({
    name: `everything from ${seq} on is cut off, and the head moved`,
    statements: [
      sql`delete from audit where seq >= ${seq}`,
      sql`update audit_head set seq = ${seq - 1}, hash = coalesce(
        (select hash from audit where seq = ${seq - 1}), '${sql.raw('0'.repeat(64))}')`,
    ],
    first: seq,
    kind: 'truncated',
  })),
)

for (const dialect of dialects) {
  test(`finds every change, removal, exchange, insertion and truncation of lines, and names the first bad one (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using database = await openOn(dialect)
    const { db } = database
    const audit = createAudit(db)
    await appendLines(db, LINES)
    await audit.checkpoint()
    await dropTriggers(db, dialect.name)
    const good = await audit.verify(WHOLE)
    assert.deepEqual([good.fault, good.lines, good.checkpoints], [undefined, LINES, 1])
    await sql`create table kept as select * from audit`.execute(db)
    await sql`create table kept_head as select * from audit_head`.execute(db)

    await fc.assert(
      fc.asyncProperty(tamperings, async ({ name, statements, first, kind }) => {
        for (const statement of statements) await statement.execute(db)
        const { fault, lines, isComplete } = await audit.verify(WHOLE)
        await restore(db)
        assert.ok(fault !== undefined && !isComplete, name)
        // A copy of the line before shows by its place alone: then that line is the one too many.
        assert.ok(
          fault.seq === first || (fault.kind === 'inserted' && fault.seq === first - 1),
          `${name}: ${fault.detail}`,
        )
        assert.ok(lines >= first - 1, name)
        if (kind !== undefined) assert.equal(fault.kind, kind, `${name}: ${fault.detail}`)
      }),
      { numRuns: 200 },
    )
    assert.equal((await audit.verify(WHOLE)).fault, undefined)
  })

  test(`finds a chain that was calculated anew, by its checkpoints (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using database = await openOn(dialect)
    const { db } = database
    const audit = createAudit(db)
    await appendLines(db, LINES)
    await audit.checkpoint()
    await appendLines(db, 1)
    await dropTriggers(db, dialect.name)
    await sql`update audit set action = 'nothing' where seq = 4`.execute(db)
    await rehash(db, 4)

    const { fault } = await audit.verify(WHOLE)
    assert.deepEqual([fault?.kind, fault?.seq], ['rewritten', LINES])

    const forged = {
      seq: LINES,
      hash: (await listAuditLinks(db, { after: LINES - 1, upTo: LINES, limit: 1 }))[0]?.hash,
    }
    await sql`update audit_checkpoint set hash = ${forged.hash}`.execute(db)
    const second = await audit.verify(WHOLE)
    assert.deepEqual([second.fault?.kind, second.fault?.seq], ['rewritten', LINES])
    assert.match(second.fault?.detail ?? '', /master key/)

    // Nothing in the database tells any more; docs/audit.md says so.
    await sql`delete from audit_checkpoint`.execute(db)
    assert.equal((await audit.verify(WHOLE)).fault, undefined)
  })

  test(`a checkpoint of another master key is none (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using database = await openOn(dialect)
    await appendLines(database.db, 2)
    await createAudit(database.db).checkpoint()
    const { fault } = await createAudit(database.db).verify(WHOLE)
    assert.deepEqual([fault?.kind, fault?.seq], ['rewritten', 2])
  })
}

const restore = async (db: Db): Promise<void> => {
  for (const statement of [
    sql`delete from audit`,
    sql`insert into audit select * from kept`,
    sql`update audit_head set seq = (select seq from kept_head), hash = (select hash from kept_head)`,
  ]) {
    await statement.execute(db)
  }
}

/** What an attacker without the master key can do. */
const rehash = async (db: Db, from: number): Promise<void> => {
  const links = await listAuditLinks(db, { after: from - 1, upTo: 1000, limit: 1000 })
  let previousHash = links[0]?.previousHash ?? ''
  for (const { seq, content } of links) {
    const hash = hashAuditLink({ seq, previousHash, content })
    await sql`update audit set previous_hash = ${previousHash}, hash = ${hash} where seq = ${seq}`.execute(
      db,
    )
    await sql`update audit_head set seq = ${seq}, hash = ${hash}`.execute(db)
    previousHash = hash
  }
}
