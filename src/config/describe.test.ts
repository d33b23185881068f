import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { describeConfig } from './index.ts'
import { KEYS } from './key.ts'

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')

test('the page on configuration says what the schema says', () => {
  assert.equal(
    page,
    describeConfig(),
    'docs/configuration.md is to be written from describeConfig()',
  )
})

test('every key has one row, with its variable and its default', () => {
  for (const { path, variable, standard, fallback } of KEYS) {
    const rows = page
      .split('\n')
      .filter((line) => line.startsWith(`| \`${path}\` | \`${variable}\``))
    assert.equal(rows.length, 1, path)
    assert.equal(rows[0]?.split(' | ').length, 6, path)
    assert.ok((standard === undefined) !== (fallback === undefined), `${path} has one default`)
  }
})
