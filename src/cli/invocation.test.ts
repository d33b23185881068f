import assert from 'node:assert/strict'
import { test } from 'node:test'
import { howToCall } from './invocation.ts'

test('names the program as it can be called again', () => {
  assert.equal(howToCall('/usr/local/bin/windfall'), 'windfall')
  assert.equal(howToCall('/srv/x/node_modules/.bin/windfall'), 'npx windfall')
  assert.equal(howToCall('/srv/windfall/bin/windfall.js'), 'npx windfall')
})
