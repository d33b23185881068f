import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import { test } from 'node:test'
import pino from 'pino'
import { createPublicServer } from '../../src/http/index.ts'
import { newId, parseId } from '../../src/model/index.ts'
import { type EventReader, readEvents } from '../event-reader.ts'
import { startTestServer, type TestServer } from '../harness.ts'
import { bearer, callApi, getEnrollment, readJson } from '../operator.ts'
import { request } from '../request.ts'
import { addOperator, signIn, withSession } from '../signed-in.ts'
import { openTwin, skipWithoutTwin } from './twin.ts'

const BY_TEST = { name: 'owner', origin: undefined }
const HOUR = 60 * 60_000

interface Reading {
  readonly reader: EventReader
  readonly headers: Readonly<Record<string, string>>
}

const readAs = async (
  server: TestServer,
  headers: Readonly<Record<string, string>>,
): Promise<Reading> => ({ reader: await readEvents(server, '', headers), headers })

const readWithToken = async (server: TestServer, session: string): Promise<Reading> => {
  const answer = await request(server, '/api/v1/tokens', {
    method: 'POST',
    headers: { ...withSession(session), 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({ name: 'for a test', scopes: ['enrollment.read'], days: 1 }),
  })
  const { secret } = readJson<{ secret: string }>(answer)
  return await readAs(server, { authorization: `Bearer ${secret}` })
}

test('a stream ends with the session or token that opened it, and no other does [security W5]', async () => {
  await using server = await startTestServer()
  const { operators } = server.app.core.services
  await addOperator(server, 'owner', 'olga')
  await addOperator(server, 'owner', 'otto')
  await addOperator(server, 'administrator', 'ada')
  await addOperator(server, 'administrator', 'adam')
  using first = await readEvents(server, '', bearer(server))

  const olga = await readAs(server, withSession(await signIn(server, 'olga')))
  const ofAda = await readWithToken(server, await signIn(server, 'ada'))
  const ofAdam = await readWithToken(server, await signIn(server, 'adam'))
  const otto = await readAs(server, withSession(await signIn(server, 'otto')))
  const ends: readonly (readonly [Reading, () => Promise<unknown>])[] = [
    [olga, () => operators.setPassword('olga', 'another password of twelve', BY_TEST)],
    [ofAda, () => operators.disable('ada', BY_TEST)],
    [
      ofAdam,
      async () => {
        const { data } = readJson<{ data: { id: string; operator: string | null }[] }>(
          await callApi(server, '/tokens'),
        )
        const theirs = data.findLast(({ operator }) => operator !== null)
        await callApi(server, `/tokens/${theirs?.id}`, { method: 'DELETE' })
      },
    ],
    [otto, async () => server.clock.advance(HOUR)],
  ]
  for (const [{ reader, headers }, end] of ends) {
    assert.ok(!reader.response.readableEnded)
    await end()
    await reader.ended
    assert.equal((await request(server, '/api/v1/events', { headers })).status, 401)
  }

  await server.enroll()
  await first.until(1)
})

test('two servers tell of the steps of both, each once, and a revoked token ends its streams on both', {
  skip: skipWithoutTwin,
}, async () => {
  await using twin = await openTwin()
  const left = twin.left.server
  const right = twin.right.server
  await addOperator(left, 'owner', 'olga')
  const session = await signIn(left, 'olga')
  const { reader: onLeft, headers } = await readWithToken(left, session)
  const onRight = await readEvents(right, '', headers)

  const enroll = (server: TestServer) => server.enroll({ roots: left.roots })
  await Promise.all([enroll(left), enroll(right), enroll(left), enroll(right)])
  const { data } = readJson<{ data: { id: string }[] }>(await callApi(left, '/steps?limit=500'))
  const ids = data.map(({ id }) => id)
  for (const reader of [onLeft, onRight]) await reader.until(ids.length)

  assert.deepEqual(onLeft.ids.toSorted(), ids)
  assert.deepEqual(onRight.ids, onLeft.ids, 'in the same order')
  const half = onLeft.ids[ids.length >> 1]
  using resumed = await readEvents(right, '', { ...headers, 'last-event-id': half })
  await resumed.until(ids.length - (ids.length >> 1) - 1)
  assert.deepEqual(resumed.ids, onLeft.ids.slice((ids.length >> 1) + 1))
  const { operators } = left.app.core.services
  await operators
    .disable('olga', BY_TEST)
    .catch(() =>
      operators
        .add({ name: 'otto', role: 'owner', password: 'a password of twelve and more' }, BY_TEST)
        .then(() => operators.disable('olga', BY_TEST)),
    )
  await Promise.all([onLeft.ended, onRight.ended, resumed.ended])
})

test('open streams are no work: as many as a listener works on at once keep nobody from it', async () => {
  await using server = await startTestServer()
  const logger = pino({ level: 'silent' })
  const limits = { inWork: 1, waitMs: 1 }
  await using plain = await createPublicServer(server.app.core.services, { logger, limits })
  const url = await plain.listen({ host: '127.0.0.1', port: 0 })
  const reachable = { url, roots: server.roots }
  const readers: EventReader[] = []
  while (readers.length < 10) readers.push(await readEvents(reachable, '', bearer(server)))
  const answer = await request(reachable, '/api/v1/enrollments', { headers: bearer(server) })
  assert.equal(answer.status, 200)
  for (const reader of readers) reader[Symbol.dispose]()
})

test('a reader that does not read is cut off, and the others hear everything', async () => {
  await using server = await startTestServer()
  await server.enroll()
  const { id } = await getEnrollment(server)
  const enrollment = parseId('enrollment', id)
  assert.ok(enrollment)
  const { db } = server.app.core.database
  const lines: string[] = []
  const logger = pino({}, { write: (line: string) => void lines.push(line) })
  await using plain = await createPublicServer(server.app.core.services, { logger })
  const url = await plain.listen({ host: '127.0.0.1', port: 0 })
  using other = await readEvents({ url, roots: server.roots }, '', bearer(server))
  const outgoing = http.get(new URL('/api/v1/events', url), { headers: bearer(server) })
  const [stuck]: http.IncomingMessage[] = await once(outgoing, 'response')
  assert.ok(stuck)
  stuck.on('error', () => {}).pause()

  // It does not read that it was cut off either; the server's log tells.
  const isCut = (): boolean => lines.some((line) => line.includes('cut off who does not read'))
  for (let count = 0; !isCut(); ) {
    assert.ok(count < 10_000, 'what waits for a reader has an end')
    const rows = Array.from({ length: 200 }, () => ({
      ...{ id: newId('step', Date.now()), enrollment_id: enrollment, at: 0 },
      ...{ code: 'get_ca_caps' as const, outcome: 'ok' as const },
      ...{ summary: 'x'.repeat(5000), detail: '{}' },
    }))
    await db.insertInto('step').values(rows).execute()
    count += rows.length
    server.app.core.services.tail.poke()
    await other.until(count)
    assert.equal(other.events.length, count)
  }
  outgoing.destroy()
})
