import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Dialect, dialects } from '../dialect.ts'
import { skipWithout } from '../interop/scep-program.ts'
import { runSchemathesis, SCHEMATHESIS } from './schemathesis.ts'

const absent = skipWithout(SCHEMATHESIS)

/** Whatever they are asked is allowed, and the program knows that only of operations without optional headers. */
const NEVER_WRONG = ['getAccount', 'getFlow', 'getOperator', 'disableOperator', 'unlinkOperator']

/**
 * What they ask for has rules that no schema says: of two dates one is the later, an address is one that a browser
 * would take, a filter is one of LDAP.
 */
const MORE_THAN_SCHEMA = [
  ...['getFunnel', 'exportFunnel', 'addWebhook'],
  ...['addDirectory', 'changeDirectory', 'applyDirectory'],
]

/** One way on each database: together they cost what they may. `npm run proof -- schemathesis` goes further. */
const RUNS: Readonly<Record<Dialect['name'], { readonly what: string; readonly mode: string }>> = {
  sqlite: { what: 'is refused', mode: 'negative' },
  postgres: { what: 'is accepted', mode: 'positive' },
}

for (const dialect of dialects) {
  const { what, mode } = RUNS[dialect.name]
  const not = mode === 'negative' ? 'does not allow' : 'allows'
  const name = `what the document of the API ${not} ${what}, and every answer is as described`
  test(`${name} (${dialect.name})`, { skip: absent || dialect.skip }, async () => {
    const options = ['--phases', 'fuzzing', '--max-examples', '3', '--mode', mode]
    for (const id of mode === 'negative' ? NEVER_WRONG : MORE_THAN_SCHEMA) {
      options.push('--exclude-operation-id', id)
    }
    const { status, report, errors } = await runSchemathesis(dialect, options)
    assert.equal(status, 0, report)
    assert.match(report, /\d{2,} generated, \d{2,} passed/)
    assert.deepEqual(errors, [])
  })
}
