import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { SCOPES } from '../src/model/index.ts'
import { renderOperatorsPage } from './operators-page.ts'

const page = readFileSync(new URL('../docs/operators.md', import.meta.url), 'utf8')

test('the page on operators shows the roles and the routes that the code has', () => {
  const message = 'the tables of docs/operators.md are to be written by `npm run docs:operators`'
  assert.equal(page, renderOperatorsPage(page), message)
})

test('no token is for keeping tokens', () => {
  assert.deepEqual(
    SCOPES.filter((scope) => scope.startsWith('token')),
    [],
  )
})
