import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { sql } from 'kysely'
import { dialects, openOn, testOnDialects } from '../../test/dialect.ts'
import { anAccount, NOW } from '../../test/rows.ts'
import { newId } from '../model/index.ts'
import { findAccount, findAccountByName, insertAccount, listAccounts } from './account.ts'
import { openDatabase } from './database.ts'
import { insertEnrollment } from './enrollment.ts'
import { afterCommit, transact } from './transact.ts'
import { isUniqueViolation } from './violation.ts'

testOnDialects('resolves with the result of the work', async (db) => {
  const account = anAccount()
  const result = await transact(db, async (tx) => {
    await insertAccount(tx, account)
    return await findAccount(tx, account.id)
  })
  assert.equal(result?.name, account.name)
  assert.deepEqual(await findAccount(db, account.id), result)
})

testOnDialects('undoes the work that throws, and none of the work beside it', async (db) => {
  const attempts = await Promise.allSettled(
    ['anna', 'bert', 'carl', 'bert', 'dora'].map((name, i) =>
      transact(db, async (tx) => {
        await insertAccount(tx, anAccount(`${name} ${i}`))
        if (name === 'bert') throw new Error('refused')
      }),
    ),
  )

  assert.deepEqual(
    attempts.map((attempt) => attempt.status),
    ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'],
  )
  const names = (await listAccounts(db, { limit: 10 })).map((account) => account.name)
  assert.deepEqual(names.sort(), ['anna 0', 'carl 2', 'dora 4'])
})

testOnDialects(
  'what is to follow a commit follows it once, and not if there is none',
  async (db) => {
    const followed: string[] = []
    await Promise.allSettled(
      ['anna', 'bert', 'carl'].map((name) =>
        transact(db, async (tx) => {
          await insertAccount(tx, anAccount(name))
          afterCommit(() => followed.push(name))
          if (name === 'bert') throw new Error('refused')
        }),
      ),
    )
    assert.deepEqual(followed.sort(), ['anna', 'carl'])
    assert.throws(() => afterCommit(() => {}), /no transaction/)
  },
)

testOnDialects('undoes what came before a statement that failed', async (db) => {
  await insertAccount(db, anAccount('anna'))

  const attempt = transact(db, async (tx) => {
    await insertAccount(tx, anAccount('bert'))
    await insertAccount(tx, anAccount('anna'))
  })

  await assert.rejects(attempt, (error) => isUniqueViolation(error, 'account_name_key'))
  assert.equal(await findAccountByName(db, 'bert'), undefined)
})

testOnDialects('shows nobody what is not committed', async (db) => {
  const account = anAccount()
  const inserted = Promise.withResolvers<void>()
  const looked = Promise.withResolvers<void>()
  const undone = transact(db, async (tx) => {
    await insertAccount(tx, account)
    inserted.resolve()
    await looked.promise
    throw new Error('refused')
  })
  await inserted.promise

  const seen = findAccount(db, account.id)
  looked.resolve()

  await assert.rejects(undone, /refused/)
  assert.equal(await seen, undefined)
})

testOnDialects('throws where the database is used beside the transaction', async (db) => {
  const account = anAccount()
  const beside = transact(db, async (tx) => {
    await insertAccount(tx, account)
    await findAccount(db, account.id)
  })
  await assert.rejects(beside, /inside a transaction/)

  const nested = transact(db, () => transact(db, async () => {}))
  await assert.rejects(nested, /inside a transaction/)

  assert.equal(await findAccount(db, account.id), undefined)
})

testOnDialects('takes work that is brought while other work is under way', async (db) => {
  const later: Promise<void>[] = []
  const enter = (name: string) => transact(db, (tx) => insertAccount(tx, anAccount(name)))
  const firsts = ['anna', 'bert'].map(async (name) => {
    await enter(name)
    later.push(enter(`${name} later`))
  })
  await Promise.all(firsts)
  await Promise.all(later)
  assert.equal((await listAccounts(db, { limit: 10 })).length, 4)
})

const [sqlite] = dialects

test('tells nobody of a group on SQLite before all of it is committed [security S16]', async () => {
  assert.ok(sqlite)
  await using database = await openOn(sqlite)
  const { db } = database
  const told: string[] = []
  const anna = transact(db, (tx) => insertAccount(tx, anAccount('anna'))).then(() =>
    told.push('anna'),
  )
  const bert = transact(db, async (tx) => {
    await insertAccount(tx, anAccount('bert'))
    told.push('bert is at work')
  })
  await Promise.all([anna, bert])
  assert.deepEqual(told, ['bert is at work', 'anna'])
})

test('a commit that fails on SQLite rejects the whole group', async () => {
  assert.ok(sqlite)
  await using database = await openOn(sqlite)
  const { db } = database

  const [good, bad] = await Promise.allSettled([
    transact(db, (tx) => insertAccount(tx, anAccount('anna'))),
    transact(db, async (tx) => {
      await sql`pragma defer_foreign_keys = on`.execute(tx)
      await insertEnrollment(tx, {
        id: newId('enrollment', NOW),
        state: 'authenticated',
        accountId: newId('account', NOW),
        remoteAddress: '192.0.2.1',
        userAgent: null,
        createdAt: NOW,
        expiresAt: NOW,
      })
    }),
  ])

  assert.match(String(good.status === 'rejected' && good.reason), /FOREIGN KEY/)
  assert.match(String(bad.status === 'rejected' && bad.reason), /FOREIGN KEY/)
  assert.deepEqual(await listAccounts(db, { limit: 10 }), [])
  await transact(db, (tx) => insertAccount(tx, anAccount('anna')))
})

test('a group that SQLite itself undoes is rejected, and the next one is taken', async () => {
  assert.ok(sqlite)
  await using database = await openOn(sqlite)
  const { db } = database

  const [good, fatal] = await Promise.allSettled([
    transact(db, (tx) => insertAccount(tx, anAccount('anna'))),
    // As a full disk does: the error ends the transaction and its savepoints with it.
    transact(db, (tx) =>
      sql`insert or rollback into throttle values ('a', 1, 1), ('a', 1, 1)`.execute(tx),
    ),
  ])

  assert.equal(good.status, 'rejected')
  assert.match(String(fatal.status === 'rejected' && fatal.reason), /UNIQUE/)
  assert.deepEqual(await listAccounts(db, { limit: 10 }), [])
  await transact(db, (tx) => insertAccount(tx, anAccount('anna')))
})

test('what SQLite was told is committed survives a kill of the process', async () => {
  assert.ok(sqlite)
  await using place = await sqlite.create()
  const script = `
    const { insertAccount, openDatabase, transact } = await import(${JSON.stringify(import.meta.resolve('./index.ts'))})
    const { db } = await openDatabase(${JSON.stringify(place.location)})
    await transact(db, (tx) => insertAccount(tx, ${JSON.stringify(anAccount('anna'))}))
    process.kill(process.pid, 'SIGKILL')`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: 'inherit',
  })
  assert.deepEqual(await once(child, 'close'), [null, 'SIGKILL'])

  await using database = await openDatabase(place.location)
  assert.equal((await findAccountByName(database.db, 'anna'))?.name, 'anna')
})
