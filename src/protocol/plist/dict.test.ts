import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  dict,
  expectDict,
  getArray,
  getBoolean,
  getData,
  getDict,
  getInteger,
  getString,
  Real,
} from './index.ts'

const profile = dict({
  URL: 'https://example.org',
  IsEncrypted: false,
  Content: new Uint8Array([1]),
  PayloadVersion: 1,
  Names: ['UDID'],
  Nested: dict({ a: 1 }),
})

test('gives values of the expected type', () => {
  assert.equal(getString(profile, 'URL'), 'https://example.org')
  assert.equal(getBoolean(profile, 'IsEncrypted'), false)
  assert.deepEqual(getData(profile, 'Content'), new Uint8Array([1]))
  assert.equal(getInteger(profile, 'PayloadVersion'), 1)
  assert.deepEqual(getArray(profile, 'Names'), ['UDID'])
  assert.deepEqual(getDict(profile, 'Nested'), new Map([['a', 1]]))
})

test('gives undefined for absent keys, those of Object.prototype among them [security W10]', () => {
  for (const get of [getString, getBoolean, getData, getInteger, getArray, getDict]) {
    for (const key of ['Absent', '__proto__', 'constructor'])
      assert.equal(get(profile, key), undefined)
  }
})

test('refuses another type with a message that names the key and the type, never the value', () => {
  const refused = [
    [() => getString(profile, 'Names'), 'Names must be a string'],
    [() => getBoolean(profile, 'URL'), 'URL must be a boolean'],
    [() => getData(profile, 'URL'), 'URL must be data'],
    [() => getInteger(profile, 'URL'), 'URL must be a safe integer'],
    [() => getArray(profile, 'URL'), 'URL must be an array'],
    [() => getDict(profile, 'Names'), 'Names must be a dict'],
    [() => expectDict('text'), 'the property list must be a dict'],
  ] as const

  for (const [read, message] of refused) {
    assert.throws(read, { name: 'ProtocolError', code: 'plist_wrong_type', message })
  }
  assert.equal(expectDict(profile), profile)
})

test('takes a whole real for an integer, and nothing that a number cannot hold exactly', () => {
  const numbers = dict({ whole: new Real(1), half: new Real(0.5), large: 2n ** 53n })

  assert.equal(getInteger(numbers, 'whole'), 1)
  assert.throws(() => getInteger(numbers, 'half'), { code: 'plist_wrong_type' })
  assert.throws(() => getInteger(numbers, 'large'), { code: 'plist_wrong_type' })
})
