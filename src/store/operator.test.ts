import assert from 'node:assert/strict'
import { testOnDialects } from '../../test/dialect.ts'
import { givenOperator, NOW } from '../../test/rows.ts'
import {
  changeOperator,
  findOperatorByName,
  holdOwners,
  insertOperator,
  listOperators,
  noteSignIn,
} from './operator.ts'
import { transact } from './transact.ts'
import { isUniqueViolation } from './violation.ts'

testOnDialects(
  'finds an operator by name in another spelling, and takes no second one',
  async (db) => {
    const operator = await givenOperator(db, 'Olga')
    const stored = { ...operator, signedInAt: null, disabledAt: null }
    assert.deepEqual(await findOperatorByName(db, 'OLGA'), stored)
    assert.equal(await findOperatorByName(db, 'ol\0ga'), undefined)
    await assert.rejects(insertOperator(db, { ...operator, name: 'olga' }), (error) =>
      isUniqueViolation(error),
    )
    const [listed] = await listOperators(db, { limit: 2 })
    assert.ok(listed !== undefined && !('passwordHash' in listed))
  },
)

testOnDialects('nothing changes of an operator who is disabled', async (db) => {
  const { id, passwordHash } = await givenOperator(db)
  assert.equal(await changeOperator(db, id, { role: 'helpdesk' }), true)
  assert.equal(await noteSignIn(db, { id, passwordHash }, NOW), true)
  assert.equal(await noteSignIn(db, { id, passwordHash: 'another' }, NOW + 1), false)
  assert.equal(await changeOperator(db, id, { disabledAt: NOW }), true)
  for (const change of [
    { role: 'owner' },
    { passwordHash: 'x' },
    { disabledAt: NOW + 1 },
  ] as const) {
    assert.equal(await changeOperator(db, id, change), false)
  }
  assert.equal(await noteSignIn(db, { id, passwordHash }, NOW + 1), false)
  const [operator] = await listOperators(db, { limit: 1 })
  assert.deepEqual(
    [operator?.role, operator?.signedInAt, operator?.disabledAt],
    ['helpdesk', NOW, NOW],
  )
})

testOnDialects(
  'of many owners who leave at once, the last one sees that they are the last',
  async (db) => {
    const owners = []
    for (let index = 0; index < 6; index++) owners.push(await givenOperator(db, `owner ${index}`))
    const left = await Promise.all(
      owners.map(({ id }) =>
        transact(db, async (tx) => {
          const held = await holdOwners(tx)
          return held.length > 1 && (await changeOperator(tx, id, { role: 'auditor' }))
        }),
      ),
    )
    assert.equal(left.filter(Boolean).length, 5)
    assert.equal((await holdOwners(db)).length, 1)
  },
)
