import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import { request } from '../request.ts'
import { AcmeDouble } from './double.ts'
import { openPlace } from './stage.ts'

const place = await openPlace()
after(() => place[Symbol.asyncDispose]())
const ca = await AcmeDouble.start(place.httpPort)
const server = await place.start(ca.directoryUrl)
await server.app.reload()
await ca[Symbol.asyncDispose]()
after(() => server[Symbol.asyncDispose]())
const plain = { url: `http://127.0.0.1:${place.httpPort}`, roots: [] }
const CHALLENGES = '/.well-known/acme-challenge'

test('the answer to a challenge is there for whoever asks, until its time is up', async () => {
  const [order] = ca.orders
  assert.ok(order)
  const path = `${CHALLENGES}/${order.token}`
  const { status, headers, body } = await request(plain, path)
  assert.equal(status, 200)
  assert.equal(headers['content-type'], 'application/octet-stream')
  assert.equal(body.toString(), `${order.token}.${order.thumbprint}`)
  server.clock.advance(3_600_000)
  assert.equal((await request(plain, path)).status, 404)
})

test('what nobody asked for is not there, whatever it is called', async () => {
  const long = 'x'.repeat(300)
  for (const token of ['x', long, '%00', '..%2f..%2fetc', "'--", '*', '%F0%9F%92%A9']) {
    assert.equal((await request(plain, `${CHALLENGES}/${token}`)).status, 404, token)
  }
})

test('everything else is sent to where it is encrypted, with its path and query', async () => {
  for (const path of [
    '/',
    '/enroll?a=b&c=%2F',
    '/.//evil.example/',
    '/scep?operation=GetCACaps',
    CHALLENGES,
  ]) {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT']) {
      const { status, headers, body } = await request(plain, path, { method })
      assert.equal(status, 308)
      assert.equal(headers.location, `${server.url}${path.replace('/./', '/')}`)
      assert.equal(new URL(headers.location ?? '').origin, server.url)
      assert.equal(body.length, 0)
    }
  }
})

test('no request leads to another host, by its host or by its target', async () => {
  for (const target of [
    'http://evil.example/',
    'http://evil.example',
    'evil.example',
    '@evil.example',
    '*',
  ]) {
    const socket = connect(place.httpPort, '127.0.0.1')
    socket.end(`GET ${target} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`)
    const answer = Buffer.concat(await socket.toArray()).toString('latin1')
    assert.match(answer, /^HTTP\/1\.1 (308|400) /)
    assert.doesNotMatch(answer, /evil/)
  }
})
