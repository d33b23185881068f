import assert from 'node:assert/strict'
import { once } from 'node:events'
import http2 from 'node:http2'
import { connect } from 'node:net'
import { test } from 'node:test'
import { sql } from 'kysely'
import { fixPort } from '../../src/http/index.ts'
import { transact } from '../../src/store/index.ts'
import { startTestServer, type TestServer } from '../harness.ts'
import { type Answer, request } from '../request.ts'

/** Beside those in work; `src/http/admission.ts` says why there is a bound. */
const MOST_WAITING = 512
const IN_WORK = 2

/** A server that takes two requests at a time; on servers of the tests nobody waits too long. */
interface Busy extends AsyncDisposable {
  readonly server: TestServer
  /** SCEP over plain HTTP. */
  readonly scep: { readonly url: string; readonly roots: readonly [] }
  readonly opsUrl: string
  /** Keeps every transaction waiting until it is called. */
  hold(): Promise<() => Promise<void>>
}

const openBusy = async (): Promise<Busy> => {
  const [ops, scep] = await Promise.all([freePort(), freePort()])
  const server = await startTestServer({
    env: {
      WINDFALL_OPS__LISTEN: `127.0.0.1:${ops}`,
      WINDFALL_SCEP__HTTP_LISTEN: `127.0.0.1:${scep}`,
      WINDFALL_OVERLOAD__IN_WORK: String(IN_WORK),
    },
  })
  return {
    server,
    scep: { url: `http://127.0.0.1:${scep}`, roots: [] },
    opsUrl: `http://127.0.0.1:${ops}`,
    hold: () => hold(server),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

const freePort = async (): Promise<number> => (await fixPort({ host: '127.0.0.1', port: 0 })).port

const hold = async ({ app }: TestServer): Promise<() => Promise<void>> => {
  const held = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const transaction = transact(app.core.database.db, async (tx) => {
    await sql`select 1`.execute(tx)
    held.resolve()
    await released.promise
  })
  await held.promise
  return async () => {
    released.resolve()
    await transaction
  }
}

/** Is refused, and that is written down: so it waits for the database. */
const ask = ({ scep }: Busy): Promise<Answer> =>
  request(scep, '/scep?operation=PKIOperation', { method: 'POST', body: 'no message' })

interface Crowd {
  /** Those that were refused: the answers that came although the database is held. */
  readonly refused: readonly Answer[]
  /** Those in work and those that wait. */
  others(): Promise<readonly Answer[]>
}

/** Takes every place there is, and asks for some more. */
const crowd = async (busy: Busy, more: number): Promise<Crowd> => {
  const refused: Answer[] = []
  const { promise: isFull, resolve } = Promise.withResolvers<void>()
  const answers = Array.from({ length: IN_WORK + MOST_WAITING + more }, async () => {
    const answer = await ask(busy)
    if (refused.length < more && refused.push(answer) === more) resolve()
    return answer
  })
  await isFull
  return {
    refused: [...refused],
    others: async () => (await Promise.all(answers)).filter((each) => !refused.includes(each)),
  }
}

/** Messages that were worked on, as the audit knows them. */
const countRefusals = async ({ server }: Busy): Promise<number> => {
  const events = await server.app.core.services.audit.list({ limit: 1000, before: undefined })
  return events.filter(({ action }) => action === 'scep').length
}

const POST = 'POST /scep?operation=PKIOperation HTTP/1.1\r\nHost: localhost\r\n'
const portOf = ({ url }: Busy['scep']): number => Number(new URL(url).port)

test('what is too much is answered 503 with a time to come again, counted in one line, and the rest is answered afterwards [proof R9] [security W7]', async () => {
  const busy = await openBusy()
  const release = await busy.hold()
  const { refused, others } = await crowd(busy, 20)
  const after = new Set<string | undefined>()
  for (const { status, headers, body } of refused) {
    assert.equal(status, 503)
    assert.match(body.toString(), /^overloaded: /)
    assert.equal(headers['cache-control'], 'no-store')
    assert.match(headers['retry-after'] ?? '', /^([2-9]|10)$/)
    after.add(headers['retry-after'])
  }
  assert(after.size > 1, 'not all are told the same time')

  await release()
  const statuses = (await others()).map(({ status }) => status)
  assert.deepEqual(new Set(statuses), new Set([400]))
  assert.equal(statuses.length, IN_WORK + MOST_WAITING)
  assert.equal((await ask(busy)).status, 400)

  assert.equal(await countRefusals(busy), statuses.length + 1)
  await busy[Symbol.asyncDispose]()
  const lines = busy.server.log().split('\n').filter(Boolean)
  const overload = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'overload')
  assert.deepEqual(
    overload.map((line) => [line.level, line.refused]),
    [[40, 20]],
  )
  assert(!lines.some((line) => line.includes('"status":503')))
})

test('while one listener is overloaded the others answer, and it reads no bodies [proof R9]', async () => {
  await using busy = await openBusy()
  const release = await busy.hold()
  const { others } = await crowd(busy, 1)
  const { roots } = busy.server
  assert.equal((await request({ url: busy.opsUrl, roots }, '/livez')).status, 200)
  assert.equal((await request(busy.server, '/CA')).status, 200)
  assert.equal((await request(busy.server, '/CA', { http2: true })).status, 200)
  assert.equal((await request(busy.scep, '/scep?operation=GetCACaps')).status, 503)

  const socket = connect(portOf(busy.scep), '127.0.0.1')
  socket.write(`${POST}Content-Length: 100000\r\n\r\n`)
  const [refusal] = await once(socket, 'data')
  assert.match(String(refusal), /^HTTP\/1\.1 503 /)
  await release()
  await others()
  // The connection is as good as before, once what was announced has come.
  socket.write(Buffer.alloc(100_000))
  socket.write('GET /scep?operation=GetCACaps HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const [caps] = await once(socket, 'data')
  assert.match(String(caps), /^HTTP\/1\.1 200 /)
  socket.destroy()
})

test('HTTP/2 is refused by the same rule, streams and not connections', async () => {
  await using busy = await openBusy()
  const release = await busy.hold()
  const connect = () => http2.connect(busy.server.url, { rejectUnauthorized: false })
  // A connection carries no more than a hundred streams at once.
  const sessions = Array.from({ length: 6 }, connect)
  const { promise: isRefused, resolve } = Promise.withResolvers<void>()
  const ask = async (index: number): Promise<number> => {
    const stream = sessions[index % 6]?.request({ ':method': 'POST', ':path': '/profile' })
    assert(stream)
    stream.end('no message')
    const [headers] = await once(stream, 'response')
    await stream.toArray()
    if (headers[':status'] === 503) resolve()
    return headers[':status']
  }
  const places = IN_WORK + MOST_WAITING
  const statuses = Array.from({ length: places + 1 }, (_, index) => ask(index))
  await isRefused
  await release()
  const counts = Map.groupBy(await Promise.all(statuses), (status) => status)
  assert.deepEqual([counts.get(400)?.length, counts.get(503)?.length], [places, 1])
  assert.equal(await ask(0), 400)
  for (const session of sessions) session.close()
})

test('slow senders take no place from whoever has sent all [proof R11] [security W7]', async () => {
  await using busy = await openBusy()
  const sockets = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const socket = connect(portOf(busy.scep), '127.0.0.1')
      socket.on('error', () => {})
      await once(socket, 'connect')
      socket.write(index % 2 === 0 ? POST : `${POST}Content-Length: 9\r\n\r\n0`)
      return socket
    }),
  )
  for (let round = 0; round < 2 * IN_WORK; round++) assert.equal((await ask(busy)).status, 400)
  for (const socket of sockets) socket.destroy()
})

test('a client that goes away gives its place back when its work is done [proof R9]', async () => {
  await using busy = await openBusy()
  const release = await busy.hold()
  // As many as there are places leave before they are answered.
  for (let gone = 0; gone < IN_WORK; gone++) {
    const socket = connect(portOf(busy.scep), '127.0.0.1')
    await once(socket, 'connect')
    await new Promise<void>((resolve) => {
      socket.end(`${POST}Content-Length: 1\r\n\r\n0`, resolve)
    })
    socket.destroy()
  }
  await release()
  for (let round = 0; round < 2 * IN_WORK; round++) assert.equal((await ask(busy)).status, 400)
  // All of it was work that somebody did.
  assert.equal(await countRefusals(busy), 3 * IN_WORK)
})
