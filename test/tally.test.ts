import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { obligations } from './required.ts'
import { judge, type Outcome } from './tally.ts'

const promises = {
  obligations: new Map([
    ['mission H1', undefined],
    ['mission P2.1', undefined],
    ['security S6', 'issue 9'],
  ]),
  testFloor: 1,
}

const both: Outcome = { name: 'does both [mission H1 P2.1]', result: 'passed' }

test('takes one passed test as the proof of every id its name holds', () => {
  const { lines, faults } = judge([both], promises)

  assert.deepEqual(faults, [])
  assert.match(lines.join('\n'), /mission P2\.1 +proved \(1 test\)/)
  assert.match(lines.join('\n'), /security S6 +pending: issue 9/)
})

test('finds a required id missing whose only test was skipped', () => {
  const skipped: Outcome = { name: 'is not run [mission H1]', result: { skipped: 'no browser' } }
  const passed: Outcome = { name: 'is run [mission P2.1]', result: 'passed' }
  const { lines, faults } = judge([skipped, passed], promises)

  assert.deepEqual(faults, ['no passed test names [mission H1]'])
  assert.ok(lines.includes('  is not run [mission H1]: no browser'))
})

test('shows a pending id that is already proved as proved', () => {
  const early: Outcome = { name: 'renews once [security S6]', result: 'passed' }

  assert.match(judge([both, early], promises).lines.join('\n'), /security S6 +proved/)
})

test('does not call an id proved while one of its tests fails', () => {
  const failed: Outcome = { name: 'does it again [mission H1]', result: 'failed' }

  assert.match(judge([both, failed], promises).lines.join('\n'), /mission H1 +FAILED \(1 of 2/)
})

test('reports an id that nobody promised', () => {
  const mistyped: Outcome = { name: 'mistypes [security S99]', result: 'passed' }

  assert.deepEqual(judge([both, mistyped], promises).faults, [
    '[security S99] is named by a test and nowhere promised',
  ])
})

test('reports a run of fewer tests than the floor', () => {
  assert.deepEqual(judge([both], { ...promises, testFloor: 2 }).faults, [
    '1 tests passed, at least 2 are expected',
  ])
})

const mission = new URL('../../shared/spec/mission.md', import.meta.url)
const security = new URL('../../shared/spec/security.md', import.meta.url)
const skip = !(existsSync(mission) && existsSync(security)) && 'shared documents are absent'

test('promises exactly the ids of the documents', { skip }, () => {
  const statements = [...readFileSync(mission, 'utf8').matchAll(/^- (?:\[.\] )?([A-Z]+[\d.]+) /gm)]
  const attacks = [...readFileSync(security, 'utf8').matchAll(/^\| ([SCOMW]\d+) \|/gm)]
  const proofs = [...readFileSync(security, 'utf8').matchAll(/^\| ([FZR]\d+) /gm)]
  const documented = [
    ...statements.map(([, id]) => `mission ${id}`),
    ...attacks.map(([, id]) => `security ${id}`),
    ...proofs.map(([, id]) => `proof ${id}`),
  ]

  assert.deepEqual([...obligations.keys()].sort(), documented.sort())
})
