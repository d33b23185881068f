import assert from 'node:assert/strict'
import { type Adoption, adoptAccount } from '../../src/service/account/index.ts'
import type { TestServer } from '../harness.ts'
import { callApi, readJson } from '../operator.ts'
import { testOnServers } from '../speak.ts'

const DORA: Adoption = {
  ...{ source: 'proxy', externalId: 'dora', name: 'Dora', groups: ['staff'] },
  attributes: { team: 'Sales' },
}

const adopt = ({ app, clock }: TestServer, change: Partial<Adoption> = {}) =>
  adoptAccount(
    { db: app.core.database.db, clock },
    { ...DORA, ...change },
    { remoteAddress: '192.0.2.7', userAgent: null },
  )

testOnServers(
  'the API shows where an account holder is from, and sets no password there [mission H6]',
  async (server) => {
    const { id, createdAt } = await adopt(server)
    server.clock.advance(60_000)
    await adopt(server, { groups: ['staff', 'sales'] })
    const at = (time: number) => new Date(time).toISOString()
    const dora = {
      ...{ id, name: 'Dora', fullName: null, email: null, attributes: { team: 'Sales' } },
      ...{ createdAt: at(createdAt), disabledAt: null, hasPassword: false },
      ...{ source: 'proxy', externalId: 'dora', groups: ['staff', 'sales'] },
      checkedAt: at(server.clock.now()),
    }
    assert.deepEqual(readJson(await callApi(server, '/accounts/dora')), dora)
    const person = readJson<{ account: unknown }>(await callApi(server, '/accounts/dora/export'))
    assert.deepEqual(person.account, dora)
    const anna = readJson<{ source: unknown }>(await callApi(server, '/accounts/anna'))
    assert.partialDeepStrictEqual(anna, {
      source: null,
      externalId: null,
      groups: [],
      checkedAt: null,
    })

    const body = JSON.stringify({ password: 'correct horse battery staple' })
    const set = await callApi(server, '/accounts/dora/password', { method: 'POST', body })
    assert.equal(set.status, 409)
    assert.match(set.body.toString(), /"account_elsewhere"/)
    assert.equal(
      (await callApi(server, '/accounts/dora/erase', { method: 'POST', body: '{}' })).status,
      200,
    )
    const rows = await server.app.core.database.db.selectFrom('account').selectAll().execute()
    assert.ok(!JSON.stringify(rows).match(/dora|sales/i))
  },
)
