import assert from 'node:assert/strict'
import { testOnDialects } from '../../../test/dialect.ts'
import { createTestClock } from '../../../test/harness.ts'
import { NOW } from '../../../test/rows.ts'
import { type Db, listAccounts, listAudit } from '../../store/index.ts'
import { createMeter } from '../metrics/index.ts'
import { addAccount } from './account.ts'
import { type Adoption, adoptAccount } from './adopt.ts'
import { createAccountService } from './index.ts'

const ORIGIN = { remoteAddress: '192.0.2.7', userAgent: null }
const OWNER = { name: 'owner', origin: undefined }

const ANNA: Adoption = {
  ...{ source: 'oidc', externalId: 'https://id.example.com 4711', name: 'anna' },
  ...{ fullName: 'Anna Example', email: 'anna@example.com' },
  attributes: { team: 'Sales' },
  groups: ['staff', 'sales', 'staff'],
}

const open = (db: Db) => {
  const clock = createTestClock(NOW)
  return {
    clock,
    accounts: createAccountService({ db, clock, meter: createMeter() }),
    adopt: (change: Partial<Adoption> = {}) =>
      adoptAccount({ db, clock }, { ...ANNA, ...change }, ORIGIN),
    add: (name: string, password?: string) => addAccount({ db, clock }, { name, password }, OWNER),
  }
}

const actionsOf = async (db: Db) =>
  (await listAudit(db, { limit: 20 })).map(({ action, code }) => [action, code].join(' ').trim())

testOnDialects('makes an account of whom a source vouches for, once [mission H6]', async (db) => {
  const { adopt, clock } = open(db)
  const first = await adopt()
  clock.advance(1000)
  const second = await adopt()
  assert.deepEqual({ ...second, checkedAt: NOW }, first)
  assert.equal(second.checkedAt, NOW + 1000)
  assert.deepEqual(
    [first.source, first.hasPassword, first.groups, first.attributes],
    ['oidc', false, ['staff', 'sales'], { team: 'Sales' }],
  )
  assert.deepEqual(await listAccounts(db, { limit: 9 }), [second])
  assert.deepEqual(await actionsOf(db), ['account.adopt'])
})

testOnDialects('keeps what the source says, and what it does not say', async (db) => {
  const { adopt } = open(db)
  const { id } = await adopt()
  const after = await adopt({
    ...{ name: 'anna.new', fullName: undefined, email: null, groups: [] },
    attributes: { room: '7' },
  })
  assert.deepEqual(
    [after.id, after.name, after.fullName, after.email, after.groups, after.attributes],
    [id, 'anna', 'Anna Example', null, [], { team: 'Sales', room: '7' }],
  )
  assert.deepEqual((await adopt({ groups: undefined, attributes: { team: null } })).attributes, {
    room: '7',
  })
  assert.deepEqual(await actionsOf(db), ['account.refresh', 'account.refresh', 'account.adopt'])
})

testOnDialects('many who come first at a time are one account', async (db) => {
  const { adopt } = open(db)
  const found = await Promise.all(Array.from({ length: 12 }, () => adopt()))
  assert.equal(new Set(found.map(({ id }) => id)).size, 1)
  assert.equal((await listAccounts(db, { limit: 9 })).length, 1)
})

testOnDialects('of many identities of one name, one gets it', async (db) => {
  const { adopt } = open(db)
  const tried = await Promise.allSettled(
    Array.from({ length: 8 }, (_, index) => adopt({ externalId: `somebody ${index}` })),
  )
  assert.equal(tried.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const attempt of tried) {
    if (attempt.status === 'rejected') assert.equal(attempt.reason.code, 'account_taken')
  }
})

testOnDialects('an account without a password becomes that of who is called so', async (db) => {
  const { adopt, add } = open(db)
  const { id } = await add('Anna')
  const found = await Promise.all(Array.from({ length: 8 }, () => adopt()))
  for (const one of found) {
    assert.deepEqual([one.id, one.name, one.source], [id, 'Anna', 'oidc'])
  }
  assert.deepEqual(await actionsOf(db), ['account.link', 'account.add'])
  await assert.rejects(adopt({ externalId: 'another' }), {
    kind: 'conflict',
    code: 'account_taken',
  })
})

testOnDialects('an account with a password stays whose it is', async (db) => {
  const { adopt, add } = open(db)
  await add('anna', 'correct horse battery staple')
  await assert.rejects(adopt(), { kind: 'conflict', code: 'account_taken' })
  const [account] = await listAccounts(db, { limit: 9 })
  assert.deepEqual([account?.source, account?.email], [null, null])
  assert.deepEqual(await actionsOf(db), ['account.sign_in account_taken', 'account.add'])
})

testOnDialects('who was disabled does not sign in elsewhere either', async (db) => {
  const { adopt, accounts } = open(db)
  await adopt()
  await accounts.disable('anna')
  await assert.rejects(adopt(), { kind: 'forbidden', code: 'account_disabled' })
  assert.equal((await actionsOf(db))[0], 'account.sign_in account_disabled')
})

testOnDialects('no password is given to whom a source vouches for', async (db) => {
  const { adopt, accounts } = open(db)
  await adopt()
  const given = accounts.setPassword('anna', 'correct horse battery staple', { by: OWNER })
  await assert.rejects(given, { kind: 'conflict', code: 'account_elsewhere' })
  assert.equal((await accounts.get('anna')).hasPassword, false)
})

testOnDialects('who was erased is known to no source', async (db) => {
  const { adopt, accounts } = open(db)
  const { id } = await adopt()
  const erased = await accounts.erase('anna', { by: OWNER })
  assert.deepEqual(
    [erased.source, erased.externalId, erased.groups, erased.checkedAt],
    [null, null, [], null],
  )
  assert.notEqual((await adopt()).id, id)
})

testOnDialects('refuses what no account can hold', async (db) => {
  const { adopt } = open(db)
  for (const change of [{ name: '' }, { name: 'a:b' }, { name: 'a'.repeat(65) }]) {
    await assert.rejects(adopt(change), { kind: 'invalid', code: 'account_name' })
  }
  for (const change of [
    ...[{ externalId: 'a\0b' }, { groups: ['a\nb'] }, { fullName: '\ud800' }],
    ...[{ email: 'a\0' }, { attributes: { team: '\u0007' } }],
  ]) {
    await assert.rejects(adopt(change), { kind: 'invalid', code: 'account_text' })
  }
  assert.deepEqual(await listAccounts(db, { limit: 9 }), [])
})
