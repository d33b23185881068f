import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { postProfile } from '../device.ts'
import { startTestServer, type TestServer } from '../harness.ts'
import { callApi, readJson } from '../operator.ts'

interface Line {
  readonly seq: number
  readonly at: string
  readonly actor: { readonly kind: string; readonly id: string | null }
  readonly action: string
  readonly subject: string | null
  readonly reason: string | null
  readonly before: unknown
  readonly after: unknown
  readonly remoteAddress: string | null
  readonly requestId: string | null
  readonly previousHash: string
  readonly hash: string
}

interface Page {
  readonly data: readonly Line[]
  readonly page: { readonly hasMore: boolean; readonly nextCursor: string | null }
}

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(async () => {
  await server[Symbol.asyncDispose]()
})

const list = async (query: string): Promise<Page> =>
  readJson<Page>(await callApi(server, `/audit?${query}`))

const post = (path: string, body: unknown) =>
  callApi(server, path, { method: 'POST', body: JSON.stringify(body) })

test('says who added an account and what it is, without what is personal or a secret', async () => {
  const account = {
    name: 'Bert',
    password: 'a password of Bert',
    email: 'bert@example.com',
    attributes: { wifi: 'a secret of the profile' },
  }
  const { id } = readJson<{ id: string }>(await post('/accounts', account))

  const { data } = await list(`subject=${id}`)
  const [line] = data
  assert.equal(data.length, 1)
  assert.deepEqual(line?.after, { fields: ['email', 'attributes.wifi'] })
  assert.deepEqual([line.actor, line.before], [{ kind: 'owner', id: null }, null])
  assert.match(line.remoteAddress ?? '', /127\.0\.0\.1$/)
  assert.doesNotMatch(JSON.stringify(line), /a password|a secret|example\.com/)
})

test('says what changed when an account is disabled, and why', async () => {
  await post('/accounts', { name: 'Carl', password: 'x' })
  const answer = await post('/accounts/carl/disable', { reason: 'Carl has left.' })
  const { id } = readJson<{ id: string }>(answer)

  const [line] = (await list(`subject=${id}&action=account.disable`)).data
  const at = server.clock.now()
  assert.deepEqual([line?.before, line?.after], [{ disabledAt: null }, { disabledAt: at }])
  assert.equal(line?.reason, 'Carl has left.')
})

test('names the request of a refusal as its answer does', async () => {
  const refused = await callApi(server, '/accounts', { headers: { authorization: 'Bearer x' } })
  const { requestId }: { requestId: string } = JSON.parse(refused.body.toString())

  const [line] = (await list('actor=stranger&limit=1')).data
  assert.equal(line?.requestId, requestId)
})

test('lists page by page, each line once, with every filter', async () => {
  for (let i = 0; i < 5; i++) await postProfile(server, Buffer.from('nonsense'))
  const all = (await list('limit=500')).data
  const found: Line[] = []
  let cursor = ''
  for (;;) {
    const { data, page } = await list(`limit=2${cursor}`)
    found.push(...data)
    assert.equal(page.hasMore, page.nextCursor !== null)
    if (page.nextCursor === null) break
    cursor = `&cursor=${page.nextCursor}`
  }
  assert.deepEqual(found, all)

  const devices = (await list('actor=device&action=profile.phase2&limit=500')).data
  assert.equal(devices.length, 5)
  assert.ok(devices.every(({ actor }) => actor.kind === 'device'))
  const from = new Date(server.clock.now()).toISOString()
  server.clock.advance(60_000)
  await postProfile(server, Buffer.from('nonsense'))
  assert.equal((await list(`actor=device&to=${from}`)).data.length, 0)
  assert.equal(
    (await list(`actor=device&from=${new Date(server.clock.now()).toISOString()}`)).data.length,
    1,
  )
  assert.equal((await list('actor=opr_nobody')).data.length, 0)
})

test('gives the chain in its order, and says that it is good', async () => {
  const {
    after: begin,
    upTo,
    checkpoint,
  } = readJson<{
    after: number
    upTo: number
    checkpoint: { seq: number; hash: string }
  }>(await post('/audit/exports', {}))
  assert.equal(begin, 0)
  const lines = readJson<Page>(
    await callApi(server, `/audit/lines?after=1&upTo=${upTo}&limit=500`),
  ).data
  assert.equal(lines[0]?.seq, 2)
  assert.deepEqual([lines.at(-1)?.seq, lines.at(-1)?.hash], [checkpoint.seq, checkpoint.hash])
  for (const [i, line] of lines.entries()) {
    if (i > 0) assert.equal(line.previousHash, lines[i - 1]?.hash)
  }

  const verdict = readJson<Record<string, unknown>>(await callApi(server, '/audit/verify'))
  assert.deepEqual([verdict['lines'], verdict['isComplete'], verdict['fault']], [upTo, true, null])
})

test('refuses filters that are none', async () => {
  for (const path of [
    '/audit?cursor=x',
    '/audit?from=yesterday',
    '/audit?limit=0',
    '/audit?nothing=1',
    '/audit/lines?after=-1',
    '/audit/verify?limit=0',
  ]) {
    assert.equal((await callApi(server, path)).status, 400, path)
  }
  assert.equal((await callApi(server, '/audit/verify?after=999999')).status, 404)
  assert.equal((await post('/accounts/carl/disable', { why: 'x' })).status, 400)
})
