import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { startTestServer, type TestServer } from '../harness.ts'
import { callApi } from '../operator.ts'
import { request } from '../request.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const TRACEPARENT = `00-${TRACE}-00f067aa0ba902b7-01`

const linesOf = (server: TestServer): readonly Record<string, unknown>[] =>
  server
    .log()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

test('every line of a request has its id and its trace, and the answer names the id', async () => {
  await using server = await startTestServer()
  await sql`alter table enrollment rename to enrollment_gone`.execute(server.app.core.database.db)
  const headers = { traceparent: TRACEPARENT }
  const answer = await callApi(server, '/enrollments', { headers })
  assert.equal(answer.status, 500)
  const { requestId }: { readonly requestId: string } = JSON.parse(answer.body.toString())
  await server.app[Symbol.asyncDispose]()

  const lines = linesOf(server).filter((line) => line['requestId'] === requestId)
  assert.deepEqual(
    lines.map((line) => line['msg'] ?? line['event']),
    ['unexpected error', 'request'],
  )
  for (const line of lines) assert.equal(line['trace_id'], TRACE)
})

test('a trace that does not follow the standard is left out', async () => {
  await using server = await startTestServer()
  await request(server, '/CA', { headers: { traceparent: `${TRACEPARENT}-more` } })
  await server.app[Symbol.asyncDispose]()
  const [line] = linesOf(server).filter((each) => each['event'] === 'request')
  assert.equal(line?.['route'], '/CA')
  assert.match(String(line?.['requestId']), /^[0-9a-f-]{36}$/)
  assert(line !== undefined && !('trace_id' in line))
})
