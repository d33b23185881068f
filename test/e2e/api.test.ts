import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import http from 'node:http'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { socketPath } from '../../src/config/index.ts'
import { makeDevice, offeredChallenge, postPhase2, postProfile } from '../device.ts'
import { startTestServer } from '../harness.ts'
import { bearer, callApi, getEnrollment, listEnrollments, readJson } from '../operator.ts'
import { type Answer, request } from '../request.ts'

const server = await startTestServer()
after(() => server[Symbol.asyncDispose]())

interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly requestId: string
  readonly hint?: string
}

interface Page<T> {
  readonly data: readonly T[]
  readonly page: { readonly hasMore: boolean; readonly nextCursor: string | null }
}

/** Reads an error as RFC 9457 has it. */
const readProblem = ({ status, headers, body }: Answer): Problem => {
  assert.match(headers['content-type'] ?? '', /^application\/problem\+json/)
  const problem: Problem = JSON.parse(body.toString())
  assert.equal(problem.status, status)
  assert.match(problem.requestId, /^[0-9a-f-]{36}$/)
  assert.ok(problem.detail.length > 0 && problem.title.length > 0)
  return problem
}

const PATHS = [
  '/enrollments',
  '/enrollments/enr_00000000000000000000000000',
  '/steps',
  '/accounts',
  '/audit',
  '/no/such/resource',
]

for (const path of PATHS) {
  test(`answers nobody without a token: ${path}`, async () => {
    const credentials = [
      '',
      'Bearer ',
      'Bearer guessed',
      'Basic YW5uYTp4',
      bearer(server).authorization.slice(0, -1),
    ]
    for (const authorization of credentials) {
      const answer = await request(server, `/api/v1${path}`, { headers: { authorization } })
      const { status, code, hint } = readProblem(answer)

      assert.deepEqual([status, code], [401, 'token_invalid'])
      assert.match(hint ?? '', /Bearer TOKEN/)
      assert.equal(answer.headers['www-authenticate'], 'Bearer')
    }
    assert.equal((await request(server, `/api/v1${path}`)).status, 401)
  })
}

test('changes nothing for nobody', async () => {
  for (const path of ['/accounts', '/links', '/accounts/anna/disable']) {
    const post = { method: 'POST', body: JSON.stringify({ name: 'eve', password: 'let me in' }) }
    assert.equal((await request(server, `/api/v1${path}`, post)).status, 401)
  }
  const { data } = readJson<{ data: { name: string; disabledAt: unknown }[] }>(
    await callApi(server, '/accounts'),
  )
  assert.deepEqual(
    data.map(({ name }) => name),
    ['anna'],
  )
  assert.equal(data[0]?.disabledAt, null)
})

test('answers who has the token of the first start, which only the owner can read', async () => {
  const { mode } = await stat(join(server.data, 'api-token'))

  assert.equal(mode & 0o777, 0o600)
  assert.equal((await callApi(server, '/enrollments')).status, 200)
})

test('lists enrollments from the newest on, page by page', async () => {
  for (let i = 0; i < 5; i++) await offeredChallenge(server)
  const all = await listEnrollments(server)
  const found: string[] = []
  let query = '?limit=2'
  for (;;) {
    const { data, page } = readJson<Page<{ id: string }>>(
      await callApi(server, `/enrollments${query}`),
    )
    found.push(...data.map(({ id }) => id))
    assert.equal(page.hasMore, page.nextCursor !== null)
    if (!page.hasMore) break
    assert.equal(data.length, 2)
    query = `?limit=2&cursor=${page.nextCursor}`
  }

  assert.ok(all.length >= 5)
  assert.deepEqual(
    found,
    all.map(({ id }) => id),
  )
  const times = all.map(({ createdAt }) => createdAt)
  assert.deepEqual(times.toSorted().toReversed(), times)
})

test('lists enrollments of one state', async () => {
  const challenge = await offeredChallenge(server)
  await postPhase2(server, makeDevice(server), { challenge })
  const { data } = readJson<Page<{ state: string }>>(
    await callApi(server, '/enrollments?state=identified'),
  )

  assert.equal(data.length, 1)
  assert.equal(data[0]?.state, 'identified')
})

test('lists what was refused in the audit, without what was sent', async () => {
  await postProfile(server, Buffer.from('very secret text'))
  const answer = await callApi(server, '/audit?limit=1')
  const { data } = readJson<Page<{ outcome: string; action: string; code: string }>>(answer)

  assert.equal(data[0]?.outcome, 'refused')
  assert.equal(data[0]?.action, 'profile.phase2')
  assert.doesNotMatch(answer.body.toString(), /very secret/)
})

test('says that there is no such enrollment, and what to do', async () => {
  const answer = await callApi(server, '/enrollments/enr_00000000000000000000000000')
  const { status, code, hint } = readProblem(answer)

  assert.deepEqual([status, code], [404, 'enrollment_unknown'])
  assert.match(hint ?? '', /GET \/api\/v1\/enrollments/)
})

test('says that there is no such resource', async () => {
  assert.equal(readProblem(await callApi(server, '/no/such')).code, 'route_unknown')
})

const WRONG_INPUT = [
  '/enrollments?limit=0',
  '/enrollments?limit=501',
  '/enrollments?limit=many',
  '/enrollments?state=lost',
  '/enrollments?cursor=dev_00000000000000000000000000',
  '/enrollments?colour=red',
  '/enrollments/1',
  '/steps?after=yesterday',
]

for (const path of WRONG_INPUT) {
  test(`names the parameter that is wrong: ${path}`, async () => {
    const { status, code, detail } = readProblem(await callApi(server, path))

    assert.deepEqual([status, code], [400, 'input'])
    const name = /\?(\w+)=/.exec(path)?.[1] ?? 'id'
    assert.ok(detail.includes(name), detail)
  })
}

test('says what is wrong with a new account, without repeating its password', async () => {
  const cases = [
    ['{', 'input'],
    [JSON.stringify({ password: 'my secret' }), 'input'],
    [JSON.stringify({ name: 'carl', password: 'my secret', admin: true }), 'input'],
    [JSON.stringify({ name: 'carl', password: '  ' }), 'password_empty'],
    [JSON.stringify({ name: 'a:b', password: 'my secret' }), 'account_name'],
    [JSON.stringify({ name: 'ANNA', password: 'my secret' }), 'account_exists'],
  ] as const
  for (const [body, expected] of cases) {
    const answer = await callApi(server, '/accounts', { method: 'POST', body })

    assert.equal(readProblem(answer).code, expected)
    assert.doesNotMatch(answer.body.toString(), /my secret/)
  }
})

test('adds an account holder who can then sign in, and shows no password', async () => {
  const account = {
    name: 'carl',
    password: 'a password of carl',
    fullName: 'Carl',
    attributes: { team: 'blue' },
  }
  const answer = await callApi(server, '/accounts', {
    method: 'POST',
    body: JSON.stringify(account),
  })

  assert.equal(answer.status, 201)
  assert.doesNotMatch(answer.body.toString(), /a password of carl|\$argon2/)
  await offeredChallenge(server, account)
  assert.equal((await getEnrollment(server)).account.name, 'carl')
})

test('makes no link to an enrollment that does not exist', async () => {
  const body = JSON.stringify({ enrollment: 'enr_00000000000000000000000000' })
  const answer = await callApi(server, '/links', { method: 'POST', body })

  assert.equal(readProblem(answer).code, 'enrollment_unknown')
})

const overSocket = async (path: string): Promise<{ status: number; body: string }> => {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>()
  const options = { socketPath: socketPath(server.data), path, agent: false }
  http.get(options, resolve).on('error', reject)
  const response = await promise
  return {
    status: response.statusCode ?? 0,
    body: Buffer.concat(await response.toArray()).toString(),
  }
}

test('answers on the owner’s socket without a token, and only the owner may use it', async () => {
  const { mode } = await stat(socketPath(server.data))
  const { status, body } = await overSocket('/api/v1/enrollments')

  assert.equal(mode & 0o777, 0o600)
  assert.equal(status, 200)
  assert.deepEqual(JSON.parse(body).data, await listEnrollments(server))
  assert.equal((await overSocket('/enroll')).status, 404)
})
