import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import { verifySignedData } from '../../src/protocol/cms/index.ts'
import { extendedKeyUsage, subjectAltName } from '../../src/protocol/x509/index.ts'
import { makeHolder, makeKey } from '../codec/holder.ts'
import { skipWithoutOpenssl } from '../codec/openssl.ts'
import { basic } from '../device.ts'
import { startTestServer, type TestServer } from '../harness.ts'
import { request } from '../request.ts'

const server = await startTestServer({ env: { WINDFALL_ORGANIZATION__NAME: 'ACME Inc.' } })
after(() => server[Symbol.asyncDispose]())

/** The certificate that the server shows, once its chain is found good. */
const tlsCertificate = async ({ url, roots }: TestServer): Promise<X509Certificate> => {
  const { promise, resolve, reject } = Promise.withResolvers<X509Certificate>()
  const ca = roots.map(({ bytes }) => new X509Certificate(bytes).toString())
  const socket = connect({ host: 'localhost', port: Number(new URL(url).port), ca })
  socket.on('error', reject).on('secureConnect', () => {
    const certificate = socket.getPeerX509Certificate()
    if (certificate === undefined) reject(new Error('no certificate'))
    else resolve(certificate)
    socket.end()
  })
  return await promise
}

const signerOf = (profile: Uint8Array): Uint8Array =>
  verifySignedData(profile, { signedAttributes: 'required', hashes: ['sha256'] }).signer.bytes

test('tells who came to a wrong address so, on a page with a way back', async () => {
  const { status, headers, body } = await request(server, '/enrol?a=%3Cb%3E')
  assert.equal(status, 404)
  assert.match(headers['content-type'] ?? '', /^text\/html/)
  assert.match(body.toString(), /<h1>Nothing here<\/h1>[\s\S]*href="\/"/)
  assert.doesNotMatch(body.toString(), /enrol\?/)
})

test('[mission H3] welcomes people, with the ways to the root certificate and to enrolling', async () => {
  const { status, headers, body } = await request(server, '/')
  const page = body.toString()

  assert.equal(status, 200)
  assert.match(headers['content-type'] ?? '', /^text\/html/)
  assert.match(page, /ACME Inc\./)
  assert.match(page, /href="\/CA"/)
  assert.match(page, /href="\/enroll"/)
  assert.match(page, /self-signed/)
})

test('[mission H4] serves the root certificate, DER, that its TLS certificate leads to', async () => {
  const { status, headers, body } = await request(server, '/CA')
  const root = new X509Certificate(body)

  assert.equal(status, 200)
  assert.equal(headers['content-type'], 'application/x-x509-ca-cert')
  assert.deepEqual(root.raw, body)
  assert.ok(root.ca)
  assert.ok(root.verify(root.publicKey))
  const own = await tlsCertificate(server)
  assert.ok(own.checkIssued(root))
  assert.ok(own.verify(root.publicKey))
})

test('[mission H1] its own TLS certificate names its hosts and lives at most 825 days', async () => {
  const certificate = await tlsCertificate(server)
  const days =
    (certificate.validToDate.getTime() - certificate.validFromDate.getTime()) / 86_400_000

  assert.equal(certificate.checkHost('localhost'), 'localhost')
  assert.equal(certificate.checkIP('127.0.0.1'), '127.0.0.1')
  assert.ok(days <= 825, `${days} days`)
})

test('[mission H1] TLS certificate, CA certificates and profile signer outlive a restart', async () => {
  const data = await mkdtemp(join(tmpdir(), 'windfall-test-'))
  const look = async () => {
    await using restarted = await startTestServer({ data })
    return {
      tls: (await tlsCertificate(restarted)).fingerprint256,
      root: (await request(restarted, '/CA')).body,
      ca: (await request(restarted, '/scep?operation=GetCACert')).body,
      signer: signerOf((await request(restarted, '/enroll', { headers: basic() })).body),
    }
  }
  try {
    const before = await look()

    assert.deepEqual(await look(), before)
  } finally {
    await rm(data, { recursive: true })
  }
})

test('[mission H1] serves TLS with a given certificate and key, and then hints at no trust to be made', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'windfall-test-'))
  try {
    const { certificate, key } = makeHolder({
      key: makeKey('p-256'),
      subject: [[['CN', 'localhost']]],
      extensions: [subjectAltName(['localhost']), extendedKeyUsage('serverAuth')],
    })
    const [certificateFile, keyFile] = [join(folder, 'tls.pem'), join(folder, 'tls.key')]
    await writeFile(certificateFile, new X509Certificate(certificate.bytes).toString())
    await writeFile(keyFile, key.export({ type: 'pkcs8', format: 'pem' }))
    await using own = await startTestServer({
      env: { WINDFALL_TLS__CERTIFICATE_FILE: certificateFile, WINDFALL_TLS__KEY_FILE: keyFile },
    })
    const trusting = { ...own, roots: [certificate] }

    assert.deepEqual((await tlsCertificate(trusting)).raw, Buffer.from(certificate.bytes))
    assert.doesNotMatch((await request(trusting, '/')).body.toString(), /First, trust this server/)
  } finally {
    await rm(folder, { recursive: true })
  }
})

for (const version of ['tls1_2', 'tls1_3']) {
  test(`[mission H2] asks no client for a certificate (${version})`, {
    skip: skipWithoutOpenssl,
  }, async () => {
    const { port } = new URL(server.url)
    const client = promisify(execFile)('openssl', [
      ...['s_client', '-state', '-servername', 'localhost'],
      ...['-connect', `127.0.0.1:${port}`, `-${version}`],
    ])
    client.child.stdin?.end()
    const { stdout, stderr } = await client

    assert.match(stdout, new RegExp(version.replace('tls1_', 'TLSv1\\.')))
    assert.match(stderr, /read server certificate\n/)
    assert.doesNotMatch(stderr, /read server certificate request/)
  })
}

test('answers over HTTP/1.1 and HTTP/2 alike', async () => {
  const first = await request(server, '/')
  const second = await request(server, '/', { http2: true })

  assert.equal(second.status, 200)
  assert.deepEqual(second.body, first.body)
  assert.equal(second.headers['content-security-policy'], first.headers['content-security-policy'])
})

test('answers HEAD without a body', async () => {
  const { status, headers, body } = await request(server, '/', { method: 'HEAD' })

  assert.equal(status, 200)
  assert.match(headers['content-type'] ?? '', /^text\/html/)
  assert.equal(body.length, 0)
})

test('answers what does not exist with a 404 and no word of its insides', async () => {
  const { status, body } = await request(server, '/no/such/page')

  assert.equal(status, 404)
  assert.doesNotMatch(body.toString(), /node_modules|at .+\.ts:\d+/)
})
