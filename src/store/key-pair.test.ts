import assert from 'node:assert/strict'
import { testOnDialects } from '../../test/dialect.ts'
import { NOW } from '../../test/rows.ts'
import { newId } from '../model/index.ts'
import { findActiveKeyPair, insertKeyPair, retireKeyPair } from './key-pair.ts'
import { isUniqueViolation } from './violation.ts'

const keyPair = () => ({
  id: newId('keyPair', NOW),
  role: 'issuing',
  certificate: new Uint8Array([1]),
  sealedPrivateKey: new Uint8Array([2]),
  createdAt: NOW,
})

testOnDialects('a role has one active key pair, and a successor once it retires', async (db) => {
  const [old, successor] = [keyPair(), keyPair()]
  await insertKeyPair(db, old)
  await assert.rejects(insertKeyPair(db, successor), (error) =>
    isUniqueViolation(error, 'key_pair_role'),
  )
  assert.deepEqual(await findActiveKeyPair(db, 'issuing'), { ...old, retiredAt: null })

  assert.equal(await retireKeyPair(db, old.id, NOW), true)
  assert.equal(await retireKeyPair(db, old.id, NOW), false)
  assert.equal(await findActiveKeyPair(db, 'issuing'), undefined)

  await insertKeyPair(db, successor)
  assert.equal((await findActiveKeyPair(db, 'issuing'))?.id, successor.id)
})
