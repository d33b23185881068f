import assert from 'node:assert/strict'
import { testOnDialects } from '../../test/dialect.ts'
import { givenEnrollment, NOW } from '../../test/rows.ts'
import { newId } from '../model/index.ts'
import { findChallengeByHash, insertChallenge, spendChallenge } from './challenge.ts'
import type { Executor } from './schema.ts'
import { transact } from './transact.ts'

const HASH = 'c0ffee'

const givenChallenge = async (db: Executor) => {
  const challenge = {
    id: newId('challenge', NOW),
    hash: HASH,
    purpose: 'ota',
    enrollmentId: await givenEnrollment(db),
    deviceId: null,
    subject: [[['CN', 'iPhone']]],
    keyPolicy: 'rsa-2048',
    createdAt: NOW,
    expiresAt: NOW + 60_000,
  } as const
  await insertChallenge(db, challenge)
  return challenge
}

testOnDialects('spends a challenge and says what it was bound to', async (db) => {
  const challenge = await givenChallenge(db)
  const certificateId = newId('certificate', NOW)

  const spent = await spendChallenge(db, { hash: HASH, now: NOW + 1, spentBy: 'ab', certificateId })

  assert.deepEqual(spent, { ...challenge, spentAt: NOW + 1, spentBy: 'ab', certificateId })
  assert.deepEqual(await findChallengeByHash(db, HASH), spent)
})

testOnDialects('refuses a challenge that was already used', async (db) => {
  await givenChallenge(db)
  const spent = await spendChallenge(db, { hash: HASH, now: NOW, spentBy: 'ab' })
  assert.equal(await spendChallenge(db, { hash: HASH, now: NOW, spentBy: 'cd' }), undefined)
  assert.deepEqual(await findChallengeByHash(db, HASH), spent)
})

testOnDialects('refuses a challenge from the moment it expires', async (db) => {
  const { expiresAt } = await givenChallenge(db)
  assert.equal(await spendChallenge(db, { hash: HASH, now: expiresAt, spentBy: 'ab' }), undefined)
  assert.ok(await spendChallenge(db, { hash: HASH, now: expiresAt - 1, spentBy: 'ab' }))
})

testOnDialects('of twenty who spend a challenge at once, one does [security S4]', async (db) => {
  await givenChallenge(db)
  const attempts = await Promise.all(
    Array.from({ length: 20 }, (_, i) => {
      const spending = { hash: HASH, now: NOW, spentBy: `key ${i}` }
      // Half of them in transactions, half as single statements.
      return i % 2 === 0
        ? transact(db, (tx) => spendChallenge(tx, spending))
        : spendChallenge(db, spending)
    }),
  )

  const winners = attempts.filter((challenge) => challenge !== undefined)
  assert.equal(winners.length, 1)
  assert.equal((await findChallengeByHash(db, HASH))?.spentBy, winners[0]?.spentBy)
})

testOnDialects('a challenge stays unspent when its transaction fails [security S5]', async (db) => {
  await givenChallenge(db)
  const failed = transact(db, async (tx) => {
    await spendChallenge(tx, { hash: HASH, now: NOW, spentBy: 'ab' })
    throw new Error('power cut')
  })
  await assert.rejects(failed, /power cut/)
  assert.ok(await spendChallenge(db, { hash: HASH, now: NOW, spentBy: 'ab' }))
})
