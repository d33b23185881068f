import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from './id.ts'
import { parseSupportCode, supportCodeOf } from './support-code.ts'

test('a support code leads back to the end of the id', () => {
  const id = newId('enrollment', 0)
  const code = supportCodeOf(id)

  assert.match(code, /^[0-9A-HJKMNP-TV-Z]{3}-[0-9A-HJKMNP-TV-Z]{3}$/)
  assert.ok(id.endsWith(parseSupportCode(code) ?? assert.fail('no code')))
})

test('understands a code as people write it', () => {
  for (const text of ['K7Q-42M', 'k7q42m', 'K7Q 42M', ' k7q - 42m ']) {
    assert.equal(parseSupportCode(text), 'k7q42m')
  }
  assert.equal(parseSupportCode('OIL-oil'), '011011')
})

test('takes nothing else for a code', () => {
  for (const text of [
    '',
    'K7Q-42',
    'K7Q-42MX',
    'K7Q-42U',
    'K7Q_42M',
    '%%%%%%',
    'K7Q-42\u{1d7d9}',
  ]) {
    assert.equal(parseSupportCode(text), undefined, text)
  }
})
