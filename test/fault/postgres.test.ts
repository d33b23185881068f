import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import type { SimOutcome } from '../../src/sim/index.ts'
import { basic } from '../device.ts'
import { callApi } from '../operator.ts'
import { type OpsServer, readReadiness, startOpsServer } from '../ops/ops-server.ts'
import { skipWithoutPostgres } from '../postgres.ts'
import { type PostgresServer, startPostgres } from '../postgres-server.ts'
import { type Answer, request } from '../request.ts'
import { assertPassing, nextReport } from './passing.ts'

/** The most connections that the pool of windfall opens. */
const POOL = 10
const RECOVERY_MS = 5_000
const skip = skipWithoutPostgres

const stack = new AsyncDisposableStack()
let postgres: PostgresServer
let running: OpsServer

before(async () => {
  if (skip !== false) return
  const started = await startPostgres({ max_connections: '40' })
  assert(started !== undefined)
  postgres = stack.use(started)
  running = stack.use(await startOpsServer({ location: { kind: 'postgres', url: postgres.url } }))
  await enroll()
})

after(() => stack.disposeAsync())

const enroll = async (): Promise<void> => {
  assert.equal((await running.server.enroll()).kind, 'configured')
}

const connect = async (): Promise<Client & AsyncDisposable> => {
  const client = new Client({ connectionString: postgres.url, application_name: 'test' })
  client.on('error', () => {})
  await client.connect()
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
}

/** Connections of windfall. */
const countConnections = async (client: Client): Promise<number> => {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int from pg_stat_activity
     where backend_type = 'client backend' and application_name <> 'test'`,
  )
  return rows[0]?.count ?? 0
}

/** What needs the database, each by another way: a sign-in, SCEP, phase 2, the API. */
const ask = async (): Promise<readonly Answer[]> => {
  const { server } = running
  const message = `/scep?operation=GetCACert&message=enr_${'0'.repeat(26)}`
  return [
    await request(server, '/enroll', { headers: basic() }),
    await request(server, message),
    await callApi(server, '/enrollments'),
  ]
}

/** Devices that go on enrolling, and all the ways in which that ended. */
const crowd = (): { readonly endings: Set<string>; stop(): Promise<void> } => {
  const endings = new Set<string>()
  let isOver = false
  const walk = async (): Promise<void> => {
    while (!isOver) endings.add(endingOf(await running.server.enroll()))
  }
  const walks = [walk(), walk()]
  return {
    endings,
    async stop() {
      isOver = true
      await Promise.all(walks)
    },
  }
}

const endingOf = (outcome: SimOutcome): string =>
  outcome.kind === 'failed' ? `${outcome.code} ${outcome.detail?.['status']}` : outcome.kind

const assertOut = async (): Promise<void> => {
  for (const answer of await ask()) assertPassing(answer)
  await nextReport()
  const { status, failed } = await readReadiness(running.ops)
  assert.deepEqual([status, failed.includes('database')], [503, true])
  assert.equal((await request(running.ops, '/livez')).status, 200)
}

const assertBack = async (): Promise<void> => {
  const start = performance.now()
  while ((await request(running.server, '/enroll', { headers: basic() })).status !== 200) {
    assert.ok(performance.now() - start < RECOVERY_MS, 'it did not recover')
    await setTimeout(50)
  }
  await enroll()
  await nextReport()
  assert.equal((await readReadiness(running.ops)).ready, true)
  await using client = await connect()
  const connections = await countConnections(client)
  assert.ok(connections <= POOL, `${connections} connections`)
}

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  test(`while PostgreSQL is down after ${signal} every answer is 503 with Retry-After, and devices enroll as soon as it is back [proof R5]`, {
    skip,
  }, async () => {
    const devices = crowd()
    await setTimeout(300)
    await postgres.stop(signal)
    await assertOut()
    await postgres.start()
    await assertBack()
    await devices.stop()
    assert.deepEqual([...devices.endings].sort(), ['configured', 'response_status 503'])
  })
}

test('a PostgreSQL that takes no writes is answered 503, what is read is answered, and devices enroll when it does again [proof R5]', {
  skip,
}, async () => {
  await using client = await connect()
  // This connection goes on writing.
  await client.query('set default_transaction_read_only = off')
  const change = async (statement: string): Promise<void> => {
    await client.query(statement)
    await client.query('select pg_reload_conf()')
    await setTimeout(300)
  }
  await change('alter system set default_transaction_read_only = on')
  assertPassing(await request(running.server, '/enroll', { headers: basic() }))
  // Long enough for what is read to be noted as a use of the token.
  running.server.clock.advance(120_000)
  assert.equal((await callApi(running.server, '/enrollments')).status, 200)
  await nextReport()
  assert.deepEqual((await readReadiness(running.ops)).failed, ['database'])
  await change('alter system reset default_transaction_read_only')
  await assertBack()
})

test('a PostgreSQL that has no connection left is answered 503, and devices enroll when it has [proof R5]', {
  skip,
}, async () => {
  await using client = await connect()
  await using others = new AsyncDisposableStack()
  do {
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name <> 'test'`,
    )
    for (;;) {
      const other = await connect().catch(() => undefined)
      if (other === undefined) break
      others.use(other)
    }
    // Something that windfall does at its own time may have been faster.
  } while ((await countConnections(client)) > 0)
  await assertOut()
  await others.disposeAsync()
  await assertBack()
})

test('who finds every connection of the pool waiting is answered 503, and those who wait are answered [proof R5]', {
  skip,
}, async () => {
  await using client = await connect()
  await client.query('begin; lock table enrollment')
  const waiting = Array.from({ length: POOL + 1 }, () => callApi(running.server, '/enrollments'))
  assertPassing(await Promise.race(waiting))
  await client.query('rollback')
  const answers = await Promise.all(waiting)
  for (const answer of answers.filter(({ status }) => status !== 200)) assertPassing(answer)
  // What windfall does at its own time may have had one of the others.
  assert.ok(answers.filter(({ status }) => status === 200).length >= POOL - 1)
  await assertBack()
})
