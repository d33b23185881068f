import assert from 'node:assert/strict'
import type { TestServer } from '../harness.ts'
import { callApi, getEnrollment, readJson } from '../operator.ts'
import { addOperator, signIn } from '../signed-in.ts'
import { bySession, testOnServers } from '../speak.ts'

interface Page {
  readonly data: readonly { readonly id: string; readonly name?: string }[]
  readonly page: { readonly hasMore: boolean; readonly nextCursor: string | null }
}

const read = async (server: TestServer, path: string): Promise<Page> =>
  readJson<Page>(await callApi(server, path))

/** The ids of a list that is read in pages of `limit`, all but the last of which are full. */
const readInPages = async (server: TestServer, list: string, limit: number) => {
  const ids: string[] = []
  let cursor = ''
  for (;;) {
    const { data, page } = await read(server, `${list}?limit=${limit}${cursor}`)
    ids.push(...data.map(({ id }) => id))
    assert.equal(page.nextCursor !== null, page.hasMore)
    if (!page.hasMore) return ids
    assert.equal(data.length, limit)
    cursor = `&cursor=${page.nextCursor}`
  }
}

const namesIn = async (server: TestServer, path: string) =>
  (await read(server, path)).data.map(({ name }) => name)

testOnServers('every list is read page by page, whole and in its order', async (server) => {
  await server.enroll()
  const { accounts, tokens, access } = server.app.core.services
  const owner = { name: 'owner', origin: undefined }
  for (const name of ['bert', 'carl', 'dora']) {
    await accounts.add({ name, password: 'a password' })
    await addOperator(server, 'helpdesk', name)
    await signIn(server, name)
    const by = { ...owner, operatorId: null, sessionId: undefined, tokenId: undefined }
    const scopes = ['enrollment.read'] as const
    await tokens.create({ name, scopes, days: 1 }, { ...by, permissions: new Set(scopes) })
    await access.createLink('*')
  }
  for (const list of ['/accounts', '/operators', '/sessions', '/tokens', '/steps']) {
    const whole = await readInPages(server, list, 500)
    assert.ok(whole.length >= 3, list)
    assert.equal(new Set(whole).size, whole.length, list)
    assert.deepEqual(whole.toSorted(), whole, list)
    assert.deepEqual(await readInPages(server, list, 1), whole, list)
    assert.deepEqual(await readInPages(server, list, whole.length), whole, list)
  }
})

testOnServers('lists show what filters leave of them', async (server) => {
  for (const name of ['Bert', 'carl']) {
    await server.app.core.services.accounts.add({ name, password: 'a password' })
  }
  await server.app.core.services.accounts.disable('carl')
  assert.deepEqual(await namesIn(server, '/accounts?name=BERT'), ['Bert'])
  assert.deepEqual(await namesIn(server, '/accounts?disabled=true'), ['carl'])
  assert.deepEqual(await namesIn(server, '/accounts?disabled=false'), ['anna', 'Bert'])
  assert.deepEqual(await namesIn(server, '/accounts?disabled=false&name=carl'), [])

  await addOperator(server, 'owner', 'olga')
  await addOperator(server, 'auditor', 'otto')
  assert.deepEqual(await namesIn(server, '/operators?role=auditor'), ['otto'])
  assert.deepEqual(await namesIn(server, '/operators?disabled=true'), [])

  await server.enroll()
  const { id, account } = await getEnrollment(server)
  const [bert] = (await read(server, '/accounts?name=bert')).data
  assert.equal((await read(server, `/enrollments?account=${account.id}`)).data.length, 1)
  assert.deepEqual((await read(server, `/enrollments?account=${bert?.id}`)).data, [])
  const all = (await read(server, `/steps?enrollment=${id}`)).data
  assert.ok(all.length > 3)
  const rest = (await read(server, `/steps?enrollment=${id}&after=${all[1]?.id}`)).data
  assert.deepEqual(rest, all.slice(2))
  assert.deepEqual(
    (await read(server, '/steps?enrollment=enr_00000000000000000000000000')).data,
    [],
  )

  // Of sessions and tokens, what is not one's own is for who may see those of all.
  const [olga, otto] = [await bySession(server, 'olga'), await bySession(server, 'otto')]
  const [first, second] = (await read(server, '/operators')).data
  const count = async (speak: typeof olga, of: string | undefined) =>
    readJson<Page>(await speak('GET', `/sessions?operator=${of}`)).data.length
  assert.deepEqual([await count(olga, first?.id), await count(olga, second?.id)], [1, 1])
  assert.deepEqual([await count(otto, first?.id), await count(otto, second?.id)], [0, 1])
})
