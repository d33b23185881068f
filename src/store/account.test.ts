import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testOnDialects } from '../../test/dialect.ts'
import { anAccount, NOW } from '../../test/rows.ts'
import { nameKey, newId } from '../model/index.ts'
import {
  findAccount,
  findAccountByName,
  insertAccount,
  listAccounts,
  setAccountDisabled,
} from './account.ts'
import { isUniqueViolation } from './violation.ts'

test('names that differ in case or in the form of an accent are one', () => {
  assert.equal(nameKey('ZO\u00cb'), nameKey('zoe\u0308'))
})

testOnDialects('finds an account by its name in another spelling', async (db) => {
  const account = anAccount('Johnny')
  await insertAccount(db, account)
  assert.deepEqual(await findAccountByName(db, 'JOHNNY'), {
    ...account,
    disabledAt: null,
    hasPassword: true,
  })
  assert.equal(await findAccountByName(db, 'john'), undefined)
})

testOnDialects('refuses a second account of the same name', async (db) => {
  await insertAccount(db, anAccount('Johnny'))
  await assert.rejects(insertAccount(db, anAccount('johnny')), (error) => {
    assert.ok(isUniqueViolation(error))
    assert.ok(isUniqueViolation(error, 'account_name_key'))
    assert.ok(!isUniqueViolation(error, 'token_hash'))
    return true
  })
})

testOnDialects('gives no password hash with an account that is looked at', async (db) => {
  const account = anAccount()
  await insertAccount(db, account)
  const found = await findAccount(db, account.id)
  assert.ok(found && !('passwordHash' in found))
})

testOnDialects('lists accounts page by page', async (db) => {
  const accounts = ['anna', 'bert', 'carl'].map((name, i) => ({
    ...anAccount(name),
    id: newId('account', NOW + i),
  }))
  for (const account of accounts) await insertAccount(db, account)
  const [, , last] = accounts

  const page = await listAccounts(db, { limit: 2 })
  assert.deepEqual(
    page.map((account) => account.name),
    ['anna', 'bert'],
  )
  const rest = await listAccounts(db, { limit: 2, ...(page[1] && { after: page[1].id }) })
  assert.deepEqual(
    rest.map((account) => account.id),
    [last?.id],
  )
})

testOnDialects('disables an account and enables it again', async (db) => {
  const { id, ...account } = anAccount()
  await insertAccount(db, { id, ...account })

  assert.equal(await setAccountDisabled(db, id, NOW), true)
  assert.equal((await findAccount(db, id))?.disabledAt, NOW)
  assert.equal(await setAccountDisabled(db, id, null), true)
  assert.equal((await findAccount(db, id))?.disabledAt, null)
  assert.equal(await setAccountDisabled(db, newId('account', NOW), NOW), false)
})

const HOSTILE = [
  `'; drop table account; --`,
  `" or "1"="1`,
  `') union select id, password_hash from account --`,
  `\\'; select pg_sleep(10); --`,
  '%_*?[a-z]',
  '$1 :name ?1 @p',
  '\u202egnp.exe',
  '{"a":"b"}',
] as const

testOnDialects('hostile text is stored and found as it is [security W6]', async (db) => {
  for (const text of HOSTILE) {
    const account = {
      ...anAccount(text),
      fullName: text,
      email: text,
      passwordHash: text,
      attributes: { [text]: text },
    }
    await insertAccount(db, account)
    assert.deepEqual(await findAccountByName(db, text), {
      ...account,
      disabledAt: null,
      hasPassword: true,
    })
  }
  assert.equal((await listAccounts(db, { limit: 100 })).length, HOSTILE.length)
  assert.equal(await findAccountByName(db, '%'), undefined)
})
