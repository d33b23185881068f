import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dialects } from '../dialect.ts'
import { startTestServer, type TestServer } from '../harness.ts'
import { bearer, callApi, readJson } from '../operator.ts'
import { type Answer, request } from '../request.ts'
import { openTwin, skipWithoutTwin } from '../security/twin.ts'

const DAY = 24 * 60 * 60_000
const TOKEN = { name: 'for a test', scopes: ['enrollment.read'] }

const post = (
  server: TestServer,
  path: string,
  { key, body }: { readonly key: string; readonly body: unknown },
): Promise<Answer> =>
  callApi(server, path, {
    method: 'POST',
    headers: { 'idempotency-key': key },
    body: JSON.stringify(body),
  })

const codeOf = ({ body }: Answer): unknown => JSON.parse(body.toString()).code

const countTokens = async (server: TestServer): Promise<number> =>
  readJson<{ data: unknown[] }>(await callApi(server, '/tokens')).data.length

for (const dialect of dialects) {
  test(`what is asked twice with one key is done once and answered alike, for a day (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using server = await startTestServer({ location: place.location })
    const first = await post(server, '/tokens', { key: '"a"', body: TOKEN })
    const again = await post(server, '/tokens', { key: '"a"', body: TOKEN })

    assert.deepEqual([first.status, again.status], [201, 201])
    assert.deepEqual(again.body, first.body)
    assert.equal(again.headers['content-type'], first.headers['content-type'])
    assert.deepEqual(
      [first, again].map(({ headers }) => headers['idempotency-replayed']),
      [undefined, 'true'],
    )
    assert.equal(await countTokens(server), 2)

    const other = await post(server, '/tokens', { key: '"a"', body: { ...TOKEN, days: 1 } })
    assert.deepEqual([other.status, codeOf(other)], [422, 'idempotency_key_reused'])
    assert.equal((await post(server, '/links', { key: '"a"', body: TOKEN })).status, 422)
    const { secret } = readJson<{ secret: string }>(first)
    const foreign = await request(server, '/api/v1/links', {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'idempotency-key': '"a"' },
      body: '{}',
    })
    assert.equal(foreign.status, 403)

    server.clock.advance(DAY)
    assert.equal((await post(server, '/tokens', { key: '"a"', body: TOKEN })).status, 201)
    assert.equal(await countTokens(server), 3)
  })

  test(`of many at once with one key one is done (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using server = await startTestServer({ location: place.location })
    const body = { name: 'bert', password: 'another good password' }
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => post(server, '/accounts', { key: 'b', body })),
    )
    const refused = answers.filter(({ status }) => status !== 201)
    for (const each of refused) {
      assert.deepEqual(
        [each.status, codeOf(each), each.headers['retry-after']],
        [409, 'request_in_progress', '1'],
      )
    }
    const made = new Set(
      answers.flatMap(({ status, body }) => (status === 201 ? [body.toString()] : [])),
    )
    assert.equal(made.size, 1)
    assert.equal((await post(server, '/accounts', { key: 'b', body })).status, 201)
  })
}

test('a request that was refused may be sent again with its key, and no key is an empty or endless one', async () => {
  await using server = await startTestServer()
  const wanted = { name: 'bert', password: '' }
  assert.equal((await post(server, '/accounts', { key: 'c', body: wanted })).status, 400)
  const mended = { ...wanted, password: 'another good password' }
  assert.equal((await post(server, '/accounts', { key: 'c', body: mended })).status, 201)
  for (const key of ['', 'x'.repeat(256), 'two words']) {
    assert.equal(codeOf(await post(server, '/tokens', { key, body: TOKEN })), 'idempotency_key')
  }
  assert.equal(await countTokens(server), 1)
})

test('keeps no answer in clear', async () => {
  await using server = await startTestServer()
  const { secret } = readJson<{ secret: string }>(
    await post(server, '/tokens', { key: 'd', body: TOKEN }),
  )
  const rows = await server.app.core.database.db.selectFrom('idempotency').selectAll().execute()
  assert.equal(rows.length, 1)
  assert.ok(rows.every(({ answer }) => answer && !Buffer.from(answer).includes(secret)))
})

test('where a server ended in the middle of a request, it is said that nobody knows', async () => {
  await using server = await startTestServer()
  await post(server, '/tokens', { key: 'e', body: TOKEN })
  await server.app.core.database.db.updateTable('idempotency').set({ answer: null }).execute()

  const soon = await post(server, '/tokens', { key: 'e', body: TOKEN })
  assert.deepEqual([soon.status, codeOf(soon)], [409, 'request_in_progress'])
  server.clock.advance(60_000)
  const later = await post(server, '/tokens', { key: 'e', body: TOKEN })
  assert.deepEqual([later.status, codeOf(later)], [409, 'request_outcome_unknown'])
})

test('a key counts on both servers of one database', { skip: skipWithoutTwin }, async () => {
  await using twin = await openTwin()
  const headers = { ...bearer(twin.left.server), 'idempotency-key': 'f' }
  const options = { method: 'POST', headers, body: JSON.stringify(TOKEN) }
  const left = await request(twin.left.server, '/api/v1/tokens', options)
  const right = await request(twin.right.server, '/api/v1/tokens', options)
  assert.equal(left.status, 201)
  assert.deepEqual(right.body, left.body)
})
