import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareVersions, formatVersion, parseVersion } from './os-version.ts'

test('reads versions of one, two and three numbers', () => {
  assert.deepEqual(parseVersion('17'), { major: 17, minor: 0, patch: 0 })
  assert.deepEqual(parseVersion('17.4'), { major: 17, minor: 4, patch: 0 })
  assert.deepEqual(parseVersion('10.15.7'), { major: 10, minor: 15, patch: 7 })
})

test('refuses what is no version', () => {
  for (const text of [
    '',
    '17.',
    '.4',
    '17.4.1.1',
    'v17',
    '17.x',
    '-1',
    ' 17',
    '17\n',
    '1e3',
    '22A380',
  ])
    assert.equal(parseVersion(text), undefined, text)
})

test('compares versions number by number, not as text', () => {
  const sorted = ['9.3.5', '10.0', '10.9', '10.15.7', '17.4', '17.4.1', '17.10', '26.0']
  for (const [i, a] of sorted.entries())
    for (const [j, b] of sorted.entries())
      assert.equal(
        Math.sign(compareVersions(version(a), version(b))),
        Math.sign(i - j),
        `${a} ${b}`,
      )
})

test('writes a patch only where there is one', () => {
  assert.equal(formatVersion(version('17')), '17.0')
  assert.equal(formatVersion(version('17.4.0')), '17.4')
  assert.equal(formatVersion(version('17.4.1')), '17.4.1')
})

const version = (text: string) => {
  const parsed = parseVersion(text)
  assert.ok(parsed)
  return parsed
}
