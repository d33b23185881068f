import assert from 'node:assert/strict'
import { mkdir, readdir } from 'node:fs/promises'
import { test } from 'node:test'
import { readMove, removeMove, writeMove } from '../../src/store/index.ts'
import { makeKey } from '../codec/holder.ts'
import { makeDevice, postPhase2, postPhase3 } from '../device.ts'
import { startTestServer } from '../harness.ts'
import { callApi, getEnrollment, readJson } from '../operator.ts'
import { skipWithoutPostgres } from '../postgres.ts'
import { request } from '../request.ts'
import { issuedTo, postScep, readReply } from '../scep-client.ts'
import { ask, identify, obtain, offer, openScene, refused } from '../security/scene.ts'
import { move, openInstallation, readEverything } from './installation.ts'

const options = { skip: skipWithoutPostgres, timeout: 50_000 }
const [key, second, third, fresh] = [1, 2, 3, 4].map(() => makeKey('rsa-2048'))
assert(key && second && third && fresh)

test(
  'a moved server goes on where the one before it stopped: every row is there, and what was open stays open',
  options,
  async () => {
    await using installation = await openInstallation()
    const { data, sqlite, postgres } = installation
    await using scene = await openScene({ data })
    // One device at each stage.
    const done = await identify(scene)
    const identity = await obtain(scene, { key, challenge: done.challenge })
    assert.equal((await postPhase3(scene.wire, done.device, { signer: identity })).status, 200)
    const offered = await offer(scene)
    const identified = await identify(scene)
    const certified = await identify(scene)
    const held = await obtain(scene, { key: second, challenge: certified.challenge })
    const interrupted = await identify(scene)
    const asked = ask(scene, { key: third, challenge: interrupted.challenge })
    await postScep(scene.wire, asked)
    // As a crash between the two transactions leaves it.
    const intended = await scene.db
      .updateTable('certificate')
      .set({ signature: null, sha256: null, issued_at: null })
      .where('enrollment_id', '=', interrupted.id)
      .returning('serial_number')
      .executeTakeFirstOrThrow()
    await scene.db
      .updateTable('enrollment')
      .set({ state: 'identified' })
      .where('id', '=', interrupted.id)
      .execute()
    const link = await scene.server.app.core.services.access.createLink('*')
    const before = await getEnrollment(scene.server, done.id)
    await scene[Symbol.asyncDispose]()
    const rows = await readEverything(sqlite)
    const files = await readdir(data)

    const { tables } = await move(installation)

    for (const { table, rows: count } of tables) assert.equal(count, rows.get(table)?.length, table)
    const moved = await readEverything(postgres)
    for (const [table, all] of rows) {
      const there = moved.get(table) ?? []
      const added = there.filter((row) => !all.includes(row))
      assert.deepEqual(
        there.filter((row) => all.includes(row)),
        all,
        table,
      )
      assert.equal(added.length, table === 'audit' ? 1 : 0, table)
    }
    assert.deepEqual(await readEverything(sqlite), rows)
    assert.deepEqual((await readdir(data)).toSorted(), [...files, 'windfall.db.moved'].toSorted())

    await using again = await openScene({ data, location: postgres })
    const { wire, server } = again
    assert.deepEqual(again.ca, scene.ca)
    assert.deepEqual(await getEnrollment(server, done.id), before)
    assert.equal((await postPhase3(wire, done.device, { signer: identity })).status, 200)
    const phone = makeDevice(server)
    assert.equal((await postPhase2(wire, phone, { challenge: offered.challenge })).status, 200)
    const late = await obtain(again, { key: fresh, challenge: identified.challenge })
    assert.equal((await postPhase3(wire, identified.device, { signer: late })).status, 200)
    assert.equal((await postPhase3(wire, certified.device, { signer: held })).status, 200)
    // The bytes that were meant to be signed are.
    const retry = ask(again, { key: third, challenge: interrupted.challenge })
    const { certificate } = issuedTo(retry, await postScep(wire, retry))
    assert.equal(Buffer.from(certificate.serialNumber).toString('hex'), intended.serial_number)
    for (const { id } of [done, identified, certified]) {
      assert.equal((await getEnrollment(server, id)).state, 'configured')
    }
    // What was spent stays spent.
    const repeated = ask(again, { key: fresh, challenge: done.challenge })
    const { answer, code } = await refused(again, () => postScep(wire, repeated))
    assert.deepEqual([readReply(repeated, answer).kind, code], ['failure', 'challenge_spent'])
    assert.equal((await request(server, `/open/${link.secret}`)).status, 303)
    const { fault, isComplete } = await server.app.core.services.audit.verify({
      after: 0,
      limit: 1e6,
    })
    assert.deepEqual([fault, isComplete], [undefined, true])
    const audit = await callApi(server, '/audit?action=database.move')
    const { data: lines } = readJson<{ data: { detail: object }[] }>(audit)
    assert.equal(lines.length, 1)
    assert.doesNotMatch(JSON.stringify(lines), /postgres@/)
  },
)

test(
  'no server starts on what was moved, and it is not moved twice; without the mark all is as before',
  options,
  async () => {
    await using installation = await openInstallation()
    const { data, file } = installation
    await (await startTestServer({ data }))[Symbol.asyncDispose]()
    await move(installation)

    await assert.rejects(startTestServer({ data }), { kind: 'conflict', code: 'database_moved' })
    await assert.rejects(move(installation), { kind: 'conflict', code: 'database_moved' })
    await removeMove(file)
    await using _ = await startTestServer({ data })
  },
)

test('a move that cannot be done changes nothing on either side', options, async () => {
  await using installation = await openInstallation()
  const { data, file, postgres } = installation
  await assert.rejects(move(installation), { kind: 'not_found', code: 'database_absent' })
  {
    await using _ = await startTestServer({ data })
    await assert.rejects(move(installation), { kind: 'conflict', code: 'database_in_use' })
  }
  const aborted = AbortSignal.abort()
  await assert.rejects(move(installation, aborted), { name: 'AbortError' })
  const tables = await readEverything(postgres)
  assert.deepEqual(tables.get('account'), [])
  assert.equal(await readMove(file), undefined)
  await using other = await openInstallation()
  {
    await using _ = await startTestServer({ data: other.data, location: postgres })
  }
  const held = await readEverything(postgres)
  await assert.rejects(move(installation), { kind: 'conflict', code: 'database_not_empty' })
  assert.deepEqual(await readEverything(postgres), held)
  await using _ = await startTestServer({ data })
})

test(
  'a move that was interrupted is not finished on a database that holds something else',
  options,
  async () => {
    await using installation = await openInstallation()
    const { data, file, postgres } = installation
    await (await startTestServer({ data }))[Symbol.asyncDispose]()
    await using other = await openInstallation()
    await mkdir(other.data, { recursive: true })
    await (await startTestServer({ data: other.data, location: postgres }))[Symbol.asyncDispose]()
    await writeMove(file, { to: 'postgres://db/windfall', startedAt: 0, finishedAt: null })

    await assert.rejects(move(installation), { kind: 'conflict', code: 'move_differs' })

    for (const location of [undefined, postgres]) {
      const options = { data, ...(location === undefined ? {} : { location }) }
      await assert.rejects(startTestServer(options), { kind: 'conflict', code: 'database_moving' })
    }
  },
)
