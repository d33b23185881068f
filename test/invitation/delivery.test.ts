import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposable, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { dialects } from '../dialect.ts'
import { startTestServer } from '../harness.ts'
import { startMailServer } from '../mail/server.ts'
import { certifyLocalhost } from '../oidc/tls.ts'
import { callApi, getEnrollment, readJson } from '../operator.ts'
import {
  invite,
  mailVariables,
  openInvitationStage,
  postApi,
  reachingLocalhost,
  readInvitation,
} from './stage.ts'

const CHILD = fileURLToPath(new URL('../mail/child.ts', import.meta.url))
const MINUTE = 60_000

const startChild = async (file: string, port = 0): Promise<[ChildProcess, number]> => {
  const tls = JSON.stringify(certifyLocalhost())
  const child = fork(CHILD, [String(port), file, tls], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [message]: unknown[] = await once(child, 'message')
  assert.ok(typeof message === 'number')
  return [child, message]
}

const kill = async (child: ChildProcess): Promise<void> => {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

const linesOf = async (file: string): Promise<readonly { to: string; id: string }[]> =>
  (await readFile(file, 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

for (const dialect of dialects) {
  test(`a mail server that is killed and comes back under load gets every invitation, and twice only what it did not answer (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using directory = await mkdtempDisposable(join(tmpdir(), 'windfall-mail-'))
    const file = join(directory.path, 'arrived')
    const [first, port] = await startChild(file)
    using way = reachingLocalhost()
    await using server = await startTestServer({
      location: place.location,
      env: { ...way.env, ...mailVariables(port) },
    })
    const COUNT = 60
    const names = Array.from({ length: COUNT }, (_, at) => `person${at}`)
    for (const name of names) {
      const account = {
        name,
        email: `${name}@example.com`,
        attributes: { groups: 'Sales, Berlin' },
      }
      await server.app.core.services.accounts.add(account)
    }
    const batch = { group: 'Berlin', channel: 'mail' }
    const { results } = readJson<{ results: { invitation: { id: string } | null }[] }>(
      await postApi(server, '/invitations/batches', batch),
    )
    assert.equal(results.filter(({ invitation }) => invitation !== null).length, COUNT)
    while ((await linesOf(file)).length < COUNT / 3) await new Promise((go) => setImmediate(go))
    await kill(first)
    await server.app.runner.drain()
    const before = (await linesOf(file)).length
    assert.ok(before < COUNT, 'it was killed under load')
    const { connections } = await server.app.core.health.report()
    assert.equal(connections.find(({ name }) => name === 'mail')?.state, 'down')
    const [second] = await startChild(file, port)
    for (let round = 0; round < 4; round++) {
      server.clock.advance(MINUTE)
      await server.app.runner.drain()
    }
    const arrived = await linesOf(file)
    assert.deepEqual(
      [...new Set(arrived.map(({ to }) => to))].toSorted(),
      names.map((name) => `${name}@example.com`).toSorted(),
    )
    // Whatever came twice is recognised, and was under way when the server was killed: four at most.
    assert.equal(new Set(arrived.map(({ id }) => id)).size, COUNT)
    assert.ok(arrived.length - COUNT <= 4, `${arrived.length}`)
    const { data } = readJson<{ data: { state: string }[] }>(
      await callApi(server, '/invitations?batch=Berlin&limit=500'),
    )
    assert.deepEqual(new Set(data.map(({ state }) => state)), new Set(['sent']))
    await kill(second)
  })
}

test('what a mail server refuses for now is tried again; what it refuses for good is seen', async () => {
  let isBusy = true
  await using stage = await openInvitationStage({
    mail: {
      refuse: (to) => (to.startsWith('nobody') ? 550 : isBusy ? 451 : undefined),
    },
  })
  const { server, mail } = stage
  await server.app.core.services.accounts.add({ name: 'nobody', email: 'nobody@example.com' })
  const anna = await invite(server, { channel: 'mail' })
  const nobody = await invite(server, { channel: 'mail', account: 'nobody' })
  await server.app.runner.drain()
  const waiting = await readInvitation(server, anna.id)
  assert.deepEqual([waiting.state, waiting.deliveryCode], ['waiting', 'mail_deferred'])
  const refused = await readInvitation(server, nobody.id)
  assert.deepEqual([refused.state, refused.deliveryCode], ['unsent', 'mail_recipient_refused'])
  const { steps } = await getEnrollment(server)
  assert.deepEqual(
    steps.map(({ code, detail }) => [code, detail['reason']]),
    [
      ['invited', undefined],
      ['invitation_failed', 'mail_recipient_refused'],
    ],
  )
  isBusy = false
  server.clock.advance(MINUTE)
  await server.app.runner.drain()
  assert.equal((await readInvitation(server, anna.id)).state, 'sent')
  assert.equal(mail.arrived.length, 1)
})

test('a mail whose answer was lost is sent again, and can be recognised', async () => {
  let losses = 1
  await using stage = await openInvitationStage({ mail: { losesAnswer: () => losses-- > 0 } })
  const { server, mail } = stage
  const { id } = await invite(server, { channel: 'mail' })
  await server.app.runner.drain()
  assert.equal((await readInvitation(server, id)).deliveryCode, 'mail_unreachable')
  server.clock.advance(MINUTE)
  await server.app.runner.drain()
  assert.equal((await readInvitation(server, id)).state, 'sent')
  const ids = mail.arrived.map(({ headers }) => headers.get('message-id'))
  assert.equal(ids.length, 2)
  assert.equal(new Set(ids).size, 1)
  // Asked for once more, it is another mail.
  await postApi(server, `/invitations/${id}/resend`)
  await server.app.runner.drain()
  assert.equal(new Set(mail.arrived.map(({ headers }) => headers.get('message-id'))).size, 2)
})

test('a mail server that was away at the start and for two days gets what waits', async () => {
  const gone = await startMailServer()
  const { port } = gone
  await gone[Symbol.asyncDispose]()
  using way = reachingLocalhost()
  await using server = await startTestServer({ env: { ...way.env, ...mailVariables(port) } })
  await server.app.core.services.accounts.add({ name: 'bob', email: 'bob@example.com' })
  const { id } = await invite(server, { channel: 'mail', account: 'bob' })
  for (let hour = 0; hour < 48; hour++) {
    await server.app.runner.drain()
    server.clock.advance(60 * MINUTE)
  }
  const waiting = await readInvitation(server, id)
  assert.deepEqual([waiting.state, waiting.deliveryCode], ['waiting', 'outbound_failed'])
  await using mail = await startMailServer({ port })
  for (let hour = 0; hour < 20; hour++) {
    server.clock.advance(60 * MINUTE)
    await server.app.runner.drain()
  }
  assert.equal((await readInvitation(server, id)).state, 'sent')
  assert.equal(mail.arrived.length, 1)
})
