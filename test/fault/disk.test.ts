import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type Db, writeProbe } from '../../src/store/index.ts'
import { makeKey } from '../codec/holder.ts'
import { basic, makeDevice, postPhase2, postPhase3 } from '../device.ts'
import { callApi, getEnrollment } from '../operator.ts'
import { readReadiness, startOpsServer } from '../ops/ops-server.ts'
import { type Answer, request } from '../request.ts'
import { postScep } from '../scep-client.ts'
import {
  ask,
  configure,
  identify,
  obtain,
  offer,
  onlyCertificate,
  openScene,
  stateOf,
} from '../security/scene.ts'
import { fill, mountMemory, skipWithoutMounts } from './mounted.ts'
import { assertPassing, nextReport } from './passing.ts'

const MINUTE = 60_000
const key = makeKey('rsa-2048')

/** Sends the same message until what room is left in the log of the database is used up. */
const untilRefused = async (send: () => Promise<Answer>): Promise<Answer> => {
  for (let tries = 0; tries < 2000; tries++) {
    const answer = await send()
    if (answer.status >= 500) return answer
  }
  return assert.fail('there is still room')
}

test('where the disk is full, what would be written is answered 503, what is read is answered, and all goes on when there is room again [proof R7]', {
  skip: skipWithoutMounts,
}, async () => {
  await using disk = await mountMemory(12)
  await using scene = await openScene({ data: disk.path })
  const { server, wire, db } = scene
  const { id, challenge, device } = await identify(scene)
  const other = await identify(scene)
  const { challenge: offered } = await offer(scene)
  const ballast = join(disk.path, 'ballast')

  fill(ballast)
  assertPassing(await untilRefused(() => request(wire, '/enroll', { headers: basic() })))
  const before = await stateOf(scene)
  // Long enough for what is read to be noted as a use of the token.
  server.clock.advance(2 * MINUTE)
  const late = makeDevice(server)
  assertPassing(await postPhase2(wire, late, { challenge: offered }))
  const pending = ask(scene, { key, challenge })
  assertPassing(await postScep(wire, pending))
  const form = {
    method: 'POST',
    body: JSON.stringify({ name: 'b', password: 'long enough, I say' }),
  }
  assertPassing(await callApi(server, '/accounts', form))
  for (const path of ['/', '/CA', '/enroll', '/scep?operation=GetCACaps']) {
    const { status } = await request(wire, path, { headers: { accept: 'text/html' } })
    assert.equal(status, 200, path)
  }
  assert.equal((await getEnrollment(server, id)).id, id)
  assert.equal((await callApi(server, '/audit/verify')).status, 200)
  assert.deepEqual(await stateOf(scene), before)

  await rm(ballast)
  assert.equal((await postPhase2(wire, late, { challenge: offered })).status, 200)
  const holder = await obtain(scene, { key, challenge })
  await onlyCertificate(scene, id)
  await configure(scene, device, holder)
  const second = await obtain(scene, { key, challenge: other.challenge })
  assert.equal((await postPhase3(wire, other.device, { signer: second })).status, 200)
  const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(db)
  assert.deepEqual(
    rows.map((row) => row.integrity_check),
    ['ok'],
  )
  assert.match(scene.log(), /database_unavailable/)
})

const writeForEver = async (db: Db): Promise<never> => {
  for (;;) await writeProbe(db, Date.now())
}

test('a server whose disk is full is alive and not ready, and ready again when there is room [proof R7]', {
  skip: skipWithoutMounts,
}, async () => {
  await using disk = await mountMemory(12)
  await using running = await startOpsServer({
    data: disk.path,
    env: { WINDFALL_OPS__MINIMUM_FREE_MEGABYTES: '1' },
  })
  const { server, ops } = running
  assert.equal((await readReadiness(ops)).ready, true)
  const ballast = join(disk.path, 'ballast')
  fill(ballast)
  const { db } = server.app.core.database
  await assert.rejects(writeForEver(db), { code: 'database_unavailable' })
  // What does not change a row needs no room.
  server.clock.advance(1000)
  await nextReport()
  const { status, failed, checks } = await readReadiness(ops)
  assert.equal(status, 503)
  assert.deepEqual(failed, ['database', 'disk'])
  assert.equal(checks[0]?.lastError?.code, 'database_unavailable')
  assert.equal((await request(ops, '/livez')).status, 200)
  await rm(ballast)
  await nextReport()
  assert.equal((await readReadiness(ops)).ready, true)
})
