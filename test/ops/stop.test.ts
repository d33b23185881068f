import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { fixPort } from '../../src/http/index.ts'
import { dialects } from '../dialect.ts'
import { request } from '../request.ts'
import { readReadiness, startOpsServer } from './ops-server.ts'
import { runStops, type StopResult } from './stop.ts'

const STOPS = 10
const RESTARTS = 4

const sqlite = dialects.find(({ name }) => name === 'sqlite') ?? assert.fail()
const postgres = dialects.find(({ name }) => name === 'postgres') ?? assert.fail()

test('a server that stops says first that it is not ready, and answers for as long as others may not know it', async () => {
  await using running = await startOpsServer({ env: { WINDFALL_OPS__STOP_DELAY_SECONDS: '2' } })
  const { server, ops } = running
  assert.equal((await request(ops, '/readyz')).status, 200)

  const stopped = server.app[Symbol.asyncDispose]()
  const { status, failed } = await readReadiness(ops)
  assert.deepEqual({ status, failed }, { status: 503, failed: ['stopping'] })
  assert.equal((await request(server, '/CA')).status, 200)
  await stopped
  await assert.rejects(request(server, '/CA'), { code: 'ECONNREFUSED' })
  await assert.rejects(request(ops, '/readyz'), { code: 'ECONNREFUSED' })
})

test('a request that began before the stop is answered, and its connection closed; others are not let in', async () => {
  const { port } = await fixPort({ host: '127.0.0.1', port: 0 })
  await using running = await startOpsServer({
    env: { WINDFALL_SCEP__HTTP_LISTEN: `127.0.0.1:${port}` },
  })
  const { server, ops } = running
  const [begun, idle] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
  idle.write('GET /scep?operation=GetCACaps HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await once(idle, 'data')
  begun.write('GET /scep?operation=GetCACaps HTTP/1.1\r\nHost: loc')
  if (begun.connecting) await once(begun, 'connect')
  // Answered after it was read: so has what was written before.
  await request({ url: `http://127.0.0.1:${port}`, roots: [] }, '/scep?operation=GetCACaps')

  const stopped = server.app[Symbol.asyncDispose]()
  await once(idle.resume(), 'close')
  assert.deepEqual((await readReadiness(ops)).failed, ['stopping'])
  const late = request({ url: `http://127.0.0.1:${port}`, roots: [] }, '/scep?operation=GetCACaps')
  await assert.rejects(late, { code: 'ECONNREFUSED' })
  begun.write('alhost\r\n\r\n')
  const answer = Buffer.concat(await begun.toArray()).toString()
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/)
  assert.match(answer, /\r\nconnection: close\r\n/i)
  await stopped
})

const assertNothingLost = (result: StopResult, stops: number): void => {
  assert.deepEqual(result.lost, [])
  assert.deepEqual(
    result.exitCodes,
    Array.from({ length: stops }, () => 0),
  )
  assert(result.amid > 0 && result.answered > stops)
}

const describe = ({ answered, unsent, durations }: StopResult): string =>
  `${answered} answered, ${unsent} not let in, stopped in at most ${Math.round(Math.max(...durations))} ms`

test(`${STOPS} stops under load lose no request and exit with 0 [proof R12]`, {}, async (t) => {
  const result = await runStops({ dialect: sqlite, nodes: 1, stops: STOPS, latest: 300 })
  assertNothingLost(result, STOPS)
  t.diagnostic(describe(result))
})

test(`${RESTARTS} restarts of two servers on one database, one after another, are noticed by nobody [proof R12]`, {
  skip: postgres.skip,
}, async (t) => {
  const result = await runStops({ dialect: postgres, nodes: 2, stops: RESTARTS, latest: 300 })
  assertNothingLost(result, RESTARTS)
  assert.equal(result.unsent, 0)
  t.diagnostic(describe(result))
})
