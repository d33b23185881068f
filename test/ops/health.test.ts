import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { dialects } from '../dialect.ts'
import { nextReport } from '../fault/passing.ts'
import { callApi, readJson } from '../operator.ts'
import { request } from '../request.ts'
import { readReadiness, startOpsServer } from './ops-server.ts'

const DAY = 86_400_000

for (const dialect of dialects) {
  test(`a server that can write, sign and open is ready (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using good = await startOpsServer({ location: place.location })
    assert.deepEqual(readJson(await request(good.ops, '/readyz')), { ready: true, failed: [] })
    assert.deepEqual(readJson(await request(good.ops, '/livez')), { live: true })
    const { checks, connections } = await readReadiness(good.ops)
    const at = new Date(good.server.clock.now()).toISOString()
    assert.deepEqual(connections, [
      { name: 'database', state: 'up', since: at, lastSuccess: at, lastError: null },
    ])
    assert.deepEqual(
      checks.map(({ name, state, lastError }) => ({ name, state, lastError })),
      ['database', 'keys', 'ca', 'clock', 'disk'].map((name) => ({
        ...{ name, state: 'ok', lastError: null },
      })),
    )
    const { db } = good.server.app.core.database
    const rows = await db.selectFrom('probe').select('written_at').execute()
    const times = rows.map((row) => row.written_at)
    assert.deepEqual(times, [good.server.clock.now()])
  })

  test(`a database that takes no writes makes the server not ready, and alive still (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using running = await startOpsServer({ location: place.location })
    await sql`drop table probe`.execute(running.server.app.core.database.db)
    const { status, failed, checks } = await readReadiness(running.ops)
    assert.equal(status, 503)
    assert.deepEqual(failed, ['database'])
    const database = checks.find(({ name }) => name === 'database')
    assert.equal(database?.lastSuccess, null)
    assert.match(database?.lastError?.code ?? '', /^\w+$/)
    assert.equal((await request(running.ops, '/livez')).status, 200)
  })

  test(`a clock that is more than a day before what was recorded makes the server not ready (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using running = await startOpsServer({ location: place.location })
    const { audit } = running.server.app.core.services
    const origin = { remoteAddress: '127.0.0.1', userAgent: null }
    await audit.refused('test', 'test', origin)
    running.server.clock.advance(-DAY - 1)
    const { failed, checks } = await readReadiness(running.ops)
    // What the CA was given ten minutes ago is not yet valid then.
    assert.deepEqual(failed, ['ca', 'clock'])
    const codes = checks.flatMap(({ lastError }) => lastError?.code ?? [])
    assert.deepEqual(codes, ['ca_not_yet_valid', 'clock_behind'])
  })
}

test('the doctor hears from the server what /readyz hears of its connections', async () => {
  await using running = await startOpsServer({
    env: {
      WINDFALL_OIDC__ISSUER: 'https://id.example',
      WINDFALL_OIDC__CLIENT_ID: 'windfall',
    },
  })
  const { connections } = await readReadiness(running.ops)
  assert.deepEqual(
    connections.map(({ name, state }) => `${name} ${state}`),
    ['database up', 'oidc untried'],
  )
  const diagnosis = readJson<{
    connections: typeof connections
    findings: { name: string; state: string }[]
  }>(await callApi(running.server, '/diagnosis'))
  assert.deepEqual(diagnosis.connections, connections)
  const finding = diagnosis.findings.find(({ name }) => name === 'OpenID provider')
  assert.equal(finding?.state, 'ok')
  await sql`drop table probe`.execute(running.server.app.core.database.db)
  await nextReport()
  const after = readJson<typeof diagnosis>(await callApi(running.server, '/diagnosis'))
  assert.equal(after.findings[0]?.state, 'failed')
  assert.equal(after.connections[0]?.state, 'down')
})

test('a CA that has ended makes the server not ready', async () => {
  await using running = await startOpsServer()
  running.server.clock.advance(11 * 365 * DAY)
  const { failed, checks } = await readReadiness(running.ops)
  assert.deepEqual(failed, ['ca'])
  assert.equal(checks.find(({ name }) => name === 'ca')?.lastError?.code, 'ca_expired')
})

test('too little space for the data makes the server not ready', async () => {
  await using running = await startOpsServer({
    env: { WINDFALL_OPS__MINIMUM_FREE_MEGABYTES: '1000000' },
  })
  const { status, failed } = await readReadiness(running.ops)
  assert.equal(status, 503)
  assert.deepEqual(failed, ['disk'])
})
