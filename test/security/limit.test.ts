import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import { connect } from 'node:net'
import { test } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import pino from 'pino'
import { createPublicServer } from '../../src/http/index.ts'
import { makeKey } from '../codec/holder.ts'
import { request } from '../request.ts'
import { finish, identify, openScene, refused, type Scene, stateOf } from './scene.ts'

const LIMIT = 256 * 1024
const key = makeKey('rsa-2048')

const POSTS = ['/profile', '/scep?operation=PKIOperation', '/scep', '/enroll'] as const

test('a body of 256 KiB is read and one byte more is not, wherever bodies are taken [security W7]', async () => {
  await using scene = await openScene()
  for (const path of POSTS) {
    const post = (length: number) =>
      request(scene.server, path, { method: 'POST', body: Buffer.alloc(length, 0x30) })
    const whole = await post(LIMIT)
    assert(
      whole.status >= 400 && whole.status < 500 && whole.status !== 413,
      `${path} ${whole.status}`,
    )
    assert.equal((await post(LIMIT + 1)).status, 413)
  }
  const identified = await identify(scene)
  const { answer, code } = await refused(scene, () =>
    request(scene.server, '/profile', { method: 'POST', body: Buffer.alloc(LIMIT + 1) }),
  )
  assert.deepEqual([answer.status, code], [413, 'body_too_large'])
  await finish(scene, identified, key)
})

/** Writes until the server does not listen any more; its answer. */
const pour = async ({ wire }: Scene, path: string, headers: http.OutgoingHttpHeaders) => {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>()
  const outgoing = http.request(new URL(path, wire.url), { method: 'POST', headers, agent: false })
  outgoing.on('response', resolve).on('error', reject)
  const chunk = Buffer.alloc(16_384, 0x30)
  let written = 0
  const isAnswered = promise.then(
    () => true,
    () => true,
  )
  while (written < 16 * 1024 * 1024) {
    const isWritten = outgoing.write(chunk)
      ? Promise.resolve()
      : once(outgoing, 'drain').catch(() => {})
    written += chunk.length
    if (await Promise.race([isAnswered, isWritten])) break
    await new Promise(setImmediate)
  }
  outgoing.on('error', () => {})
  const { statusCode } = await promise
  outgoing.destroy()
  return { status: statusCode, written }
}

test('a body without an end is cut off soon after 256 KiB, and one that is announced too long is not read at all [security W7]', async () => {
  await using scene = await openScene()
  for (const path of POSTS) {
    const endless = await pour(scene, path, { 'transfer-encoding': 'chunked' })
    assert.equal(endless.status, 413)
    assert(endless.written < 8 * 1024 * 1024, `${endless.written} bytes were taken`)

    const announced = http.request(new URL(path, scene.wire.url), {
      method: 'POST',
      headers: { 'content-length': 10 ** 12 },
      agent: false,
    })
    announced.flushHeaders()
    const [response] = await once(announced, 'response')
    assert.equal(response.statusCode, 413)
    announced.destroy()
  }
})

test('compressed bodies are refused, also small ones [security W7]', async () => {
  await using scene = await openScene()
  const bomb = Buffer.alloc(16 * 1024 * 1024)
  const encodings = {
    gzip: gzipSync(bomb),
    deflate: deflateSync(bomb),
    br: brotliCompressSync(bomb),
    zstd: zstdCompressSync(bomb),
    'gzip, gzip': gzipSync(gzipSync(bomb)),
    'x-unknown': Buffer.from('x'),
  }
  for (const path of POSTS) {
    for (const [encoding, body] of Object.entries(encodings)) {
      const headers = { 'content-encoding': encoding }
      const { status } = await request(scene.server, path, { method: 'POST', headers, body })
      assert.equal(status, 415, `${path} ${encoding}`)
    }
  }
})

test('a flood of headers is answered 431, and a GET of 60 KB is read [security W7]', async () => {
  await using scene = await openScene()
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, 'x'] as const))
  assert.equal((await request(scene.server, '/', { headers: many(900) })).status, 200)
  assert.equal((await request(scene.server, '/', { headers: many(1100) })).status, 431)
  for (const headers of [{ 'x-long': 'x'.repeat(70_000) }, { cookie: 'a=b; '.repeat(20_000) }]) {
    for (const http2 of [false, true]) {
      // The connection may be gone before all of it is written.
      const answer = request(scene.server, '/', { headers, http2 })
      const status = await answer.then((each) => each.status).catch(() => 'closed')
      assert(status === 431 || status === 'closed', String(status))
    }
  }
  const message = 'A'.repeat(60_000)
  const { status } = await request(scene.server, `/scep?operation=PKIOperation&message=${message}`)
  assert.equal(status, 400)
  assert.equal((await request(scene.server, '/')).status, 200)
})

test('300 connections that say nothing, or one byte at a time, keep no device from enrolling [security W7]', async () => {
  await using scene = await openScene()
  const { port } = new URL(scene.wire.url)
  const sockets = await Promise.all(
    Array.from({ length: 300 }, async (_, index) => {
      const socket = connect(Number(port), '127.0.0.1')
      socket.on('error', () => {})
      await once(socket, 'connect')
      if (index % 3 === 1) socket.write('POST /profile HTTP/1.1\r\nHost: localhost\r\nContent-Le')
      if (index % 3 === 2)
        socket.write('POST /scep HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n0')
      return socket
    }),
  )

  await finish(scene, await identify(scene), key)
  for (const socket of sockets) socket.destroy()
})

test('whoever is slow has 15 seconds for the headers and a minute for the whole request, on both kinds of listener [security W7]', async () => {
  await using scene = await openScene()
  const { services } = scene.server.app.core
  const { current: tls } = await scene.server.app.core.openTls()
  const logger = pino({ level: 'silent' })
  for (const certificate of [undefined, tls]) {
    await using routes = await createPublicServer(services, { logger, tls: certificate })
    const { headersTimeout, requestTimeout, keepAliveTimeout } = routes.server
    assert.deepEqual(
      { headersTimeout, requestTimeout, keepAliveTimeout },
      { headersTimeout: 15_000, requestTimeout: 60_000, keepAliveTimeout: 60_000 },
    )
  }
})

const HOST = 'Host: localhost\r\n'

/** Requests of which a proxy and a server could see different ends. */
const SMUGGLED: readonly string[] = [
  `POST / HTTP/1.1\r\n${HOST}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG`,
  `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG`,
  `POST / HTTP/1.1\r\n${HOST}Content-Length: 0\r\nContent-Length: 5\r\n\r\nGET /`,
  `POST / HTTP/1.1\r\n${HOST}Content-Length: 5, 5\r\n\r\nGET /`,
  `POST / HTTP/1.1\r\n${HOST}Content-Length: +5\r\n\r\nGET /`,
  `POST / HTTP/1.1\r\n${HOST}Content-Length: -1\r\n\r\n`,
  `POST / HTTP/1.1\r\n${HOST}Content-Length: 0x5\r\n\r\nGET /`,
  `POST / HTTP/1.1\r\n${HOST}Content-Length: 5 5\r\n\r\nGET /`,
  `POST / HTTP/1.1\r\n${HOST}Content-Length: 99999999999999999999999\r\n\r\n`,
  `POST / HTTP/1.1\r\n${HOST}Content-Length\r\n: 5\r\n\r\nGET /`,
  `POST / HTTP/1.1\r\n${HOST}Content-Length : 5\r\n\r\nGET /`,
  `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
  `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
  `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
  `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: identity\r\nTransfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n`,
  `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding:\r\n\tchunked, x\r\n\r\n0\r\n\r\n`,
  `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n`,
  `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0x1\r\nx\r\n0\r\n\r\n`,
  `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n0\r\n\r\n`,
  `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\nx\r\n0\r\n\r\n`,
  `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n1 ;x\nx\r\n0\r\n\r\n`,
  `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n1\nx\r\n0\r\n\r\n`,
  `GET / HTTP/1.1\n${HOST}\n\n`,
  `GET / HTTP/1.1\r${HOST}\r\n\r\n`,
  `GET / HTTP/1.1\r\n${HOST}X: a\rY: b\r\n\r\n`,
  `GET / HTTP/1.1\r\n${HOST}X: a\0b\r\n\r\n`,
  `GET / HTTP/1.1\r\n${HOST}X\0: a\r\n\r\n`,
  `GET / HTTP/1.1\r\n ${HOST}\r\n`,
  `GET / HTTP/1.1\r\n${HOST}: a\r\n\r\n`,
  `GET / HTTP/1.1\r\n${HOST}(x): a\r\n\r\n`,
  'GET / HTTP/1.1\r\n\r\n',
  `GET / HTTP/9.9\r\n${HOST}\r\n`,
  `GET / HTTP/1.1x\r\n${HOST}\r\n`,
  `GET\0 / HTTP/1.1\r\n${HOST}\r\n`,
  `XXXXX / HTTP/1.1\r\n${HOST}\r\n`,
]

/** What the server says to raw bytes, until it closes the connection. */
const say = async (url: string, bytes: string): Promise<string> => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  // What a proxy would send next: it must not be answered as a request of its own.
  socket.end(Buffer.from(`${bytes}GET /CA HTTP/1.1\r\nHost: localhost\r\n\r\n`, 'latin1'))
  const chunks: Buffer[] = await socket.toArray()
  return Buffer.concat(chunks).toString('latin1')
}

test(`${SMUGGLED.length} requests of which a proxy could see another end are answered 400 once, and the connection is closed [security W17]`, async () => {
  await using scene = await openScene()
  const before = await stateOf(scene)
  for (const bytes of SMUGGLED) {
    const said = await say(scene.wire.url, bytes)
    assert.match(said, /^HTTP\/1\.1 400 /, JSON.stringify(bytes))
    assert.equal(said.match(/HTTP\/1\.1 \d/g)?.length, 1, JSON.stringify(bytes))
  }
  assert.deepEqual(await stateOf(scene), before)
})
