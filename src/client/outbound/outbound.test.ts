import assert from 'node:assert/strict'
import diagnostics from 'node:diagnostics_channel'
import { createServer, type Server } from 'node:https'
import { after, before, test } from 'node:test'
import { certifyLocalhost, ROOT } from '../../../test/oidc/tls.ts'
import { ServiceError } from '../../errors.ts'
import { createOutbound } from './outbound.ts'

const DNS: Readonly<Record<string, readonly string[]>> = {
  'public.example': ['198.41.0.4'],
  'loopback.example': ['127.0.0.1'],
  'six.example': ['::1'],
  'private.example': ['10.1.2.3'],
  'metadata.example': ['169.254.169.254'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'half.example': ['198.41.0.4', '10.0.0.1'],
  'half-six.example': ['2001:503:ba3e::2:30', 'fd00::1'],
  'nobody.example': [],
}

const resolve = async (host: string) =>
  (DNS[host] ?? (host === 'localhost' || host === 'localhost.' ? ['127.0.0.1'] : ['10.9.9.9'])).map(
    (address) => ({ address, family: address.includes(':') ? 6 : 4 }),
  )

/** All of them lead to where nobody but us should get, or are no address of a server at all. */
const HOSTILE = [
  ...['127.0.0.1', '127.1', '127.0.1', '127.255.255.254', '2130706433', '0x7f000001', '0x7f.1'],
  ...['0177.0.0.1', '017700000001', '0x7f.0x0.0x0.0x1', '127.0.0.1.', '①②⑦.⓪.⓪.①', '１２７.0.0.1'],
  ...['0', '0.0.0.0', '0x0', '00', '0.1.2.3'],
  ...['10.0.0.1', '10.255.255.255', '167772161', '012.0.0.1', '172.16.0.1', '172.31.255.255'],
  ...['192.168.0.1', '3232235521', '0xc0a80001', '192.168.257', '100.64.0.1', '100.127.255.255'],
  ...['169.254.169.254', '2852039166', '0xa9fea9fe', '0251.0376.0251.0376', '169.254.170.2'],
  ...['168.63.129.16', '100.100.100.200', '192.0.0.192', '192.0.0.1', '192.0.2.1', '198.18.0.1'],
  ...[
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.1',
    '192.88.99.1',
    '224.0.0.1',
    '239.255.255.255',
  ],
  ...['240.0.0.1', '255.255.255.255', '4294967295'],
  ...[
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::ffff:a00:1]',
  ],
  ...['[::ffff:169.254.169.254]', '[::127.0.0.1]', '[::ffff:0:127.0.0.1]', '[64:ff9b::7f00:1]'],
  ...['[64:ff9b::a9fe:a9fe]', '[2002:7f00:1::]', '[2002:a00:1::1]', '[2001::1]', '[2001:db8::1]'],
  ...[
    '[fc00::1]',
    '[fd00::1]',
    '[fd00:ec2::254]',
    '[fe80::1]',
    '[febf::1]',
    '[fec0::1]',
    '[ff02::1]',
  ],
  ...['[100::1]', '[3fff::1]', '[4000::1]'],
  ...['localhost', 'LOCALHOST', 'localhost.', 'lo%63alhost', 'loopback.example', 'six.example'],
  ...['private.example', 'metadata.example', 'mapped.example', 'half.example', 'half-six.example'],
  ...['nobody.example', 'metadata.google.internal', '127.0.0.1.nip.example'],
].map((host) => `https://${host}/`)

const NO_TARGETS = [
  'http://public.example/',
  'http://127.0.0.1/',
  'ftp://public.example/',
  'file:///etc/passwd',
  'gopher://127.0.0.1:6379/',
  'unix:/run/docker.sock',
  'data:application/json,{}',
  'javascript:alert(1)',
  'https://user:password@public.example/',
  'https://public.example@127.0.0.1/',
  'https://[fe80::1%25eth0]/',
  'https://256.256.256.256/',
  '//127.0.0.1/',
  '',
]

let sockets = 0
const count = (): void => {
  sockets++
}
let server: Server
let hits = 0
let port = 0
before(async () => {
  server = createServer(certifyLocalhost(), (request, response) => {
    hits++
    if (request.url === '/away') response.writeHead(307, { location: '/' }).end()
    else response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  port = address !== null && typeof address === 'object' ? address.port : 0
  diagnostics.subscribe('net.client.socket', count)
})
after(async () => {
  diagnostics.unsubscribe('net.client.socket', count)
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
})

const NOBODY = { names: [], networks: [] }
const get = (outbound: ReturnType<typeof createOutbound>, url: string) =>
  outbound.fetch(url, { method: 'GET', headers: {}, signal: AbortSignal.timeout(5000) })

const refusing = (code: string) => (error: unknown) =>
  error instanceof ServiceError && error.code === code

test(`${HOSTILE.length + NO_TARGETS.length} hostile URLs, 0 connections [security W11]`, async (t) => {
  const outbound = createOutbound({ allow: NOBODY, ca: ROOT, resolve })
  assert.ok(HOSTILE.length + NO_TARGETS.length >= 80)
  const before = sockets
  for (const url of HOSTILE) {
    await t.test(url, () => assert.rejects(get(outbound, url), refusing('outbound_address')))
  }
  for (const url of NO_TARGETS) {
    await t.test(url, () => assert.rejects(get(outbound, url), refusing('outbound_url')))
  }
  assert.equal(sockets, before)
})

test('what is allowed is reached, by its name, its address or its network [security W11]', async () => {
  const network = { family: 'ipv4', address: '127.0.0.0', prefix: 8 } as const
  const before = sockets
  for (const [allow, host] of [
    [{ names: ['localhost'], networks: [] }, 'localhost'],
    [{ names: [], networks: [{ ...network, address: '127.0.0.1', prefix: 32 }] }, 'localhost'],
    [{ names: [], networks: [network] }, 'LocalHost'],
  ] as const) {
    const response = await get(
      createOutbound({ allow, ca: ROOT, resolve }),
      `https://${host}:${port}/`,
    )
    assert.deepEqual(await response.json(), { ok: true })
  }
  assert.ok(sockets > before, 'connections are counted')
})

test('no exception opens what clouds tell machines, nor link-local and multicast [security W11]', async () => {
  const networks = [
    { family: 'ipv4', address: '128.0.0.0', prefix: 1 },
    { family: 'ipv4', address: '0.0.0.0', prefix: 1 },
    { family: 'ipv6', address: '8000::', prefix: 1 },
    { family: 'ipv6', address: '::', prefix: 1 },
  ] as const
  const names = ['metadata.example', '169.254.169.254']
  const outbound = createOutbound({ allow: { names, networks }, resolve })
  const before = sockets
  for (const host of [
    ...['169.254.169.254', 'metadata.example', '168.63.129.16', '100.100.100.200', '0.0.0.0'],
    ...['[::ffff:a9fe:a9fe]', '[fe80::1]', '[fd00:ec2::254]', '[::]', '224.0.0.1', '[ff02::1]'],
  ]) {
    await assert.rejects(get(outbound, `https://${host}/`), refusing('outbound_address'), host)
  }
  assert.equal(sockets, before)
})

test('a name that changes between the look and the connection leads nowhere else [security W11]', async () => {
  const asked: string[] = []
  const rebinding = async (host: string) => {
    asked.push(host)
    return [{ address: asked.length === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }]
  }
  const only = { family: 'ipv4', address: '127.0.0.1', prefix: 32 } as const
  const allow = { names: [], networks: [only] }
  const outbound = createOutbound({ allow, ca: ROOT, resolve: rebinding })
  const url = `https://localhost:${port}/`
  assert.deepEqual(await (await get(outbound, url)).json(), { ok: true })
  assert.deepEqual(asked, ['localhost'])
  const before = hits
  await assert.rejects(get(outbound, url), refusing('outbound_address'))
  assert.equal(hits, before)
})

test('follows no redirect, and believes no certificate of another name or root [security W11]', async () => {
  const allow = { names: ['localhost', 'loopback.example'], networks: [] }
  const outbound = createOutbound({ allow, ca: ROOT, resolve })
  const before = hits
  await assert.rejects(
    get(outbound, `https://localhost:${port}/away`),
    refusing('outbound_redirect'),
  )
  assert.equal(hits, before + 1)
  await assert.rejects(
    get(outbound, `https://loopback.example:${port}/`),
    refusing('outbound_failed'),
  )
  const rootless = createOutbound({ allow, resolve })
  await assert.rejects(get(rootless, `https://localhost:${port}/`), refusing('outbound_failed'))
  assert.equal(hits, before + 1)
})

test('gives up a name that is never resolved', async () => {
  const signal = AbortSignal.timeout(10)
  const outbound = createOutbound({ allow: NOBODY, resolve: () => new Promise(() => {}) })
  await assert.rejects(
    outbound.fetch('https://slow.example/', { method: 'GET', headers: {}, signal }),
    refusing('outbound_timeout'),
  )
})
