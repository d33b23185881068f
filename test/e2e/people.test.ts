import assert from 'node:assert/strict'
import { basic } from '../device.ts'
import type { TestServer } from '../harness.ts'
import { callApi, readJson } from '../operator.ts'
import { request } from '../request.ts'
import { newestAudit, testOnServers } from '../speak.ts'

interface Imported {
  readonly name: string
  readonly outcome: string
  readonly fault: { readonly code: string } | null
}

interface Account {
  readonly fullName: string | null
  readonly email: string | null
  readonly attributes: Readonly<Record<string, string>>
  readonly hasPassword: boolean
}

const post = (server: TestServer, path: string, body: object) =>
  callApi(server, path, { method: 'POST', body: JSON.stringify(body) })

const take = async (server: TestServer, order: object): Promise<readonly string[]> => {
  const answer = await post(server, '/accounts/imports', order)
  const { results } = readJson<{ results: readonly Imported[] }>(answer)
  return results.map(({ name, outcome, fault }) => `${name} ${outcome} ${fault?.code ?? ''}`.trim())
}

const read = async (server: TestServer, name: string): Promise<Account> =>
  readJson(await callApi(server, `/accounts/${name}`))

const signIn = async (server: TestServer, name: string, password: string): Promise<number> =>
  (await request(server, '/enroll', { headers: basic({ name, password }) })).status

const lines = async (server: TestServer): Promise<number> =>
  readJson<{ lines: number }>(await callApi(server, '/audit/verify')).lines

testOnServers('a list of people is taken over, each for themselves', async (server) => {
  const accounts = [
    { name: 'Dora', fullName: 'Dora D.', email: null, attributes: { room: '1', team: null } },
    { name: 'a:b' },
    { name: 'emil', password: 'horse battery staple' },
    { name: 'DORA', fullName: 'Another' },
    { name: 'fay', password: '  ' },
    { name: 'gus', fullName: 'two\nlines' },
  ]
  const said = [
    ...['Dora added', 'a:b refused account_name', 'emil added', 'DORA refused account_twice'],
    ...['fay refused password_empty', 'gus refused account_text'],
  ]
  const before = await lines(server)
  assert.deepEqual(await take(server, { accounts, trial: true }), said)
  assert.equal(await lines(server), before, 'a trial does nothing')
  assert.equal((await callApi(server, '/accounts/dora')).status, 404)

  assert.deepEqual(await take(server, { accounts }), said)
  assert.equal(await lines(server), before + 2)
  const dora = await read(server, 'dora')
  assert.deepEqual(
    [dora.fullName, dora.email, dora.attributes, dora.hasPassword],
    ['Dora D.', null, { room: '1' }, false],
  )
  assert.equal(await signIn(server, 'dora', ''), 401)
  assert.equal(await signIn(server, 'emil', 'horse battery staple'), 200)
})

testOnServers('those who are there stay, or become what the list says', async (server) => {
  const list = (...accounts: readonly object[]) => ({ accounts })
  const dora = { name: 'dora', email: 'd@example.com', attributes: { room: '1', team: 'x' } }
  await take(server, list({ ...dora, fullName: 'Dora' }, { name: 'emil' }))
  const other = { name: 'Dora', email: null, attributes: { room: '2', team: null, desk: 'a' } }
  assert.deepEqual(await take(server, list(other)), ['Dora kept'])
  assert.equal((await read(server, 'dora')).email, 'd@example.com')

  const change = { ...list(other, { name: 'emil' }), existing: 'change' }
  const before = await lines(server)
  assert.deepEqual(await take(server, { ...change, trial: true }), ['Dora changed', 'emil same'])
  assert.equal(await lines(server), before)
  assert.deepEqual(await take(server, change), ['Dora changed', 'emil same'])
  const { fullName, email, attributes } = await read(server, 'dora')
  assert.deepEqual([fullName, email, attributes], ['Dora', null, { room: '2', desk: 'a' }])
  const line = await newestAudit(server)
  assert.equal(line?.action, 'account.change')
  assert.deepEqual(await take(server, change), ['Dora same', 'emil same'])
  assert.equal(await lines(server), before + 1)
})

testOnServers('an account gets its first password, and another', async (server) => {
  await take(server, { accounts: [{ name: 'dora' }] })
  const set = (password: string) => post(server, '/accounts/Dora/password', { password })
  assert.equal(readJson<Account>(await set('first of all')).hasPassword, true)
  const line = await newestAudit(server)
  assert.equal(line?.action, 'account.set_password')
  assert.ok(!JSON.stringify(line).includes('first of all'))
  assert.equal(await signIn(server, 'dora', 'first of all'), 200)

  let status = 401
  for (let turn = 0; turn < 30 && status === 401; turn++) {
    status = await signIn(server, 'dora', 'wrong')
  }
  assert.equal(status, 429, 'whoever guesses waits')
  await set('second of all')
  assert.equal(await signIn(server, 'dora', 'first of all'), 401)
  assert.equal(await signIn(server, 'dora', 'second of all'), 200)
  assert.equal((await set(' ')).status, 400)
  assert.equal((await set('x'.repeat(1025))).status, 400)
  assert.equal((await post(server, '/accounts/nobody/password', { password: 'x' })).status, 404)
})

testOnServers('whoever was disabled is let in again', async (server) => {
  const { name, password } = { name: 'dora', password: 'horse battery staple' }
  await take(server, { accounts: [{ name, password }] })
  await post(server, '/accounts/dora/disable', {})
  assert.equal(await signIn(server, name, password), 401)
  readJson(await post(server, '/accounts/dora/enable', { reason: 'back from leave' }))
  const line = await newestAudit(server)
  assert.deepEqual([line?.action, line?.reason], ['account.enable', 'back from leave'])
  assert.equal(await signIn(server, name, password), 200)
})
