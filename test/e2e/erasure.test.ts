import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRows, readTables } from '../../src/store/index.ts'
import { makeKey } from '../codec/holder.ts'
import { basic, makeDevice, postPhase3, refusalOf } from '../device.ts'
import { dialects } from '../dialect.ts'
import { ACCOUNT } from '../harness.ts'
import { callApi, getEnrollment, readJson } from '../operator.ts'
import { request } from '../request.ts'
import { finish, identify, offer, openScene, type Scene } from '../security/scene.ts'

const key = makeKey('rsa-2048')
const BOB = { name: 'bob.erasable', password: 'another correct horse' } as const

/** Every row as JSON, and bytes as the text in them. */
const everything = async ({ db }: Scene): Promise<string> => {
  const lines: string[] = []
  await db.transaction().execute(async (tx) => {
    for (const table of await readTables(tx)) {
      for await (const rows of readRows(tx, table)) {
        for (const row of rows) {
          const texts = row.map((value, at) =>
            table.columns[at]?.kind === 'bytes' && typeof value === 'string'
              ? Buffer.from(value, 'base64').toString('latin1')
              : value,
          )
          lines.push(`${table.name} ${JSON.stringify(texts)}`)
        }
      }
    }
  })
  return lines.join('\n')
}

for (const dialect of dialects) {
  test(`exports all that is kept of a person, then takes it out, and nothing of anybody else (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using scene = await openScene({ location: place.location })
    const { server, wire } = scene
    const { accounts } = server.app.core.services
    await accounts.add({ ...BOB, fullName: 'Bob Example', attributes: { desk: 'Window seat' } })
    const own = await identify(scene, makeDevice(server), BOB.name)
    const holder = await finish(scene, own, key)
    const open = await offer(scene, BOB.name)
    await request(server, '/enroll', { headers: basic({ ...BOB, password: 'mistyped' }) })
    const shared = makeDevice(server)
    await identify(scene, shared, BOB.name)
    const annas = await identify(scene, shared)
    const before = await getEnrollment(server, annas.id)
    const { UDID, SERIAL } = own.device.attributes
    const traces = [BOB.name, 'Bob Example', 'Window seat', String(UDID), String(SERIAL)]

    const text = (await callApi(server, '/accounts/bob.erasable/export')).body.toString()
    for (const trace of traces) assert(text.includes(trace), trace)
    assert.doesNotMatch(text, /argon2|password_?hash|challenge"/i)
    const full = await everything(scene)
    for (const trace of traces) assert(full.includes(trace), trace)
    const erased = readJson<{ name: string; disabledAt: string }>(
      await callApi(server, '/accounts/bob.erasable/erase', { method: 'POST' }),
    )

    const rest = await everything(scene)
    for (const trace of traces) assert(!rest.includes(trace), trace)
    assert.match(erased.name, /^erased-acc_/)
    assert.notEqual(erased.disabledAt, null)
    assert.equal((await request(server, '/enroll', { headers: basic(BOB) })).status, 401)
    const back = await postPhase3(wire, own.device, { signer: holder })
    assert.equal(refusalOf(back), '403 certificate_revoked')
    for (const id of [own.id, open.id]) {
      const { state, code, remoteAddress } = await getEnrollment(server, id)
      assert.deepEqual([state, code, remoteAddress], ['withdrawn', 'erased', ''])
    }
    // Whoever shares a device with them loses nothing.
    assert.deepEqual(await getEnrollment(server, annas.id), before)
    await finish(scene, annas, key)
    assert.equal((await callApi(server, '/accounts/bob.erasable/export')).status, 404)
    // The name is free again.
    await accounts.add(BOB)
    assert.equal((await accounts.get(ACCOUNT.name)).name, ACCOUNT.name)
  })
}
