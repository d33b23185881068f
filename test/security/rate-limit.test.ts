import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { basic } from '../device.ts'
import { dialects } from '../dialect.ts'
import { ACCOUNT, startTestServer, type TestServer } from '../harness.ts'
import { bearer } from '../operator.ts'
import { type Answer, request } from '../request.ts'
import { addOperator, signIn, trySignIn, withSession } from '../signed-in.ts'

const MINUTE = 60_000
const LIMIT = 100
const env = { WINDFALL_API__REQUESTS_PER_MINUTE: String(LIMIT) }

const list = (server: TestServer, headers: Readonly<Record<string, string>>): Promise<Answer> =>
  request(server, '/api/v1/enrollments', { headers })

for (const dialect of dialects) {
  test(`a token is told how much it may still ask for, and refused when that is used up (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using server = await startTestServer({ location: place.location, env })
    const answers: Answer[] = []
    for (let count = 0; count < LIMIT; count++) answers.push(await list(server, bearer(server)))

    assert.deepEqual(
      answers.map(({ status, headers }) => [status, headers['ratelimit']]),
      answers.map((_, index) => [200, `"default";r=${LIMIT - index - 1};t=60`]),
    )
    assert.equal(answers[0]?.headers['ratelimit-policy'], `"default";q=${LIMIT};w=60`)
    server.clock.advance(20_000)
    const refused = await list(server, bearer(server))
    assert.equal(refused.status, 429)
    assert.equal(refused.headers['retry-after'], '40')
    assert.equal(refused.headers['ratelimit'], '"default";r=0;t=40')
    assert.equal(JSON.parse(refused.body.toString()).code, 'too_many_requests')

    await addOperator(server, 'owner')
    const session = withSession(await signIn(server, 'owner'))
    assert.equal((await list(server, session)).headers['ratelimit'], '"default";r=99;t=60')
    server.clock.advance(40_000)
    assert.equal((await list(server, bearer(server))).status, 200)
  })
}

test('of many requests at once as many are let in as one after another', async () => {
  await using server = await startTestServer({ env })
  const answers = await Promise.all(
    Array.from({ length: LIMIT + 30 }, () => list(server, bearer(server))),
  )
  assert.equal(answers.filter(({ status }) => status === 200).length, LIMIT)
})

const postgres = dialects.find(({ name }) => name === 'postgres')
const skip = postgres?.skip ?? 'no PostgreSQL'

interface Pair extends AsyncDisposable {
  /** The first server, which stays, and the second one as it then is. */
  readonly servers: readonly [TestServer, TestServer]
  restartSecond(): Promise<void>
}

const openPair = async (): Promise<Pair> => {
  assert.ok(postgres)
  await using stack = new AsyncDisposableStack()
  const { location } = stack.use(await postgres.create())
  const { path: data } = stack.use(await mkdtempDisposable(join(tmpdir(), 'windfall-test-')))
  const first = stack.use(await startTestServer({ location, env }))
  const shared = { ...env, WINDFALL_MASTER_KEY_FILE: join(first.data, 'master.key') }
  const start = () => startTestServer({ location, data, env: shared, now: first.clock.now() })
  let second = await start()
  stack.defer(() => second[Symbol.asyncDispose]())
  const owned = stack.move()
  return {
    get servers(): Pair['servers'] {
      return [first, second]
    },
    async restartSecond() {
      await second[Symbol.asyncDispose]()
      second = await start()
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

test('two servers let in together what one would, within a tenth, also when one is started anew in the middle [proof R19]', {
  skip,
}, async () => {
  await using pair = await openPair()
  const token = bearer(pair.servers[0])
  const statuses: number[] = []
  for (let round = 0; round < 70; round++) {
    if (round === 20 || round === 40) await pair.restartSecond()
    const answers = await Promise.all(pair.servers.map((server) => list(server, token)))
    statuses.push(...answers.map(({ status }) => status))
  }
  const admitted = statuses.filter((status) => status === 200).length
  assert.ok(statuses.every((status) => status === 200 || status === 429))
  assert.ok(admitted >= LIMIT * 0.9 && admitted <= LIMIT * 1.1, String(admitted))

  await pair.restartSecond()
  for (const server of pair.servers) assert.equal((await list(server, token)).status, 429)
  for (const { clock } of pair.servers) clock.advance(MINUTE)
  for (const server of pair.servers) assert.equal((await list(server, token)).status, 200)
})

test('two servers count failed sign-ins together, within a tenth of ten, also when one is started anew in the middle [proof R19]', {
  skip,
}, async () => {
  await using pair = await openPair()
  await addOperator(pair.servers[0], 'owner')
  const wrong = { headers: basic({ ...ACCOUNT, password: 'wrong' }) }
  const guesses: readonly ((server: TestServer) => Promise<Answer>)[] = [
    (server) => request(server, '/enroll', wrong),
    (server) => trySignIn(server, 'owner', { password: 'wrong' }),
  ]
  for (const guess of guesses) {
    const statuses: number[] = []
    for (let round = 0; round < 8; round++) {
      if (round === 3) await pair.restartSecond()
      // Both at once: they may race for the tenth.
      const answers = await Promise.all(pair.servers.map(guess))
      statuses.push(...answers.map(({ status }) => status))
    }
    const failed = statuses.filter((status) => status !== 429).length
    assert.ok(failed >= 9 && failed <= 11, statuses.join())
    assert.ok(statuses.slice(12).every((status) => status === 429))
    await pair.restartSecond()
    for (const server of pair.servers) assert.equal((await guess(server)).status, 429)
  }
})
