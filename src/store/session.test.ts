import assert from 'node:assert/strict'
import { testOnDialects } from '../../test/dialect.ts'
import { givenOperator, NOW } from '../../test/rows.ts'
import { newId, type OperatorId } from '../model/index.ts'
import { changeOperator } from './operator.ts'
import type { Executor } from './schema.ts'
import {
  endSession,
  endSessionsOf,
  findSession,
  insertSession,
  listSessions,
  touchSession,
} from './session.ts'

const given = async (db: Executor, hash: string, operatorId: OperatorId) => {
  const session = {
    id: newId('session', NOW),
    operatorId,
    remoteAddress: '192.0.2.1',
    userAgent: 'Safari',
    createdAt: NOW,
    seenAt: NOW,
    expiresAt: NOW + 100,
  }
  await insertSession(db, { ...session, hash })
  return session
}

const now = { now: NOW, idleSince: NOW - 10 }

testOnDialects('finds a session with its operator, as both are now', async (db) => {
  const operator = await givenOperator(db, 'olga')
  const session = await given(db, 'aa', operator.id)
  const found = { ...session, operator: { name: 'olga', role: 'owner' } }
  assert.deepEqual(await findSession(db, 'aa', now), found)
  await changeOperator(db, operator.id, { role: 'auditor' })
  assert.equal((await findSession(db, 'aa', now))?.operator.role, 'auditor')
  await touchSession(db, session.id, NOW + 5)
  assert.equal((await findSession(db, 'aa', now))?.seenAt, NOW + 5)
  assert.equal(await findSession(db, 'ab', now), undefined)
})

testOnDialects(
  'a session is good until it expires, idles, is ended, or its operator disabled',
  async (db) => {
    const { id: operatorId } = await givenOperator(db)
    const session = await given(db, 'aa', operatorId)
    const isGood = async (moment: typeof now): Promise<boolean> => {
      const found = await findSession(db, 'aa', moment)
      const listed = await listSessions(db, { ...moment, of: 'all', limit: 9 })
      assert.equal(listed.length, found === undefined ? 0 : 1)
      return found !== undefined
    }
    assert.equal(await isGood({ now: NOW + 99, idleSince: NOW - 1 }), true)
    assert.equal(await isGood({ now: NOW + 100, idleSince: NOW - 1 }), false)
    assert.equal(await isGood({ now: NOW, idleSince: NOW }), false)
    await changeOperator(db, operatorId, { disabledAt: NOW })
    assert.equal(await isGood(now), false)
    assert.equal(await endSession(db, { id: session.id, of: operatorId, at: NOW }), true)
  },
)

testOnDialects('ends sessions of whom they are of, once', async (db) => {
  const olga = await givenOperator(db, 'olga')
  const ada = await givenOperator(db, 'ada')
  const [first, second, other] = [
    await given(db, 'aa', olga.id),
    await given(db, 'bb', olga.id),
    await given(db, 'cc', ada.id),
  ]
  assert.equal(await endSession(db, { id: first.id, of: ada.id, at: NOW }), false)
  assert.equal(await endSession(db, { id: first.id, of: olga.id, at: NOW }), true)
  assert.equal(await endSession(db, { id: first.id, of: 'all', at: NOW }), false)
  assert.deepEqual(
    (await listSessions(db, { ...now, of: olga.id, limit: 9 })).map(({ id }) => id),
    [second.id],
  )
  await endSessionsOf(db, olga.id, NOW)
  assert.deepEqual(
    (await listSessions(db, { ...now, of: 'all', limit: 9 })).map(({ id }) => id),
    [other.id],
  )
})
