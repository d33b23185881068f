import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { testOnDialects } from '../../test/dialect.ts'
import { anAccount, anAuditEntry, NOW } from '../../test/rows.ts'
import { EMPTY_CHAIN, hashAuditLink } from '../model/index.ts'
import { insertAccount, setAccountDisabled } from './account.ts'
import { findAuditHead, insertAudit } from './audit.ts'
import {
  findLastAuditCheckpoint,
  insertAuditCheckpoint,
  listAuditCheckpoints,
} from './audit-checkpoint.ts'
import { findAuditRange, listAudit, listAuditLines, listAuditLinks } from './audit-list.ts'
import type { Db, Executor } from './schema.ts'
import { transact } from './transact.ts'

const append = async (db: Db, count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await insertAudit(db, anAuditEntry({ at: NOW + i }))
}

const ALL = { after: 0, upTo: 1000, limit: 1000 }

testOnDialects(
  'gives lines numbers without gaps, and each the hash of the one before',
  async (db) => {
    assert.deepEqual(await findAuditHead(db), EMPTY_CHAIN)
    await append(db, 3)

    const links = await listAuditLinks(db, ALL)
    assert.deepEqual(
      links.map(({ seq }) => seq),
      [1, 2, 3],
    )
    let { hash } = EMPTY_CHAIN
    for (const link of links) {
      assert.equal(link.previousHash, hash)
      assert.equal(link.hash, hashAuditLink(link))
      hash = link.hash
    }
    assert.deepEqual(await findAuditHead(db), { seq: 3, hash })
  },
)

testOnDialects('gives back what was written, whatever the characters', async (db) => {
  const entry = anAuditEntry({
    actor: { kind: 'operator', id: 'opr_1' },
    subject: 'acc_1',
    code: 'x',
    reason: 'Größe "42"\n\u2028\u007f 🍎',
    before: { name: 'Anna\u0000', tags: ['a', { b: [null, true, -1] }] },
    after: { name: '\ud800', tags: [] },
    detail: { transactionID: 'ÄÖ' },
    requestId: 'req-1',
  })
  await insertAudit(db, entry)

  const [line] = await listAuditLines(db, ALL)
  const { seq, hash, previousHash, ...said } = line ?? assert.fail('no line')
  assert.deepEqual(said, entry)
  const [link] = await listAuditLinks(db, ALL)
  assert.equal(link && hashAuditLink(link), hash)
})

testOnDialects('hashes what the database keeps of a text that it cannot keep', async (db) => {
  await insertAudit(db, anAuditEntry({ reason: 'half \ud83c of an apple, and a \0' }))

  const [link] = await listAuditLinks(db, ALL)
  assert.equal(link && hashAuditLink(link), link?.hash)
  const [line] = await listAuditLines(db, ALL)
  assert.equal(line?.reason, 'half \ufffd of an apple, and a \ufffd')
})

testOnDialects('numbers no line of a transaction that is undone', async (db) => {
  await append(db, 1)
  const attempts = await Promise.allSettled(
    [0, 1, 2].map((i) =>
      transact(db, async (tx) => {
        await insertAudit(tx, anAuditEntry({ action: `done ${i}` }))
        if (i === 1) throw new Error('refused')
      }),
    ),
  )

  assert.equal(attempts[1]?.status, 'rejected')
  const lines = await listAuditLines(db, ALL)
  assert.deepEqual(
    lines.map(({ seq, action }) => [seq, action.slice(0, 4)]),
    [
      [1, 'acco'],
      [2, 'done'],
      [3, 'done'],
    ],
  )
})

testOnDialects('appends at the end of the transaction, whatever comes behind', async (db) => {
  const seen = await transact(db, async (tx) => {
    await insertAudit(tx, anAuditEntry())
    return await findAuditHead(tx)
  })
  assert.equal(seen?.seq, 0)
  assert.equal((await findAuditHead(db))?.seq, 1)
})

testOnDialects(
  'waits for nobody while it holds the head, in whatever order work is done',
  async (db) => {
    const account = anAccount()
    await insertAccount(db, account)
    const disable = (tx: Executor) => setAccountDisabled(tx, account.id, NOW)
    await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        transact(db, async (tx) => {
          if (i % 2 === 0) await disable(tx)
          await insertAudit(tx, anAuditEntry())
          if (i % 2 === 1) await disable(tx)
        }),
      ),
    )
    assert.equal((await findAuditHead(db))?.seq, 40)
  },
)

testOnDialects('lists by time, newest first, page by page', async (db) => {
  // A server whose clock is behind.
  for (const at of [NOW + 10, NOW, NOW + 20, NOW + 10]) await insertAudit(db, anAuditEntry({ at }))

  const first = await listAudit(db, { limit: 2 })
  assert.deepEqual(
    first.map(({ seq }) => seq),
    [3, 4],
  )
  const rest = await listAudit(db, { limit: 9, before: first[1] })
  assert.deepEqual(
    rest.map(({ seq }) => seq),
    [1, 2],
  )
})

testOnDialects('finds lines by actor, action, subject and time', async (db) => {
  const anna = { kind: 'operator', id: 'opr_anna' } as const
  await insertAudit(db, anAuditEntry({ at: NOW, actor: anna }))
  await insertAudit(db, anAuditEntry({ at: NOW + 1, action: 'link.open', subject: 'enr_1' }))
  await insertAudit(db, anAuditEntry({ at: NOW + 2, actor: { kind: 'stranger', id: null } }))
  await insertAudit(db, anAuditEntry({ at: NOW + 3, actor: anna, action: 'link.open' }))

  const find = async (filter: Partial<Parameters<typeof listAudit>[1]>) =>
    (await listAudit(db, { limit: 10, ...filter })).map(({ seq }) => seq)
  assert.deepEqual(await find({ actor: 'operator' }), [4, 1])
  assert.deepEqual(await find({ actor: { id: 'opr_anna' } }), [4, 1])
  assert.deepEqual(await find({ actor: { id: 'opr_anna' }, action: 'link.open' }), [4])
  assert.deepEqual(await find({ subject: 'enr_1' }), [2])
  assert.deepEqual(await find({ from: NOW + 1, to: NOW + 3 }), [3, 2])
  assert.deepEqual(await find({ from: NOW + 9 }), [])
})

testOnDialects('finds the piece of the chain that holds everything of a time', async (db) => {
  for (const at of [0, 5, 4, 6, 5, 9]) await insertAudit(db, anAuditEntry({ at: NOW + at }))

  const find = (from?: number, to?: number) =>
    findAuditRange(db, {
      from: from === undefined ? undefined : NOW + from,
      to: to === undefined ? undefined : NOW + to,
    })
  assert.deepEqual(await find(5, 6), { after: 1, upTo: 5 })
  assert.deepEqual(await find(undefined, 5), { after: 0, upTo: 3 })
  assert.deepEqual(await find(6), { after: 3, upTo: 6 })
  assert.equal(await find(10), undefined)
})

testOnDialects('keeps one checkpoint of a line, the first', async (db) => {
  const checkpoint = (seq: number, mac: string) => ({ seq, at: NOW, hash: 'h', mac })
  for (const [seq, mac] of [
    [2, 'a'],
    [5, 'b'],
    [5, 'c'],
  ] as const) {
    await insertAuditCheckpoint(db, checkpoint(seq, mac))
  }
  assert.equal(await findLastAuditCheckpoint(db), 5)
  assert.deepEqual(await listAuditCheckpoints(db, { after: 2, upTo: 5 }), [checkpoint(5, 'b')])
  assert.deepEqual(await listAuditCheckpoints(db, { after: 1, upTo: 4 }), [checkpoint(2, 'a')])
})

testOnDialects('refuses to change or remove a line or a checkpoint', async (db) => {
  await append(db, 2)
  await insertAuditCheckpoint(db, { seq: 2, at: NOW, hash: 'h', mac: 'm' })
  const look = async () => [await listAuditLines(db, ALL), await listAuditCheckpoints(db, ALL)]
  const before = await look()
  for (const statement of [
    sql`update audit set reason = 'x' where seq = 1`,
    sql`update audit set seq = 9 where seq = 2`,
    sql`delete from audit where seq = 2`,
    sql`delete from audit`,
    sql`update audit_checkpoint set mac = 'x'`,
    sql`delete from audit_checkpoint`,
  ]) {
    await assert.rejects(statement.execute(db), /append-only/)
  }
  assert.deepEqual(await look(), before)
})

testOnDialects('refuses a line that does not follow the last one', async (db) => {
  await append(db, 2)
  const copyAs = (seq: number, previousHash: string) =>
    sql`insert into audit select ${seq}, at, actor_kind, actor_id, action, subject, outcome, code, reason,
      "before", "after", detail, remote_address, request_id, ${previousHash}, hash
      from audit where seq = 2`.execute(db)
  const head = await findAuditHead(db)
  await assert.rejects(copyAs(4, head?.hash ?? ''), /follows the last one/)
  await assert.rejects(copyAs(3, EMPTY_CHAIN.hash), /follows the last one/)
  await assert.rejects(copyAs(2, head?.hash ?? ''), /follows the last one/)
  assert.deepEqual(await findAuditHead(db), head)
})
