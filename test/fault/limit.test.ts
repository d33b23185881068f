import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { fixPort } from '../../src/http/index.ts'
import { decodeCertificate } from '../../src/protocol/x509/index.ts'
import { createDevice, enroll, ensureDeviceAuthority } from '../../src/sim/index.ts'
import { addAnna, PASSWORD, type Server, serve, temporaryDirectory } from '../cli/windfall.ts'
import { basic } from '../device.ts'
import { readReadiness } from '../ops/ops-server.ts'
import { createHttp1Client } from '../ops/steady-client.ts'
import { type Reachable, request } from '../request.ts'
import { limit, limitForMore, sizeOf, skipWithoutLimits } from './limited.ts'
import { assertPassing, nextReport } from './passing.ts'

const ANNA = { name: 'anna', password: PASSWORD }

/** A server in a process of its own, and how it is reached. */
interface Limited extends AsyncDisposable {
  readonly data: string
  readonly pid: number
  readonly server: Server
  readonly public: Reachable
  readonly ops: Reachable
  /** One device of anna's through all phases. */
  enroll(): Promise<void>
}

const startLimited = async (): Promise<Limited> => {
  await using stack = new AsyncDisposableStack()
  const data = stack.use(await temporaryDirectory()).path
  const { port } = await fixPort({ host: '127.0.0.1', port: 0 })
  const server = stack.use(
    await serve(data, { env: { WINDFALL_OPS__LISTEN: `127.0.0.1:${port}` } }),
  )
  await addAnna(data)
  const roots = [decodeCertificate(await readFile(join(data, 'root.der')))]
  const authority = await ensureDeviceAuthority(join(data, 'simulator'))
  const owned = stack.move()
  return {
    data,
    pid: server.running.pid,
    server,
    public: { url: server.url, roots },
    ops: { url: `http://127.0.0.1:${port}`, roots: [] },
    enroll: async () => {
      const device = await createDevice(authority)
      const { kind } = await enroll({ url: server.url, account: ANNA, roots, device })
      assert.equal(kind, 'configured')
      enrolled += 1
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const stack = new AsyncDisposableStack()
let limited: Limited
/** Devices that ended configured. */
let enrolled = 0

before(async () => {
  if (skipWithoutLimits === false) limited = stack.use(await startLimited())
})

after(() => stack.disposeAsync())

test('where no more connections can be opened, those that are open are served, and all are when some are closed [proof R7]', {
  skip: skipWithoutLimits,
}, async () => {
  const { pid } = limited
  await limited.enroll()
  const port = Number(new URL(limited.public.url).port)
  using steady = createHttp1Client(limited.public.url, limited.public.roots, true)
  const askSteadily = async () => {
    const outcome = await steady.send({ path: '/enroll', headers: basic(ANNA) })
    return outcome.kind === 'answered' ? outcome.status : outcome.kind
  }
  assert.equal(await askSteadily(), 200)
  limit(pid, 'nofile', limitForMore(pid, 10))
  const sockets: Socket[] = []
  for (let count = 0; count < 100; count++) {
    sockets.push(connect({ port, host: '127.0.0.1' }).on('error', () => {}))
  }
  assert.equal(await askSteadily(), 200)
  const stranger = await request(limited.public, '/CA').catch(() => undefined)
  assert.equal(stranger, undefined)

  for (const socket of sockets) socket.destroy()
  assert.equal(await askSteadily(), 200)
  assert.equal((await request(limited.public, '/CA')).status, 200)
  await limited.enroll()
})

test('a log of the database that cannot grow is answered 503 and loses nothing; with the limit off, devices enroll [proof R7]', {
  skip: skipWithoutLimits,
}, async () => {
  const { data, pid, ops } = limited
  limit(pid, 'fsize', sizeOf(join(data, 'windfall.db-wal')))
  for (let tries = 0; tries < 3; tries++) {
    assertPassing(await request(limited.public, '/enroll', { headers: basic(ANNA) }))
    assert.equal((await request(limited.public, '/CA')).status, 200)
  }
  const { ready, failed } = await readReadiness(ops)
  assert.deepEqual([ready, failed], [false, ['database']])
  assert.equal((await request(ops, '/livez')).status, 200)

  limit(pid, 'fsize', undefined)
  await limited.enroll()
  await nextReport()
  assert.equal((await readReadiness(ops)).ready, true)
  limited.server.running.signal('SIGTERM')
  assert.equal((await limited.server.running.ended).code, 0)
  using database = new DatabaseSync(join(data, 'windfall.db'), { readOnly: true })
  const [check] = database.prepare('pragma integrity_check').all()
  assert.equal(check?.['integrity_check'], 'ok')
  const states = database.prepare('select state from enrollment order by id').all()
  assert.equal(states.filter(({ state }) => state === 'configured').length, enrolled)
})
