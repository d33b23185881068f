import assert from 'node:assert/strict'
import { once } from 'node:events'
import http2 from 'node:http2'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import tls from 'node:tls'
import { makeTls } from '../../test/tls.ts'
import { createTransport, type Handle, type TlsCertificate } from './transport.ts'

/** Milliseconds: short, and far enough apart to tell which of them ended a connection. */
const PATIENCE = { idle: 1600, headers: 400, request: 1000 }
const SENDERS = 5

/** Reads a body to its end, and then says `read`. */
const readAll: Handle = (request, response) => {
  request.on('error', () => {})
  request.resume().on('end', () => response.end('read'))
}

const listen = async (given?: TlsCertificate, handle = readAll) => {
  const server = createTransport(handle, { tls: given, patience: PATIENCE })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert(address !== null && typeof address === 'object')
  return {
    port: address.port,
    [Symbol.asyncDispose]: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}

const HEAD = 'POST / HTTP/1.1\r\nHost: localhost\r\n'

/** What slow senders send, a byte at a time after `begin`; and what they are told in the end. */
const SLOW = [
  { what: 'nothing', begin: '', drip: '', said: /^$|^HTTP\/1\.1 408 / },
  { what: 'headers', begin: HEAD, drip: 'X', said: /^HTTP\/1\.1 408 / },
  {
    what: 'a body',
    begin: `${HEAD}Content-Length: 1000\r\n\r\n`,
    drip: '0',
    said: /^HTTP\/1\.1 408 /,
  },
  {
    what: 'chunks',
    begin: `${HEAD}Transfer-Encoding: chunked\r\n\r\n`,
    drip: '1\r\n0\r\n',
    said: /^HTTP\/1\.1 408 /,
  },
  { what: 'one request', begin: `${HEAD}Content-Length: 0\r\n\r\n`, drip: '', said: /read$/ },
] as const

/** Everything that is said to a slow sender until the connection is closed. */
const dawdle = async (socket: Socket, { begin, drip }: (typeof SLOW)[number]): Promise<string> => {
  const chunks: Buffer[] = []
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk))
  socket.on('error', () => {}).on('close', resolve)
  socket.write(begin)
  const timer = setInterval(() => void (drip !== '' && socket.write(drip)), 20)
  await closed
  clearInterval(timer)
  return Buffer.concat(chunks).toString('latin1')
}

for (const kind of ['plain', 'TLS']) {
  for (const sender of SLOW) {
    test(`whoever sends ${sender.what}, or slowly, is cut off in time (${kind}) [proof R11] [security W7]`, async () => {
      await using server = await listen(kind === 'TLS' ? makeTls() : undefined)
      const port = { host: '127.0.0.1', port: server.port }
      const senders = Array.from({ length: SENDERS }, async () => {
        if (kind === 'plain') return await dawdle(connect(port), sender)
        const options = { ...port, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] }
        return await dawdle(tls.connect(options), sender)
      })
      for (const said of await Promise.all(senders)) assert.match(said, sender.said)
    })
  }
}

test('whoever does not finish the TLS handshake is cut off in time [proof R11] [security W7]', async () => {
  await using server = await listen(makeTls())
  for (const hello of ['', '\x16\x03\x01\x02']) {
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => {}).resume()
    socket.write(hello)
    await once(socket, 'close')
  }
})

const openSession = async (port: number) => {
  const session = http2.connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
  session.on('error', () => {})
  await once(session, 'connect')
  return session
}

test('an HTTP/2 connection that says nothing is closed in time [proof R11] [security W7]', async () => {
  await using server = await listen(makeTls())
  await once(await openSession(server.port), 'close')
})

test('a body that comes slowly over HTTP/2 is cut off in time, and the connection serves others [proof R11] [security W7]', async () => {
  await using server = await listen(makeTls())
  const session = await openSession(server.port)
  const slow = session.request({ ':method': 'POST', ':path': '/' })
  const timer = setInterval(() => void (slow.writable && slow.write('0')), 20)
  slow.on('error', () => {}).resume()
  await once(slow, 'close')
  clearInterval(timer)
  assert.equal(slow.rstCode, http2.constants.NGHTTP2_CANCEL)

  const quick = session.request({ ':method': 'POST', ':path': '/' })
  quick.end('0')
  assert.equal(Buffer.concat(await quick.toArray()).toString(), 'read')
  session.close()
})

test('an answer over HTTP/2 may take longer than a request', async () => {
  await using server = await listen(makeTls(), (_request, response) => {
    setTimeout(() => response.end('late'), PATIENCE.request + PATIENCE.headers)
  })
  const session = await openSession(server.port)
  const stream = session.request({ ':path': '/' })
  assert.equal(Buffer.concat(await stream.toArray()).toString(), 'late')
  session.close()
})

test('an HTTP/2 connection carries a hundred streams at once', async () => {
  await using server = await listen(makeTls())
  const session = await openSession(server.port)
  if (session.remoteSettings.maxConcurrentStreams === undefined)
    await once(session, 'remoteSettings')
  assert.equal(session.remoteSettings.maxConcurrentStreams, 100)
  session.close()
})
