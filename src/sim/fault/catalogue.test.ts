import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { describeFaults, FAULTS } from './index.ts'

test('every fault has a name of its own, and says in one sentence what a correct server does', () => {
  assert.equal(new Set(FAULTS.map(({ name }) => name)).size, FAULTS.length)
  for (const { name, title, expects, source } of FAULTS) {
    assert.match(name, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
    assert.match(title, /^[A-Z][^|]*[^.|]$/)
    assert.match(expects, /^[A-Z][^|]*\.$/)
    assert.notEqual(source, '')
  }
})

test('docs/conformance.md shows the catalogue as it is', async () => {
  const page = await readFile(new URL('../../../docs/conformance.md', import.meta.url), 'utf8')
  assert.ok(
    page.includes(`\n${describeFaults()}\n`),
    'the table in docs/conformance.md is to be written from describeFaults()',
  )
})
