import assert from 'node:assert/strict'
import { testOnDialects } from '../../test/dialect.ts'
import { givenOperator, NOW } from '../../test/rows.ts'
import { newId, type OperatorId } from '../model/index.ts'
import {
  findApiToken,
  insertApiToken,
  listApiTokens,
  revokeApiToken,
  touchApiToken,
} from './api-token.ts'
import { changeOperator } from './operator.ts'

const aToken = (operatorId: OperatorId | null) => ({
  id: newId('token', NOW),
  name: 'dashboard',
  operatorId,
  scopes: ['audit.read' as const],
  createdAt: NOW,
  expiresAt: NOW + 10,
})

testOnDialects('finds a token with its operator, until either ends', async (db) => {
  const operator = await givenOperator(db, 'olga')
  const token = aToken(operator.id)
  await insertApiToken(db, { ...token, hash: 'aa' })
  const found = { ...token, usedAt: null, operator: { name: 'olga', role: 'owner' } }
  assert.deepEqual(await findApiToken(db, 'aa', NOW + 9), found)
  assert.equal(await findApiToken(db, 'aa', NOW + 10), undefined)
  await touchApiToken(db, token.id, NOW + 1)
  assert.equal((await findApiToken(db, 'aa', NOW))?.usedAt, NOW + 1)
  await changeOperator(db, operator.id, { disabledAt: NOW })
  assert.equal(await findApiToken(db, 'aa', NOW), undefined)
})

testOnDialects('a token of nobody that never ends is found for ever', async (db) => {
  const token = { ...aToken(null), scopes: null, expiresAt: null }
  await insertApiToken(db, { ...token, hash: 'aa' })
  const found = { ...token, usedAt: null, operator: null }
  assert.deepEqual(await findApiToken(db, 'aa', Number.MAX_SAFE_INTEGER), found)
})

testOnDialects('revokes a token of whom it is of, once', async (db) => {
  const olga = await givenOperator(db, 'olga')
  const ada = await givenOperator(db, 'ada')
  const token = aToken(olga.id)
  const other = aToken(null)
  await insertApiToken(db, { ...token, hash: 'aa' })
  await insertApiToken(db, { ...other, hash: 'bb' })
  const ids = async (of: OperatorId | 'all') =>
    (await listApiTokens(db, { of, limit: 9 })).map(({ id }) => id)
  assert.deepEqual(await ids('all'), [token.id, other.id])
  assert.deepEqual(await ids(olga.id), [token.id])
  assert.deepEqual(await ids(ada.id), [])
  assert.equal(await revokeApiToken(db, { id: token.id, of: ada.id, at: NOW }), false)
  assert.equal(await revokeApiToken(db, { id: token.id, of: olga.id, at: NOW }), true)
  assert.equal(await revokeApiToken(db, { id: token.id, of: 'all', at: NOW }), false)
  assert.equal(await findApiToken(db, 'aa', NOW), undefined)
  assert.deepEqual(await ids('all'), [other.id])
})
