import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import fastify from 'fastify'
import { drain } from './drain.ts'

const POST = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n'

test('a server that closes answers what is under way, and does not wait for a slow sender for ever', async () => {
  const server = fastify({ forceCloseConnections: 'idle' })
  drain(server, 100)
  const begun = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  server.get('/', async () => {
    begun.resolve()
    await release.promise
    return 'done'
  })
  const { port } = new URL(await server.listen({ host: '127.0.0.1', port: 0 }))
  const slow = connect(Number(port), '127.0.0.1')
  slow.on('error', () => {}).write(POST)
  const honest = fetch(`http://127.0.0.1:${port}/`)
  await begun.promise

  const closed = server.close()
  release.resolve()
  assert.equal(await (await honest).text(), 'done')
  assert.equal(slow.destroyed, false)
  await Promise.all([closed, once(slow.resume(), 'close')])
})
