import assert from 'node:assert/strict'
import { test } from 'node:test'
import fastify from 'fastify'
import { whoMayAsk } from './access.ts'
import { type Guard, guardRoutes, ownerGuard } from './guard.ts'

const answer = async (): Promise<string> => 'answered'

test('a route that the table does not name cannot be registered [security W16]', async () => {
  await using server = fastify()
  guardRoutes(server, ownerGuard)
  for (const path of ['/debug/pprof', '/admin', '/api/v1/enrollments/', '/api/v2/enrollments']) {
    assert.throws(() => server.get(path, answer), /not in the table/)
  }
  assert.throws(() => server.post('/api/v1/enrollments', answer), /not in the table/)
  assert.throws(() => server.all('/profile', answer), /not in the table/)
  assert.throws(() => whoMayAsk('GET', 'constructor'), /not in the table/)
})

test('without a guard there are open routes only', async () => {
  await using server = fastify()
  guardRoutes(server)
  server.get('/livez', answer)
  assert.throws(() => server.get('/api/v1/steps', answer), /nobody guards/)
  assert.throws(() => server.get('/enrollments', answer), /nobody guards/)
})

test('the guard comes before hooks of the route and before the body, for HEAD as for GET', async () => {
  await using server = fastify()
  const asked: string[] = []
  const guard: Guard = {
    ...ownerGuard,
    async admit(request, who) {
      asked.push(`${request.method} ${who}`)
      throw new Error('no')
    },
  }
  guardRoutes(server, guard)
  const onRequest = async () => void asked.push('hook of the route')
  server.get('/api/v1/steps', { onRequest }, answer)
  server.post('/api/v1/accounts', { preParsing: onRequest }, answer)
  for (const method of ['GET', 'HEAD'] as const) {
    assert.equal((await server.inject({ method, url: '/api/v1/steps' })).statusCode, 500)
  }
  const post = { method: 'POST', url: '/api/v1/accounts', payload: {} } as const
  assert.equal((await server.inject(post)).statusCode, 500)
  assert.deepEqual(asked, ['GET enrollment.read', 'HEAD enrollment.read', 'POST account.write'])
})
