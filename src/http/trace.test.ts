import assert from 'node:assert/strict'
import { test } from 'node:test'
import { traceIdOf } from './trace.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const PARENT = '00f067aa0ba902b7'

test('the trace of a header that follows W3C Trace Context, also one of a later version', () => {
  assert.equal(traceIdOf(`00-${TRACE}-${PARENT}-01`), TRACE)
  assert.equal(traceIdOf(`00-${TRACE}-${PARENT}-00`), TRACE)
  assert.equal(traceIdOf(`cc-${TRACE}-${PARENT}-01`), TRACE)
  assert.equal(traceIdOf(`cc-${TRACE}-${PARENT}-01-what-the-future-will-be-like`), TRACE)
})

test('any other header counts for nothing', () => {
  const headers = [
    undefined,
    '',
    TRACE,
    [`00-${TRACE}-${PARENT}-01`, `00-${TRACE}-${PARENT}-01`],
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    `ff-${TRACE}-${PARENT}-01`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE}-${PARENT}-01-more`,
    `00-${TRACE}-${PARENT}-1`,
    `0-${TRACE}-${PARENT}-01`,
    `cc-${TRACE}-${PARENT}-01.what`,
    ` 00-${TRACE}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-01\n`,
  ]
  for (const header of headers) assert.equal(traceIdOf(header), undefined, String(header))
})
