import assert from 'node:assert/strict'
import { testOnDialects } from '../../test/dialect.ts'
import { givenOperator, NOW } from '../../test/rows.ts'
import {
  changeOperator,
  findOperatorByIdentity,
  findOperatorByName,
  holdOwners,
  insertOperator,
  listOperators,
  noteSignIn,
  type SignInProof,
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
  const by = (proof: SignInProof, at: number) => noteSignIn(db, { id, proof, at })
  assert.equal(await changeOperator(db, id, { role: 'helpdesk' }), true)
  assert.equal(await by({ kind: 'password', passwordHash }, NOW), true)
  assert.equal(await by({ kind: 'password', passwordHash: 'another' }, NOW + 1), false)
  assert.equal(await changeOperator(db, id, { disabledAt: NOW }), true)
  for (const change of [
    { role: 'owner' },
    { passwordHash: 'x' },
    { identity: { issuer: 'https://a.example', subject: 'x' } },
    { disabledAt: NOW + 1 },
  ] as const) {
    assert.equal(await changeOperator(db, id, change), false)
  }
  assert.equal(await by({ kind: 'password', passwordHash }, NOW + 1), false)
  const [operator] = await listOperators(db, { limit: 1 })
  assert.deepEqual(
    [operator?.role, operator?.signedInAt, operator?.disabledAt],
    ['helpdesk', NOW, NOW],
  )
})

testOnDialects('an identity is that of one operator, issuer and subject together', async (db) => {
  const identity = { issuer: 'https://a.example', subject: '1' }
  const { id } = await givenOperator(db, 'olga')
  const hugo = await givenOperator(db, 'hugo')
  assert.equal(await changeOperator(db, id, { identity }), true)
  assert.equal((await findOperatorByIdentity(db, identity))?.name, 'olga')
  for (const other of [
    { issuer: 'https://b.example', subject: '1' },
    { issuer: 'https://a.example', subject: '2' },
    { issuer: 'https://a.example/', subject: '1' },
  ]) {
    assert.equal(await findOperatorByIdentity(db, other), undefined)
    assert.equal(
      await noteSignIn(db, { id, proof: { kind: 'oidc', identity: other }, at: NOW }),
      false,
    )
  }
  assert.equal(await noteSignIn(db, { id, proof: { kind: 'oidc', identity }, at: NOW }), true)
  await assert.rejects(changeOperator(db, hugo.id, { identity }), (error) =>
    isUniqueViolation(error, 'operator_issuer_subject'),
  )
  assert.equal(await changeOperator(db, id, { identity: null }), true)
  assert.equal(await noteSignIn(db, { id, proof: { kind: 'oidc', identity }, at: NOW }), false)
  // No password is no password that could be given.
  assert.equal(
    await noteSignIn(db, { id, proof: { kind: 'password', passwordHash: null }, at: NOW }),
    false,
  )
  assert.equal(await changeOperator(db, hugo.id, { identity }), true)
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
