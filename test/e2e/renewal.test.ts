import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import http2 from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect, type TLSSocket } from 'node:tls'
import { verifySignedData } from '../../src/protocol/cms/index.ts'
import { type Holder, makeKey } from '../codec/holder.ts'
import { basic } from '../device.ts'
import { dialects } from '../dialect.ts'
import { startTestServer, type TestServer, type TestServerOptions } from '../harness.ts'
import { callApi, readJson } from '../operator.ts'
import {
  chainPem,
  intermediate,
  keyPem,
  type LeafOptions,
  makeLeaf,
  publicRoot,
  putFile,
} from '../pair.ts'
import { request } from '../request.ts'

const DAY = 86_400_000

interface GivenServer extends AsyncDisposable {
  readonly server: TestServer
  /** Replaces the pair; what is not given stays. */
  put(pair: { readonly chain?: string; readonly key?: string }): Promise<void>
}

/** A server with the pair of `leaf`, which also signs profiles. */
const startGiven = async (leaf: Holder, options: TestServerOptions = {}): Promise<GivenServer> => {
  await using stack = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'windfall-test-'))
  stack.defer(() => rm(directory, { recursive: true }))
  const put: GivenServer['put'] = async ({ chain, key }) => {
    if (chain !== undefined) await putFile(directory, 'tls.crt', chain)
    if (key !== undefined) await putFile(directory, 'tls.key', key)
  }
  await put({ chain: chainPem(leaf, intermediate), key: keyPem(leaf) })
  const certificateFile = join(directory, 'tls.crt')
  const keyFile = join(directory, 'tls.key')
  const env = {
    WINDFALL_TLS__CERTIFICATE_FILE: certificateFile,
    WINDFALL_TLS__KEY_FILE: keyFile,
    WINDFALL_SIGNER__CERTIFICATE_FILE: certificateFile,
    WINDFALL_SIGNER__KEY_FILE: keyFile,
    ...options.env,
  }
  const server = stack.use(await startTestServer({ ...options, env }))
  const owned = stack.move()
  return { server, put, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

const portOf = ({ url }: Pick<TestServer, 'url'>): number => Number(new URL(url).port)

/** The chain that a new connection over that protocol is shown, DER. */
const chainOf = async (
  server: Pick<TestServer, 'url'>,
  protocol: 'http/1.1' | 'h2',
): Promise<readonly Buffer[]> => {
  const socket = connect({
    port: portOf(server),
    servername: 'localhost',
    ALPNProtocols: [protocol],
    rejectUnauthorized: false,
  })
  await once(socket, 'secureConnect')
  assert.equal(socket.alpnProtocol, protocol)
  const chain = shownTo(socket)
  socket.destroy()
  return chain
}

const shownTo = (socket: TLSSocket): readonly Buffer[] => {
  const { raw, issuerCertificate } = socket.getPeerCertificate(true)
  return [raw, ...(issuerCertificate === undefined ? [] : [issuerCertificate.raw])]
}

const derOf = (...holders: readonly Holder[]): readonly Buffer[] =>
  holders.map(({ certificate }) => Buffer.from(certificate.bytes))

const auditOf = async (
  server: TestServer,
): Promise<readonly { readonly action: string; readonly code: string | null }[]> => {
  const options = server.roots
  const answer = await callApi({ ...server, roots: [...options, publicRoot.certificate] }, '/audit')
  const { data } = readJson<{ data: { action: string; code: string | null }[] }>(answer)
  return data.filter(({ action }) => action === 'tls.replace')
}

test('a renewed pair is shown to new connections and signs profiles; open connections live on', async () => {
  const [old, renewed] = [makeLeaf(), makeLeaf()]
  await using given = await startGiven(old)
  const { server, put } = given
  const outside = { url: server.url, roots: [publicRoot.certificate] }
  const ca = chainPem(publicRoot)
  const session = http2.connect(server.url, { ca })
  const socket = connect({ port: portOf(server), servername: 'localhost', ca })
  await Promise.all([once(session, 'connect'), once(socket, 'secureConnect')])
  assert.deepEqual(await chainOf(server, 'h2'), derOf(old, intermediate))

  await put({ chain: chainPem(renewed, intermediate), key: keyPem(renewed) })
  await server.app.reload()

  for (const protocol of ['http/1.1', 'h2'] as const) {
    assert.deepEqual(await chainOf(server, protocol), derOf(renewed, intermediate))
  }
  const stream = session.request({ ':path': '/CA' })
  assert.equal(Buffer.concat(await stream.toArray()).length > 0, true)
  session.close()
  socket.write('GET /CA HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  assert.match(Buffer.concat(await socket.toArray()).toString('latin1'), /^HTTP\/1\.1 200 /)

  const { body } = await request(outside, '/enroll', { headers: basic() })
  const { signer } = verifySignedData(body, { signedAttributes: 'required', hashes: ['sha256'] })
  assert.deepEqual(signer.bytes, renewed.certificate.bytes)
  assert.deepEqual(
    (await auditOf(server)).map(({ code }) => code),
    [null],
  )
})

const expired: LeafOptions = { notBefore: Date.now() - 2 * DAY, notAfter: Date.now() - DAY }

/** Pairs that nobody would accept, and why. `old` is the one that is in use. */
const BAD: Readonly<Record<string, (old: Holder) => { chain?: string; key?: string }>> = {
  pair_key: () => ({ key: keyPem({ key: makeKey('p-256') }) }),
  pair_chain: () => {
    const leaf = makeLeaf()
    return { chain: chainPem(leaf, publicRoot, intermediate), key: keyPem(leaf) }
  },
  pair_expired: (old) => ({
    chain: chainPem(makeLeaf({ ...expired, key: old.key }), intermediate),
  }),
  pair_not_yet_valid: (old) => ({
    chain: chainPem(makeLeaf({ notBefore: Date.now() + DAY, key: old.key }), intermediate),
  }),
  pair_host: (old) => ({ chain: chainPem(makeLeaf({ host: 'x.example', key: old.key })) }),
  certificate_file: () => ({ chain: 'no certificate' }),
  key_malformed: () => ({ key: 'no key' }),
  key_rsa_size: () => {
    const leaf = makeLeaf({ key: makeKey('rsa-1024') })
    return { chain: chainPem(leaf, intermediate), key: keyPem(leaf) }
  },
}

for (const dialect of dialects) {
  test(`a bad pair keeps the one before it, and is told once with the reason (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    const old = makeLeaf()
    await using given = await startGiven(old, { location: place.location })
    const { server, put } = given
    const good = { chain: chainPem(old, intermediate), key: keyPem(old) }
    for (const make of Object.values(BAD)) {
      await put({ ...good, ...make(old) })
      await server.app.reload()
      await server.app.reload()
      assert.deepEqual(await chainOf(server, 'h2'), derOf(old, intermediate))
    }
    await put(good)
    await server.app.reload()
    const codes = (await auditOf(server)).map(({ code }) => code)
    assert.deepEqual(codes.toReversed(), Object.keys(BAD))
    for (const code of Object.keys(BAD)) {
      assert.equal(server.log().split(`"code":"${code}"`).length, 2, code)
    }
  })
}

test('a file that is gone for a moment changes nothing', async () => {
  const [old, renewed] = [makeLeaf(), makeLeaf()]
  await using given = await startGiven(old)
  const { server, put } = given
  const { certificateFile = '' } = { certificateFile: server.app.core.signer?.files[0] }
  await rm(certificateFile)
  await server.app.reload()
  assert.deepEqual(await chainOf(server, 'h2'), derOf(old, intermediate))
  await put({ chain: chainPem(renewed, intermediate), key: keyPem(renewed) })
  await server.app.reload()
  assert.deepEqual(await chainOf(server, 'h2'), derOf(renewed, intermediate))
})

test('starts with an expired pair where there is no other, and says so', async () => {
  await using given = await startGiven(makeLeaf(expired))
  assert.match(given.server.log(), /"code":"pair_expired".*clients will not accept/)
})

test('the certificate of our own CA renews itself before it ends, while the server runs', async () => {
  await using server = await startTestServer()
  const [before] = await chainOf(server, 'h2')
  server.clock.advance(780 * DAY)
  await server.app.reload()
  assert.deepEqual((await chainOf(server, 'h2'))[0], before)
  server.clock.advance(20 * DAY)
  await server.app.reload()
  const [after] = await chainOf(server, 'http/1.1')
  assert.notDeepEqual(after, before)
  await server.app.reload()
  assert.deepEqual((await chainOf(server, 'h2'))[0], after)
})
