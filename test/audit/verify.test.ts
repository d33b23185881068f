import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { ServiceError } from '../../src/errors.ts'
import { dialects, openOn, testOnDialects } from '../dialect.ts'
import { appendLines, createAudit, dropTriggers } from './chain.ts'

testOnDialects('finds nothing wrong with a chain that has no lines yet', async (db) => {
  const audit = createAudit(db)
  await audit.checkpoint()
  assert.deepEqual(await audit.verify({ after: 0, limit: 10 }), {
    lines: 0,
    checkpoints: 0,
    seq: 0,
    isComplete: true,
    fault: undefined,
  })
  await assert.rejects(audit.beginExport({}), isServiceError('audit_empty'))
  await assert.rejects(audit.verify({ after: 1, limit: 10 }), isServiceError('audit_line_unknown'))
})

const isServiceError = (code: string) => (error: unknown) =>
  error instanceof ServiceError && error.code === code

for (const dialect of dialects) {
  test(`follows a long chain piece by piece, and finds what is wrong where pages meet (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using database = await openOn(dialect)
    const { db } = database
    const audit = createAudit(db)
    await appendLines(db, 1500)
    await audit.checkpoint()
    await appendLines(db, 1000)

    const first = await audit.verify({ after: 0, limit: 500 })
    assert.deepEqual([first.lines, first.seq, first.isComplete], [1000, 1000, false])
    const rest = await audit.verify({ after: first.seq, limit: 10_000 })
    assert.deepEqual(
      [rest.lines, rest.seq, rest.checkpoints, rest.isComplete],
      [1500, 2500, 1, true],
    )
    const none = await audit.verify({ after: 2500, limit: 10 })
    assert.deepEqual([none.lines, none.isComplete, none.fault], [0, true, undefined])

    await dropTriggers(db, dialect.name)
    for (const seq of [2500, 2001, 2000, 1001, 1000]) {
      await sql`delete from audit where seq = ${seq}`.execute(db)
      const { fault } = await audit.verify({ after: 0, limit: 10_000 })
      assert.deepEqual([fault?.seq, fault?.kind], [seq, seq === 2500 ? 'truncated' : 'removed'])
    }
  })
}

testOnDialects('keeps a checkpoint of each end, once', async (db) => {
  const audit = createAudit(db)
  const count = async () => (await audit.verify({ after: 0, limit: 100 })).checkpoints
  await appendLines(db, 2)
  await audit.checkpoint()
  await audit.checkpoint()
  assert.equal(await count(), 1)
  await appendLines(db, 1)
  await audit.checkpoint()
  assert.equal(await count(), 2)
  const { after, upTo, checkpoint } = await audit.beginExport({})
  assert.deepEqual([after, upTo, checkpoint.seq], [0, 3, 3])
  assert.equal(await count(), 2)
})
