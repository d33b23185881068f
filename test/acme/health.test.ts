import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readReadiness, startOpsServer } from '../ops/ops-server.ts'
import { AcmeDouble } from './double.ts'
import { openPlace } from './stage.ts'

test('/readyz tells how the CA answered last, and the server is ready whatever that was', async () => {
  await using place = await openPlace()
  await using ca = await AcmeDouble.start(place.httpPort)
  const start = Date.now()
  const look = async (now: number) => {
    const env = await place.settings(ca.directoryUrl)
    await using running = await startOpsServer({ env, data: place.directory, now })
    await running.server.app.reload()
    const { status, ready, failed, checks } = await readReadiness(running.ops)
    assert.deepEqual({ status, ready, failed }, { status: 200, ready: true, failed: [] })
    const { state, lastSuccess, lastError } = checks.find(({ name }) => name === 'acme') ?? {}
    return { state, lastSuccess, lastError }
  }
  ca.interfere = (resource) =>
    resource === 'newOrder' ? ca.problem('rejectedIdentifier') : undefined
  const lastError = { at: new Date(start).toISOString(), code: 'acme_rejected_identifier' }
  assert.deepEqual(await look(start), { state: 'failed', lastSuccess: null, lastError })

  ca.interfere = () => undefined
  const lastSuccess = new Date(start + 60_000).toISOString()
  assert.deepEqual(await look(start + 60_000), { state: 'ok', lastSuccess, lastError })
})
