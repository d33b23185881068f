import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTables } from '../../src/store/index.ts'
import { dialects } from '../dialect.ts'
import { ACCOUNT } from '../harness.ts'
import { bearer, callApi, readJson } from '../operator.ts'
import { sendEverywhere } from './everywhere.ts'
import { identify, openScene, stateOf } from './scene.ts'
import { STATEMENTS as ALL } from './statements.ts'

/** One of each kind; `injection.test.ts` sends all of them to the fields that matter most. */
const STATEMENTS = ALL.filter((_, at) => at === 0 || at === 3 || at === 5)

/** What a database says of a statement that is none, or of a secret that one brought to light. */
const TELLTALE =
  /syntax error|SQLITE_|near "|no such (table|column)|unrecognized token|\$argon2id\$/

for (const dialect of dialects) {
  test(`pieces of SQL in every parameter, query, header and body of every route change no row and bring out nothing (${dialect.name}) [security W6]`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using scene = await openScene({ location: place.location })
    const { server, wire, db } = scene
    await identify(scene)
    const tables = await readTables(db)
    const before = await stateOf(scene)
    for (const text of STATEMENTS) {
      for await (const { method, path, answer } of sendEverywhere(wire, text, {
        headers: bearer(server),
      })) {
        const said = `${method} ${path}: ${answer.status} ${answer.body}`
        assert.ok(answer.status < 500, said)
        assert.doesNotMatch(answer.body.toString(), TELLTALE, said)
      }
    }
    assert.deepEqual(await readTables(db), tables)
    const after = await stateOf(scene)
    for (const [table, rows] of Object.entries(before)) {
      const now = new Map(after[table]?.map((row) => [row['id'], row]))
      for (const row of rows) assert.deepEqual(now.get(row['id']), row, table)
    }
  })

  test(`names that are pieces of SQL are found, changed and erased by themselves alone (${dialect.name}) [security W6]`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using scene = await openScene({ location: place.location })
    const { server } = scene
    const names = STATEMENTS.filter((text) => !text.includes(':')).map((text) => text.trim())
    const send = (path: string, body: object) =>
      callApi(server, path, { method: 'POST', body: JSON.stringify(body) })
    for (const name of names) {
      const account = { name, password: 'x', fullName: name, attributes: { room: name } }
      readJson(await send('/accounts', account))
    }
    for (const name of names) {
      const path = `/accounts/${encodeURIComponent(name)}`
      const person = readJson<{ account: { name: string; attributes: object } }>(
        await callApi(server, `${path}/export`),
      )
      assert.deepEqual([person.account.name, person.account.attributes], [name, { room: name }])
      readJson(await send(`${path}/disable`, { reason: name }))
      const found = readJson<{ data: { reason: string }[] }>(
        await callApi(server, `/audit?subject=${encodeURIComponent(name)}`),
      )
      assert.deepEqual(found.data, [])
      readJson(await send(`${path}/erase`, { reason: name }))
    }
    const left = (await stateOf(scene))['account']?.map((row) => row['name'])
    assert.deepEqual(
      left?.filter((name) => names.some((each) => each === name)),
      [],
    )
    assert.equal(left?.filter((name) => name === ACCOUNT.name).length, 1)
  })
}
