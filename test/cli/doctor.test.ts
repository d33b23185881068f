import assert from 'node:assert/strict'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { fixPort } from '../../src/http/index.ts'
import { dialects } from '../dialect.ts'
import { startTestServer, type TestServer } from '../harness.ts'
import { chainPem, publicRoot } from '../pair.ts'
import { type ProxyOptions, startProxy } from '../proxy.ts'
import { runHere } from './here.ts'
import { temporaryDirectory } from './windfall.ts'

const DEFAULT_ROOTS = getCACertificates('default')

// A machine that trusts the public root of the tests.
before(() => setDefaultCACertificates([...DEFAULT_ROOTS, chainPem(publicRoot)]))
after(() => setDefaultCACertificates(DEFAULT_ROOTS))

interface Finding {
  readonly name: string
  readonly state: string
  readonly seen: string
  readonly fix: string | null
}

const examine = async (
  { data }: Pick<TestServer, 'data'>,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly findings: readonly Finding[] }> => {
  const { code, stdout } = await runHere(['doctor', '-o', 'json'], { WINDFALL_DATA: data, ...env })
  const findings: readonly Finding[] = JSON.parse(stdout).data
  for (const { name, state, fix } of findings) assert.equal(fix === null, state === 'ok', name)
  return { code, findings }
}

const namesOf = (findings: readonly Finding[], state: string): readonly string[] =>
  findings.filter((each) => each.state === state).map(({ name }) => name)

const SERVER = [
  ...[
    'server',
    'database',
    'keys',
    'recorded times',
    'certificate: root',
    'certificate: issuing CA',
  ],
  ...['certificate: RA', 'certificate: profile signer'],
]
const NETWORK = [
  ...['name', 'port', 'public address', 'TLS certificate', 'clock', 'page /CA', 'page /enroll'],
  ...['SCEP GetCACaps', 'SCEP GetCACert', 'SCEP by GET'],
]

for (const dialect of dialects) {
  test(`finds nothing wrong with a server that just started (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using server = await startTestServer({ location: place.location })
    const { code, findings } = await examine(server)
    assert.deepEqual([code, namesOf(findings, 'failed')], [0, []])
    assert.deepEqual(namesOf(findings, 'ok'), ['files', 'disk', ...SERVER, ...NETWORK])
    // That it can be reached as localhost only.
    assert.deepEqual(namesOf(findings, 'warning'), ['configuration'])
    const seen = new Map(findings.map((each) => [each.name, each.seen]))
    assert.match(seen.get('TLS certificate') ?? '', /^good for 82[34] days, .* own root only/)
    assert.match(seen.get('database') ?? '', /^(SQLite|PostgreSQL) \d/)
  })
}

test('looks at what it can where no server runs', async () => {
  await using directory = await temporaryDirectory()
  const { path: data } = directory
  await (await startTestServer({ data }))[Symbol.asyncDispose]()
  const { code, findings } = await examine({ data })
  assert.deepEqual([code, namesOf(findings, 'failed')], [0, []])
  assert.deepEqual(namesOf(findings, 'warning'), ['configuration', 'server'])
  assert.deepEqual(namesOf(findings, 'ok'), ['files', 'disk', ...SERVER.slice(1)])
})

/** A server behind a proxy that phones reach, and what the doctor says of both. */
const examineBehind = async (options: Omit<ProxyOptions, 'to'>) => {
  const { port } = await fixPort({ host: '127.0.0.1', port: 0 })
  await using proxy = await startProxy({ to: port, ...options })
  const env = {
    WINDFALL_LISTEN: `127.0.0.1:${port}`,
    WINDFALL_PUBLIC_URL: proxy.url,
    WINDFALL_TLS__OFF: 'true',
    WINDFALL_PROXY__TRUSTED: '127.0.0.1',
  }
  await using server = await startTestServer({ env })
  return await examine(server, env)
}

test('finds nothing wrong with a good proxy', async () => {
  const { code, findings } = await examineBehind({})
  assert.deepEqual([code, namesOf(findings, 'failed'), namesOf(findings, 'warning')], [0, [], []])
  const tls = findings.find(({ name }) => name === 'TLS certificate')
  assert.match(tls?.seen ?? '', /trusted by this machine$/)
})

test('sees what a bad proxy does: other types, a clock that is wrong, long URLs refused', async () => {
  const { code, findings } = await examineBehind({
    longestUrl: 8_000,
    spoil: (headers) => ({
      ...headers,
      'content-type': 'application/octet-stream',
      date: 'Mon, 01 Jan 2024 00:00:00 GMT',
    }),
  })
  assert.equal(code, 1)
  assert.deepEqual(namesOf(findings, 'failed'), NETWORK.slice(4))
})

test('sees that a certificate is not trusted, and that it is not for the public name', async () => {
  setDefaultCACertificates(DEFAULT_ROOTS)
  try {
    const { code, findings } = await examineBehind({})
    assert.deepEqual([code, namesOf(findings, 'failed')], [1, ['TLS certificate']])
    const tls = findings.find(({ name }) => name === 'TLS certificate')
    assert.match(tls?.seen ?? '', /\(no_path\)/)
  } finally {
    setDefaultCACertificates([...DEFAULT_ROOTS, chainPem(publicRoot)])
  }
})

test('sees a name that does not resolve and an address that does not answer', async () => {
  const { port } = await fixPort({ host: '127.0.0.1', port: 0 })
  for (const [url, names] of [
    [`https://localhost:${port}`, ['public address']],
    [`https://mdm.windfall.invalid:${port}`, ['name', 'public address']],
  ] as const) {
    await using server = await startTestServer({ env: { WINDFALL_PUBLIC_URL: url } })
    const { code, findings } = await examine(server)
    assert.deepEqual([code, namesOf(findings, 'failed')], [1, names])
  }
})

test('sees files that others may read, and settings for trying things out', async () => {
  await using server = await startTestServer()
  await chmod(join(server.data, 'api-token'), 0o644)
  const env = {
    WINDFALL_SCEP__STATIC_CHALLENGE: 'CANARY challenge',
    WINDFALL_ENROLLMENT__ALLOW_LEGACY: 'true',
    WINDFALL_SIMULATOR__TRUST: 'true',
  }
  const { code, findings } = await examine(server, env)
  assert.deepEqual([code, namesOf(findings, 'failed')], [1, ['files']])
  assert.equal(namesOf(findings, 'warning').length, 4)
  const files = findings.find(({ name }) => name === 'files')
  assert.equal(files?.fix, `chmod go= '${join(server.data, 'api-token')}'`)
  assert.doesNotMatch(JSON.stringify(findings), /CANARY/)
})

test('tells people each finding, and below it what to do', async () => {
  await using server = await startTestServer()
  const { code, stdout } = await runHere(['doctor', '--data', server.data])
  assert.equal(code, 0)
  assert.match(
    stdout,
    /^warning +configuration +publicUrl is not set: .*\n +→ Set WINDFALL_PUBLIC_URL/,
  )
  assert.match(stdout, /^ok +port +127\.0\.0\.1:\d+ answers on this machine$/m)
})
