import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dialects } from '../dialect.ts'
import { startTestServer, type TestServer } from '../harness.ts'
import { callApi, getEnrollment } from '../operator.ts'
import type { Answer } from '../request.ts'
import { addOperator } from '../signed-in.ts'

const read = (server: TestServer, path: string, known?: string): Promise<Answer> =>
  callApi(server, path, known === undefined ? {} : { headers: { 'if-none-match': known } })

const change = (
  server: TestServer,
  [method, path]: readonly [string, string],
  { tag, body }: { readonly tag?: string; readonly body?: unknown },
): Promise<Answer> =>
  callApi(server, path, {
    method,
    ...(tag === undefined ? {} : { headers: { 'if-match': tag } }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

const codeOf = ({ body }: Answer): unknown => JSON.parse(body.toString()).code

for (const dialect of dialects) {
  test(`what has not changed is not sent again, and what has changed is (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using server = await startTestServer({ location: place.location })
    await server.enroll()
    await addOperator(server, 'owner', 'olga')
    const { id } = await getEnrollment(server)
    const { operators } = server.app.core.services
    const changes: Readonly<Record<string, () => Promise<unknown>>> = {
      '/accounts/anna': () => change(server, ['POST', '/accounts/anna/disable'], {}),
      '/operators/olga': async () => {
        const origin = { remoteAddress: '127.0.0.1', userAgent: null }
        const credentials = { name: 'olga', password: 'a password of twelve and more' }
        await operators.signIn(credentials, { origin, replaced: undefined })
      },
      [`/enrollments/${id}`]: () => change(server, ['POST', '/accounts/anna/erase'], {}),
    }
    for (const [path, make] of Object.entries(changes)) {
      const first = await read(server, path)
      const { etag = '' } = first.headers
      assert.equal(first.status, 200)
      assert.match(etag, /^"[\w-]{27}"$/)
      for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const same = await read(server, path, known)
        assert.deepEqual([same.status, same.headers.etag, same.body.length], [304, etag, 0])
      }
      assert.equal((await read(server, path, '"other"')).status, 200)
      await make()
      const other = await read(server, path, etag)
      assert.equal(other.status, 200)
      assert.notEqual(other.headers.etag, etag)
    }
  })

  test(`a change from a state that is no more is refused, and of two at once one is made (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using server = await startTestServer({ location: place.location })
    const patch = ['PATCH', '/accounts/anna'] as const
    const { etag: tag = '' } = (await read(server, '/accounts/anna')).headers

    const blind = await change(server, patch, { body: { email: 'a@example.com' } })
    assert.deepEqual([blind.status, codeOf(blind)], [428, 'precondition_required'])
    const answers = await Promise.all(
      ['a@example.com', 'b@example.com', 'c@example.com'].map((email) =>
        change(server, patch, { tag, body: { email } }),
      ),
    )
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 412, 412])
    const made = answers.find(({ status }) => status === 200)
    const current = await read(server, '/accounts/anna')
    assert.deepEqual(made?.body, current.body)
    assert.equal(made?.headers.etag, current.headers.etag)
    assert.equal(JSON.parse(current.body.toString()).fullName, 'Anna Example')

    const late = await change(server, ['POST', '/accounts/anna/disable'], { tag })
    assert.deepEqual([late.status, codeOf(late)], [412, 'precondition_failed'])
    const weak = { tag: `W/${current.headers.etag}` }
    assert.equal((await change(server, ['POST', '/accounts/anna/erase'], weak)).status, 412)
    const good = { tag: `"other", ${current.headers.etag}` }
    assert.equal((await change(server, ['POST', '/accounts/anna/disable'], good)).status, 200)
    const any = { tag: '*', body: { fullName: null, attributes: { room: '7' } } }
    const last = JSON.parse((await change(server, patch, any)).body.toString())
    assert.deepEqual([last.fullName, last.attributes], [null, { room: '7' }])
  })

  test(`an operator is changed from the state that was read (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using server = await startTestServer({ location: place.location })
    await addOperator(server, 'owner', 'olga')
    await addOperator(server, 'auditor', 'ada')
    const { etag: tag = '' } = (await read(server, '/operators/ada')).headers
    const role = ['POST', '/operators/ada/role'] as const

    const roles = ['helpdesk', 'administrator']
    const answers = await Promise.all(
      roles.map((each) => change(server, role, { tag, body: { role: each } })),
    )

    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 412])
    assert.equal((await change(server, ['DELETE', '/operators/ada'], { tag })).status, 412)
    assert.equal((await read(server, '/operators/nobody')).status, 404)
  })
}
