import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startTestServer } from '../harness.ts'
import { callApi } from '../operator.ts'
import { type Answer, type RequestOptions, request } from '../request.ts'

const server = await startTestServer()
after(() => server[Symbol.asyncDispose]())

const codeOf = ({ status, headers, body }: Answer): string => {
  assert.ok(headers['content-type']?.startsWith('application/problem+json'))
  return `${status} ${JSON.parse(body.toString()).code}`
}

const big = 'x'.repeat(300_000)

const CASES: readonly (readonly [expected: string, path: string, options?: RequestOptions])[] = [
  ['400 http_request', '/accounts/%zz/export'],
  ['400 input', '/diagnosis?colour=red'],
  ['400 input', '/links', { method: 'POST' }],
  ['404 route_unknown', '/backups', { method: 'POST', body: '{}' }],
  ['405 method_not_allowed', '/tokens', { method: 'PUT', body: '{}' }],
  ['405 method_not_allowed', '/tokens', { method: 'QUERY' }],
  ['413 body_too_large', '/links', { method: 'POST', body: big }],
  ['414 http_request', `/accounts/${'x'.repeat(600)}/export`],
  ['415 encoding_unsupported', '/tokens', { headers: { 'content-encoding': 'gzip' } }],
  ['415 http_request', '/links', { method: 'POST', body: '{}', headers: { 'content-type': 'x' } }],
  ['421 host_unknown', '/tokens', { http2: true, headers: { ':authority': 'evil.example' } }],
]

for (const [expected, path, options] of CASES) {
  test(`refuses with a problem: ${expected}, ${options?.method ?? 'GET'} ${path.slice(0, 40)}`, async () => {
    assert.equal(codeOf(await callApi(server, path, options)), expected)
  })
}

test('names the methods that a resource has', async () => {
  const put = { method: 'PUT' }
  assert.equal((await callApi(server, '/tokens', put)).headers.allow, 'GET, HEAD, POST')
  assert.equal((await callApi(server, '/operators/x', put)).headers.allow, 'GET, HEAD, DELETE')
  assert.equal((await callApi(server, '/sessions/x', put)).headers.allow, 'DELETE')
})

test('tells strangers no more than that they are strangers', async () => {
  for (const path of ['/api', '/api/', '/api/v1', '/api/v2/tokens', '/api/v1/nothing']) {
    const answer = await request(server, path)
    assert.equal(answer.status, 401, path)
    assert.equal(codeOf(answer), '401 token_invalid')
  }
  assert.equal((await request(server, '/api/v1/tokens', { method: 'PUT' })).status, 401)
})

test('shows everybody what the API is', async () => {
  const { status, headers, body } = await request(server, '/api/openapi.json')
  assert.equal(status, 200)
  assert.match(headers['content-type'] ?? '', /^application\/json/)
  assert.equal(JSON.parse(body.toString()).openapi, '3.1.0')
})
