import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FunnelView } from '../../src/http/funnel-view.ts'
import { runHere } from '../cli/here.ts'
import { makeDevice, offeredChallenge, postPhase2 } from '../device.ts'
import { dialects } from '../dialect.ts'
import { makeFlow } from '../flow.ts'
import { ACCOUNT, startTestServer, type TestServer } from '../harness.ts'
import { callApi, readJson } from '../operator.ts'
import { request } from '../request.ts'

const readFunnel = async (server: TestServer, query = ''): Promise<FunnelView> =>
  readJson<FunnelView>(await callApi(server, `/funnel${query}`))

for (const dialect of dialects) {
  test(`the funnel is read as JSON and as a file (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using server = await startTestServer({ location: place.location })
    await server.enroll()
    const challenge = await offeredChallenge(server)
    await postPhase2(server, makeDevice(server), { challenge })

    const [flow, ...others] = (await readFunnel(server)).flows
    assert.deepEqual([flow?.flow, others], ['default', []])
    assert.deepEqual(
      flow?.total.stages.map(({ state, reached, waiting }) => [state, reached, waiting]),
      [
        ['authenticated', 2, 0],
        ['offered', 2, 0],
        ['identified', 2, 1],
        ['certified', 1, 0],
        ['configured', 1, 0],
      ],
    )
    assert.deepEqual(flow?.days.length, 1)
    assert.deepEqual((await readFunnel(server, '?from=2020-01-01&to=2020-02-01')).flows, [])
    for (const path of ['/funnel', '/funnel.csv']) {
      const refused = await callApi(server, `${path}?from=2020-01-01`)
      assert.equal(refused.status, 400)
      assert.equal(JSON.parse(refused.body.toString()).code, 'funnel_span')
    }
    const csv = await callApi(server, '/funnel.csv')
    const [header, ...records] = csv.body.toString().split('\r\n')
    assert.equal(header, 'flow,day,state,reached,waiting,dropped,median_ms,p90_ms,reasons')
    assert.equal(records.length, 2 * 5 + 1)
    assert.match(records[2] ?? '', /^default,all,identified,2,1,0,\d+,\d+,$/)
  })

  test(`the funnel tells one flow from another (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using server = await startTestServer({ location: place.location })
    await makeFlow(server, 'sales')
    await server.enroll()
    for (const path of ['/e/sales', '/e/sales', '/enroll']) {
      await offeredChallenge(server, ACCOUNT, path)
    }
    const { flows } = await readFunnel(server)
    const begun = flows.map(({ flow, total }) => [flow, total.stages[0]?.reached])
    assert.deepEqual(begun.toSorted(), [
      ['default', 2],
      ['sales', 2],
    ])
  })

  test(`the timeline of a person has all their enrollments, in pages (${dialect.name}) [mission A4]`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using server = await startTestServer({ location: place.location })
    const other = { name: 'bertram', password: 'another horse of this size' }
    await server.app.core.services.accounts.add(other)
    await server.enroll()
    await offeredChallenge(server, other)
    await offeredChallenge(server)
    interface Page {
      readonly data: readonly {
        readonly state: string
        readonly account: { readonly name: string }
        readonly steps: readonly { readonly at: string; readonly sinceMs: number | null }[]
      }[]
      readonly page: { readonly nextCursor: string | null }
    }
    const read = async (query: string) =>
      readJson<Page>(await callApi(server, `/accounts/Anna/timeline${query}`))

    const { data } = await read('')
    assert.deepEqual(
      data.map(({ state, account }) => [state, account.name]),
      [
        ['offered', 'anna'],
        ['configured', 'anna'],
      ],
    )
    for (const { steps } of data) {
      assert.ok(steps.length >= 2)
      for (const [index, { at, sinceMs }] of steps.entries()) {
        const before = steps[index - 1]
        assert.equal(sinceMs, before === undefined ? null : Date.parse(at) - Date.parse(before.at))
      }
    }
    const first = await read('?limit=1')
    const next = await read(`?limit=1&cursor=${first.page.nextCursor}`)
    assert.deepEqual([...first.data, ...next.data], data)
    assert.equal(next.page.nextCursor, null)
    assert.equal((await callApi(server, '/accounts/nobody/timeline')).status, 404)
  })

  test(`enrollments and steps come as files, however many there are (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using server = await startTestServer({ location: place.location })
    const { accounts, enrollment } = server.app.core.services
    const hostile = await accounts.add({ name: '=cmd|"x",1', fullName: 'Eve' })
    for (let count = 0; count < 600; count++) {
      await enrollment.begin(hostile, { remoteAddress: '192.0.2.1', userAgent: null })
    }
    const answer = await callApi(server, '/enrollments.csv')
    assert.equal(answer.headers['content-type'], 'text/csv; charset=utf-8; header=present')
    const records = answer.body.toString().split('\r\n')
    assert.equal(records.length, 1 + 600 + 1)
    assert.match(records[0] ?? '', /^id,state,code,diagnosis,simulated,account_id,account,/)
    assert.equal(new Set(records).size, records.length)
    assert.ok(records.slice(1, -1).every((record) => record.includes(`,"'=cmd|""x"",1",`)))

    const steps = (await callApi(server, '/steps.csv')).body.toString().split('\r\n')
    assert.equal(steps.length, 1 + 600 + 1)
    assert.match(steps[1] ?? '', /^stp_\w+,enr_\w+,20[^,]+Z,,signed_in,ok,authenticated,,/)

    const later = new Date(server.clock.now() + 1000).toISOString()
    for (const path of ['/enrollments.csv', '/steps.csv']) {
      const after = await callApi(server, `${path}?from=${later}`)
      assert.equal(after.body.toString().split('\r\n').length, 2)
      const until = await callApi(server, `${path}?to=${later}`)
      assert.equal(until.body.toString().split('\r\n').length, 602)
    }
    assert.equal((await callApi(server, '/steps.csv?limit=5')).status, 400)
  })
}

test('the command line shows person and funnel, and writes the same files', async () => {
  await using server = await startTestServer()
  await server.enroll()
  const run = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await runHere([...args, '--data', server.data])
    assert.equal(code, 0, stderr)
    return stdout
  }

  assert.match(
    await run('account', 'timeline', 'anna'),
    /state +configured[\s\S]+✓ phase3_answered/,
  )
  assert.match(await run('enrollment', 'funnel', '--days', '2'), /default +configured +1 +100 %/)
  const funnel = await run('enrollment', 'funnel', '-o', 'csv')
  assert.match(funnel, /^flow,day,state[\s\S]+default,all,configured,1,0,0,/)
  const list = await run('enrollment', 'list', '-o', 'csv')
  assert.equal(list, (await callApi(server, '/enrollments.csv')).body.toString())
  const steps = await run('account', 'timeline', 'anna', '-o', 'csv')
  assert.equal(steps, (await callApi(server, '/steps.csv')).body.toString())
  assert.equal((await runHere(['enrollment', 'funnel', '--days', '0'])).code, 2)
})

test('the pages of funnel and person are for whoever may see all enrollments', async () => {
  await using server = await startTestServer()
  await server.enroll()
  const open = async (enrollment?: string): Promise<string> => {
    const body = JSON.stringify({ enrollment })
    const link = readJson<{ url: string }>(
      await callApi(server, '/links', { method: 'POST', body }),
    )
    const opened = await request(server, new URL(link.url).pathname)
    return opened.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  }
  const { data } = readJson<{ data: { id: string; account: { id: string } }[] }>(
    await callApi(server, '/enrollments'),
  )
  const [one] = data
  const paths = ['/funnel', `/accounts/${one?.account.id}`]
  const all = await open()
  const single = await open(one?.id)
  for (const path of paths) {
    const page = await request(server, path, { headers: { cookie: all } })
    assert.equal(page.status, 200, path)
    assert.match(page.body.toString(), /Configured/)
    assert.equal((await request(server, path, { headers: { cookie: single } })).status, 404)
    assert.equal((await request(server, path)).status, 403)
  }
  const timeline = await request(server, `/enrollments/${one?.id}`, { headers: { cookie: all } })
  assert.ok(timeline.body.toString().includes(`href="/accounts/${one?.account.id}"`))
  const restricted = await request(server, `/enrollments/${one?.id}`, {
    headers: { cookie: single },
  })
  assert.ok(!restricted.body.toString().includes('href="/accounts/'))
})
