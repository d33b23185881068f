import assert from 'node:assert/strict'
import { once } from 'node:events'
import http2 from 'node:http2'
import { connect } from 'node:net'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import tls from 'node:tls'
import fastify, { type FastifyInstance } from 'fastify'
import { makeTls } from '../../test/tls.ts'
import { drain } from './drain.ts'
import { createTransport, type Handle, PATIENCE } from './transport.ts'

const POST = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n'

test('a server that closes answers what is under way, and does not wait for a slow sender for ever', async () => {
  const server = fastify({ forceCloseConnections: 'idle' })
  drain(server, 100)
  const { begun, release } = addSlowRoute(server, '/')
  const { port } = new URL(await server.listen({ host: '127.0.0.1', port: 0 }))
  const slow = connect(Number(port), '127.0.0.1')
  slow.on('error', () => {}).write(POST)
  const honest = fetch(`http://127.0.0.1:${port}/`)
  await begun

  const closed = server.close()
  release()
  assert.equal(await (await honest).text(), 'done')
  assert.equal(slow.destroyed, false)
  await Promise.all([closed, once(slow.resume(), 'close')])
})

test('an answer that was begun before says that its connection ends', async () => {
  const server = fastify({ forceCloseConnections: 'idle', return503OnClosing: false })
  drain(server, 600_000)
  const { begun, release } = addSlowRoute(server, '/')
  const { port } = new URL(await server.listen({ host: '127.0.0.1', port: 0 }))
  const { socket, heard } = listenTo(Number(port))
  socket.write(GET)
  await begun

  const closed = server.close()
  while (server.server.listening) await nextTurn()
  release()
  await Promise.all([closed, once(socket, 'close')])
  assert.match(heard(), /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\nconnection: close\r\n/i)
})

test('what was sent while the loop was busy is answered', async () => {
  const server = fastify({ forceCloseConnections: 'idle', return503OnClosing: false })
  drain(server, 600_000)
  server.get('/', async () => 'done')
  const { port } = new URL(await server.listen({ host: '127.0.0.1', port: 0 }))
  const [used, unused] = [listenTo(Number(port)), listenTo(Number(port))]
  used.socket.write(GET)
  await Promise.all([once(used.socket, 'data'), once(unused.socket, 'connect')])

  const closed = server.close()
  while (server.server.listening) await nextTurn()
  for (const { socket } of [used, unused]) socket.write(GET)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400)
  await Promise.all([closed, ...[used, unused].map(({ socket }) => once(socket, 'close'))])
  const answers = [used, unused].map(({ heard }) => heard().split('HTTP/1.1 200 OK').length - 1)
  assert.deepEqual(answers, [2, 1])
})

/** A route that answers once it is released. */
const addSlowRoute = (server: FastifyInstance, path: string) => {
  const begun = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  server.get(path, async () => {
    begun.resolve()
    await release.promise
    return 'done'
  })
  return { begun: begun.promise, release: () => release.resolve() }
}

const listenTo = (port: number) => {
  const chunks: Buffer[] = []
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {}).on('data', (chunk) => chunks.push(chunk))
  return { socket, heard: () => Buffer.concat(chunks).toString() }
}

/** HTTPS as windfall serves it, whose patience outlasts every test. */
const listenOverTls = async () => {
  const server = fastify({
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    ...LOWER,
  })
  drain(server, 600_000)
  server.get('/', async () => 'done')
  const { release } = addSlowRoute(server, '/slow')
  const { port } = new URL(await server.listen({ host: '127.0.0.1', port: 0 }))
  return { server, port: Number(port), release }
}

const LOWER: object = {
  serverFactory: (handle: Handle) =>
    createTransport(handle, { tls: makeTls(), patience: PATIENCE }),
}

const GET = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'

test('idle connections do not keep a server, whether they speak HTTP/1.1, HTTP/2, or nothing at all', async () => {
  const { server, port } = await listenOverTls()
  const options = { host: '127.0.0.1', port, rejectUnauthorized: false }
  const used = tls.connect({ ...options, ALPNProtocols: ['http/1.1'] })
  used.write(GET)
  await once(used, 'data')
  used.resume()
  const unused = tls.connect({ ...options, ALPNProtocols: ['http/1.1'] })
  await once(unused.resume(), 'secureConnect')
  const session = http2.connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
  const stream = session.request({ ':path': '/' })
  await once(stream.resume(), 'close')

  await Promise.all([server.close(), ...[used, unused, session].map((each) => once(each, 'close'))])
})

test('over HTTP/2 what is under way, and what comes before anybody can know, is answered', async () => {
  const { server, port, release } = await listenOverTls()
  const open = () => http2.connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
  const [busy, idle] = [open(), open()]
  await Promise.all([once(busy, 'remoteSettings'), once(idle, 'remoteSettings')])
  const slow = busy.request({ ':path': '/slow' })
  await new Promise((resolve) => busy.ping(resolve))

  const closed = server.close()
  const late = idle.request({ ':path': '/' })
  assert.equal((await once(late, 'response'))[0][':status'], 200)
  release()
  assert.equal((await once(slow, 'response'))[0][':status'], 200)
  for (const stream of [slow, late]) stream.resume()
  await closed
})
