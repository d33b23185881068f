import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect } from 'node:tls'
import { addAnna, enrollPhone, serve, succeed, temporaryDirectory, windfall } from './windfall.ts'

/** The certificate that a TLS server presents, DER. */
const fetchCertificate = async (url: string): Promise<Buffer> => {
  const { port } = new URL(url)
  const socket = connect({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { raw } = socket.getPeerCertificate()
  socket.destroy()
  return raw
}

const fetchPage = async (
  url: string,
): Promise<{ readonly status: unknown; readonly body: Buffer }> => {
  const outgoing = request(url, { rejectUnauthorized: false, agent: false }).end()
  const [response] = await once(outgoing, 'response')
  return { status: response.statusCode, body: Buffer.concat(await response.toArray()) }
}

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

test('says at the start where everything is, and lets only the owner at it', async () => {
  await using directory = await temporaryDirectory()
  const data = join(directory.path, "it's data")
  await using server = await serve(data)
  assert.match(server.printed, /\n {2}root +\/.*root\.der\n +SHA-256( [0-9A-F]{2}){32}\n/)
  assert.match(server.printed, /\n {2}API token +\/.*api-token/)
  assert.match(server.printed, /\n {2}pages +https:\/\/localhost:\d+\/open\/[\w-]{43}\n/)
  assert.ok(server.printed.includes(`--data '${data.replace("'", "'\\''")}'`))
  const modes = await Promise.all(
    ['', 'api-token', 'windfall.sock', 'master.key', 'windfall.db'].map(
      async (name) => (await stat(join(data, name))).mode & 0o777,
    ),
  )
  assert.deepEqual(modes, [0o700, 0o600, 0o600, 0o600, 0o600])
  const { status } = await fetchPage(/pages +(\S+)/.exec(server.printed)?.[1] ?? '')
  assert.equal(status, 303)
})

test('keeps CA and TLS certificate across restarts and the commands between [mission H1]', async () => {
  await using directory = await temporaryDirectory()
  const { path } = directory
  const listen = `127.0.0.1:${await freePort()}`
  // Given to the server alone: the commands between know nothing of it.
  const args = ['--listen', listen, '--public-url', 'https://mdm.windfall.example']
  const observe = async () => {
    await using server = await serve(path, { args })
    const url = `https://${listen}`
    const seen = { ca: (await fetchPage(`${url}/CA`)).body, tls: await fetchCertificate(url) }
    server.running.signal('SIGTERM')
    assert.equal((await server.running.ended).code, 0)
    return seen
  }
  const first = await observe()
  assert.deepEqual(first.ca, await readFile(join(path, 'root.der')))
  await addAnna(path)
  assert.deepEqual(await observe(), first)
})

test('stops at SIGTERM and at SIGINT with 0', async () => {
  await using directory = await temporaryDirectory()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    await using server = await serve(directory.path)
    server.running.signal(signal)
    const { code, stderr } = await server.running.ended
    assert.equal(code, 0)
    assert.match(stderr, /"msg":"stopping/)
  }
})

test('serves the TLS certificate and key that lie on disk [mission H1]', async () => {
  await using directory = await temporaryDirectory()
  const { path } = directory
  const identity = join(path, 'identity')
  await succeed(['sim', 'identity', '--out', identity, '--data', path])
  const certificateFile = join(identity, 'device.cert.pem')
  const env = {
    WINDFALL_TLS__CERTIFICATE_FILE: certificateFile,
    WINDFALL_TLS__KEY_FILE: join(identity, 'device.key.pem'),
  }
  await using server = await serve(path, { env })
  const pem = (await readFile(certificateFile, 'utf8')).replaceAll(/-----.*-----|\s/g, '')
  assert.equal((await fetchCertificate(server.url)).toString('base64'), pem)
})

test('shares a data directory with nobody', async () => {
  await using directory = await temporaryDirectory()
  await using server = await serve(directory.path)
  assert.ok(server.url)
  const args = ['serve', '--data', directory.path, '--listen', '127.0.0.1:0']
  const { code, stderr } = await windfall(args)
  assert.equal(code, 5)
  assert.match(stderr, /\(database_in_use\)\n {2}hint: /)
})

test('names every fault of the configuration at once, and no value', async () => {
  await using directory = await temporaryDirectory()
  const config = join(directory.path, 'windfall.json')
  await writeFile(config, JSON.stringify({ organisation: { name: 'x' } }))
  const { code, stdout, stderr } = await windfall(
    ['serve', '--config', config, '--listen', 'nowhere'],
    { env: { WINDFALL_CA__KEY_TYPE: 'rsa-512', WINDFALL_SCEP__STATIC_CHALLENGE: 'short' } },
  )
  assert.deepEqual([code, stdout], [6, ''])
  for (const name of ['--listen', 'organisation', 'WINDFALL_CA__KEY_TYPE', 'STATIC_CHALLENGE']) {
    assert.ok(stderr.includes(name), name)
  }
  assert.doesNotMatch(stderr, /rsa-512|"short"/)
})

test('logs JSON without secrets', async () => {
  await using directory = await temporaryDirectory()
  await addAnna(directory.path)
  await using server = await serve(directory.path)
  const { code } = await enrollPhone(directory.path, server.url)
  assert.equal(code, 0)
  server.running.signal('SIGTERM')
  const { stderr } = await server.running.ended
  const lines: readonly Record<string, unknown>[] = stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.ok(lines.some(({ event, route }) => event === 'request' && route === '/profile'))
  assert.ok(lines.every(({ ts, level, msg }) => ts && level && (msg ?? '') !== undefined))
  assert.doesNotMatch(stderr, /correct horse|[?&]message=/)
})
