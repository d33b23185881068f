import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { OutgoingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { test } from 'node:test'
import pino from 'pino'
import { createPublicServer, fixPort } from '../../src/http/index.ts'
import { basic } from '../device.ts'
import { ACCOUNT, startTestServer } from '../harness.ts'
import { publicRoot } from '../pair.ts'
import { startProxy } from '../proxy.ts'
import { type Reachable, type RequestOptions, request } from '../request.ts'
import { openScene, rowsOf, type Scene } from './scene.ts'

/** Where the only trusted proxy is; whoever comes from 127.0.0.1 is a stranger. */
const PROXY = { localAddress: '127.0.0.2' }
const TRUSTED = [{ family: 'ipv4', address: '127.0.0.2', prefix: 32 }] as const

interface Entrance extends AsyncDisposable {
  readonly scene: Scene
  readonly wire: Reachable
}

/** The public routes of a new server, behind that proxy. */
const openEntrance = async (header: 'x-forwarded-for' | 'forwarded'): Promise<Entrance> => {
  await using stack = new AsyncDisposableStack()
  const scene = stack.use(await openScene())
  const { services } = scene.server.app.core
  const logger = pino({ level: 'silent' })
  const proxy = { trusted: TRUSTED, header }
  const routes = stack.use(await createPublicServer(services, { logger, proxy }))
  const wire = { url: await routes.listen({ host: '127.0.0.1', port: 0 }), roots: [] }
  const owned = stack.move()
  return { scene, wire, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** The status of an attempt to sign in with the wrong password. */
const guess = async (wire: Reachable, options: RequestOptions): Promise<number> => {
  const headers = { ...basic({ ...ACCOUNT, password: 'wrong' }), ...options.headers }
  return (await request(wire, '/enroll', { ...options, headers })).status
}

/** The addresses that the audit has of all who signed in wrongly. */
const auditedAddresses = async ({ db }: Scene): Promise<ReadonlySet<unknown>> => {
  const rows = await rowsOf(db, 'audit')
  const failures = rows.filter((row) => row['action'] === 'account.sign_in')
  assert.notEqual(failures.length, 0)
  return new Set(failures.map((row) => row['remote_address']))
}

const VICTIM = '192.0.2.9'

const NAMES = [
  ...['X-Forwarded-For', 'x-forwarded-for', 'X-FORWARDED-FOR', 'X_Forwarded_For'],
  ...['X-Forwarded_For', 'X_FORWARDED-FOR', 'X-Real-IP', 'X_Real_IP', 'X-Client-IP'],
  ...['X-Cluster-Client-IP', 'X-Forwarded', 'X-Forwarded-Client-IP', 'X-Original-Forwarded-For'],
  ...['Forwarded-For', 'True-Client-IP', 'CF-Connecting-IP', 'Fastly-Client-IP'],
]

/** Headers by which a client says that it is somebody else. */
const SPOOFED: readonly OutgoingHttpHeaders[] = [
  ...NAMES.map((name) => ({ [name]: VICTIM })),
  ...['', ', 127.0.0.2', ', 127.0.0.1', ',', ' ', ':80', ', unknown', '\t'].map((end) => ({
    'X-Forwarded-For': VICTIM + end,
  })),
  { 'X-Forwarded-For': [VICTIM, '127.0.0.2'] },
  { 'X-Forwarded-For': ['127.0.0.2', VICTIM] },
  { 'X-Forwarded-For': VICTIM, 'x-real-ip': VICTIM, Forwarded: `for=${VICTIM}` },
  { 'X-Forwarded-For': '[2001:db8::9]:80' },
  { 'X-Forwarded-For': '::ffff:192.0.2.9' },
  { 'X-Forwarded-For': '127.0.0.2' },
  { Forwarded: `for=${VICTIM}` },
  { Forwarded: `for="${VICTIM}:80";proto=https;by=127.0.0.2` },
  { Forwarded: [`for=${VICTIM}`, 'for=127.0.0.2'] },
  { Forwarded: 'for="[2001:db8::9]"' },
  { Via: `1.1 ${VICTIM}`, 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': VICTIM },
]

for (const header of ['x-forwarded-for', 'forwarded'] as const) {
  test(`a stranger stays a stranger in ${SPOOFED.length} spoofed headers, where ${header} is believed [security W3]`, async () => {
    await using entrance = await openEntrance(header)
    const { scene, wire } = entrance
    const statuses: number[] = []
    for (const headers of SPOOFED) statuses.push(await guess(wire, { headers }))
    assert.deepEqual(
      statuses,
      SPOOFED.map((_, index) => (index < 10 ? 401 : 429)),
    )
    assert.deepEqual(await auditedAddresses(scene), new Set(['127.0.0.1']))
  })
}

test('behind a trusted proxy a client is who the proxy says, whatever the client put before it [security W3]', async () => {
  await using entrance = await openEntrance('x-forwarded-for')
  const { scene, wire } = entrance
  const from = (client: string, index = 0): RequestOptions => ({
    ...PROXY,
    headers: {
      'x-forwarded-for': `198.51.100.${index}, ${client}`,
      forwarded: `for=1.2.3.${index}`,
    },
  })
  for (let index = 0; index < 10; index++) {
    assert.equal(await guess(wire, from(VICTIM, index)), 401)
  }
  assert.equal(await guess(wire, from(VICTIM, 11)), 429)
  assert.equal(await guess(wire, from('192.0.2.10')), 401)
  const good = { ...PROXY, headers: { ...basic(), 'x-forwarded-for': '192.0.2.11' } }
  assert.equal((await request(wire, '/enroll', good)).status, 200)
  assert.deepEqual(await auditedAddresses(scene), new Set([VICTIM, '192.0.2.10']))
})

test('of two headers only the one that the proxy writes is believed', async () => {
  await using entrance = await openEntrance('forwarded')
  const { scene, wire } = entrance
  const headers = { forwarded: 'for=192.0.2.5', 'x-forwarded-for': VICTIM }
  await guess(wire, { ...PROXY, headers })
  await guess(wire, { ...PROXY, headers: { 'x-forwarded-for': VICTIM } })
  assert.deepEqual(await auditedAddresses(scene), new Set(['192.0.2.5', '127.0.0.2']))
})

test('a header over several lines is refused, whoever sends it [security W17]', async () => {
  await using entrance = await openEntrance('x-forwarded-for')
  const socket = connect(Number(new URL(entrance.wire.url).port), '127.0.0.1')
  socket.end(
    'GET /CA HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 192.0.2.1,\r\n 127.0.0.2\r\n\r\n',
  )
  assert.match(Buffer.concat(await socket.toArray()).toString(), /^HTTP\/1\.1 400 /)
})

const behindProxy = async (
  host: string,
): Promise<{ readonly port: number; readonly env: Readonly<Record<string, string>> }> => {
  const { port } = await fixPort({ host, port: 0 })
  const env = { WINDFALL_LISTEN: `${host}:${port}`, WINDFALL_TLS__OFF: 'true' }
  return { port, env }
}

test('a device enrolls through a proxy that does TLS', async () => {
  const { port, env } = await behindProxy('127.0.0.1')
  await using proxy = await startProxy({ to: port })
  await using server = await startTestServer({
    env: { ...env, WINDFALL_PUBLIC_URL: proxy.url, WINDFALL_PROXY__TRUSTED: '127.0.0.1' },
  })
  const outcome = await server.enroll({ roots: [...server.roots, publicRoot.certificate] })
  assert.equal(outcome.kind, 'configured')
})

const outside = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address

test('plain HTTP for proxies is closed to everybody else', {
  skip: outside === undefined && 'the machine has no address but loopback',
}, async () => {
  const { port, env } = await behindProxy('0.0.0.0')
  const given = { ...env, WINDFALL_PUBLIC_URL: 'https://mdm.example.com' }
  const { host = '' } = { host: outside }
  const ask = async (): Promise<string> => {
    const socket = connect({ port, host, localAddress: host })
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.write('GET /CA HTTP/1.1\r\nHost: mdm.example.com\r\nConnection: close\r\n\r\n')
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => void chunks.push(chunk))
    await once(socket, 'close')
    return Buffer.concat(chunks).toString('latin1')
  }
  {
    await using server = await startTestServer({
      env: { ...given, WINDFALL_PROXY__TRUSTED: '192.0.2.1' },
    })
    assert.equal(await ask(), '')
    assert.match(server.log(), /closed a connection of no trusted proxy/)
  }
  await using server = await startTestServer({ env: { ...given, WINDFALL_PROXY__TRUSTED: host } })
  assert.match(await ask(), /^HTTP\/1\.1 200 /)
  assert.doesNotMatch(server.log(), /closed a connection/)
})
