import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { MasterKey } from './master-key.ts'

const secret = randomBytes(32)
const masterKey = new MasterKey(secret)
const plain = Buffer.from('a private key')
const place = { table: 'key_pair', row: 'key_1', column: 'private_key' }

const unsealFailed = { name: 'ServiceError', code: 'unseal_failed' }

test('opens what it sealed, also after a restart [security W14]', () => {
  for (const value of [plain, new Uint8Array(), randomBytes(10_000)]) {
    const sealed = masterKey.seal(value, place)
    assert.deepEqual(Buffer.from(new MasterKey(secret).open(sealed, place)), Buffer.from(value))
  }
})

test('a sealed value does not contain the secret and never repeats [security W14]', () => {
  const first = Buffer.from(masterKey.seal(plain, place))
  const second = masterKey.seal(plain, place)

  assert.equal(first.indexOf(plain), -1)
  assert.equal(first.length, 29 + plain.length)
  assert.notDeepEqual(first.subarray(1, 13), second.subarray(1, 13))
  assert.notDeepEqual(first.subarray(13), second.subarray(13))
})

test('a value opens in no other row, column or table [security W14]', () => {
  const other = { ...place, row: 'key_2' }
  const rows = [masterKey.seal(plain, place), masterKey.seal(plain, other)] as const

  assert.throws(() => masterKey.open(rows[1], place), unsealFailed)
  assert.throws(() => masterKey.open(rows[0], other), unsealFailed)
  assert.throws(() => masterKey.open(rows[0], { ...place, column: 'other' }), unsealFailed)
  assert.throws(() => masterKey.open(rows[0], { ...place, table: 'other' }), unsealFailed)
})

test('characters of a place cannot move between its parts [security W14]', () => {
  const sealed = masterKey.seal(plain, { table: 'a', row: 'b","c', column: 'd' })

  assert.throws(
    () => masterKey.open(sealed, { table: 'a","b', row: 'c', column: 'd' }),
    unsealFailed,
  )
})

test('refuses a sealed value with any bit flipped or any byte missing [security W14]', () => {
  const sealed = masterKey.seal(plain, place)
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const flipped = Uint8Array.from(sealed)
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    assert.throws(() => masterKey.open(flipped, place), unsealFailed)
  }
  for (let length = 0; length < sealed.length; length++) {
    assert.throws(() => masterKey.open(sealed.subarray(0, length), place), unsealFailed)
  }
})

test('another master key opens nothing [security W14]', () => {
  const sealed = masterKey.seal(plain, place)

  assert.throws(() => new MasterKey(randomBytes(32)).open(sealed, place), unsealFailed)
})

test('a MAC depends on the key, the purpose and the bytes [security W13]', () => {
  const token = Buffer.from('token')
  const mac = Buffer.from(masterKey.mac('challenge', token))

  assert.equal(mac.length, 32)
  assert.deepEqual(new MasterKey(secret).mac('challenge', token), mac)
  assert.notDeepEqual(masterKey.mac('token', token), mac)
  assert.notDeepEqual(masterKey.mac('challenge', Buffer.from('tokem')), mac)
  assert.notDeepEqual(new MasterKey(randomBytes(32)).mac('challenge', token), mac)
})

test('a secret of any length but 32 bytes is no master key', () => {
  for (const length of [0, 16, 31, 33, 64]) {
    assert.throws(() => new MasterKey(randomBytes(length)), { code: 'master_key_malformed' })
  }
})

test('a master key shows nothing when it is printed or serialised [security W15]', () => {
  assert.equal(inspect(masterKey, { depth: 5, showHidden: true }).includes('Uint8Array'), false)
  assert.equal(JSON.stringify(masterKey), '{}')
})
