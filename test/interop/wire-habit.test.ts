import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { decodeCertificates } from '../../src/protocol/scep/index.ts'
import { encodeName } from '../../src/protocol/x509/index.ts'
import { type HolderOptions, makeHolder, makeKey } from '../codec/holder.ts'
import { recipientOf } from '../scep-client.ts'
import { craftCsr } from '../security/crafted.ts'
import { writeMessage } from './foreign-message.ts'
import { assertReadableHttp, readStrictly } from './reply-shape.ts'
import { STATIC_CHALLENGE, startScepServer } from './scep-program.ts'
import { headerOf, speak, Wire, type WireAnswer } from './wire.ts'

const server = await startScepServer({})
after(() => server[Symbol.asyncDispose]())
const { host } = new URL(server.url)
const key = makeKey('rsa-2048')

const getCaCert = await speak(
  server.url,
  `GET /scep?operation=GetCACert HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
)
const responder = recipientOf(decodeCertificates(getCaCert.body))

/** A PKCSReq as most write it, and what its answer must be. */
const write = ({ signer = {}, ou = '' }: { signer?: Partial<HolderOptions>; ou?: string } = {}) => {
  const subject = encodeName([...(ou ? [[['OU', ou] as const]] : []), [['CN', 'wire.example']]])
  const form = { hash: 'sha256', cipher: 'aes-128-cbc', nonceLength: 16 } as const
  const holder = makeHolder({ key, ...signer })
  const transactionId = 'ABCDEF'
  const request = craftCsr(key, { challenge: STATIC_CHALLENGE, subject })
  const parts = { request, recipient: responder, signer: holder, transactionId }
  const { bytes, senderNonce } = writeMessage(form, parts)
  const asked = { signer: holder, responder, transactionId, senderNonce, cipher: form.cipher }
  return { bytes: Buffer.from(bytes), asked }
}
type Written = ReturnType<typeof write>

const assertGranted = (answer: WireAnswer, { asked }: Written): void => {
  assertReadableHttp(answer, 'application/x-pki-message')
  assert.equal(readStrictly(answer.body, asked).issued.length, 1)
}

const post = (length: number, ...fields: readonly string[]): string =>
  [
    'POST /scep?operation=PKIOperation HTTP/1.1',
    `Host: ${host}`,
    ...fields,
    `Content-Length: ${length}`,
    '',
    '',
  ].join('\r\n')

const BODIES: Readonly<Record<string, (message: Buffer) => readonly (string | Uint8Array)[]>> = {
  'of strongSwan: no Content-Type': (m) => [post(m.length), m],
  'of a browser form: a Content-Type of something else': (m) => [
    post(m.length, 'Content-Type: application/x-www-form-urlencoded'),
    m,
  ],
  'of old proxies: an empty Content-Type': (m) => [post(m.length, 'Content-Type:'), m],
  'of OpenSSL’s smime: a Content-Type with parameters': (m) => [
    post(m.length, 'Content-Type: application/x-pki-message; charset=utf-8'),
    m,
  ],
  'of Go: a body without a length, in chunks': (m) => [
    `POST /scep?operation=PKIOperation HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n`,
    ...[m.subarray(0, 7), m.subarray(7, 1000), m.subarray(1000)].flatMap((chunk) => [
      `${chunk.length.toString(16)}\r\n`,
      chunk,
      '\r\n',
    ]),
    '0\r\n\r\n',
  ],
  'of java.net.http: an offer of HTTP/2 without TLS': (m) => [
    post(
      m.length,
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
    ),
    m,
  ],
  'of shell scripts: a line end after the message': (m) => [post(m.length + 1), m, '\n'],
  'of Windows scripts: CR and LF after the message': (m) => [post(m.length + 2), m, '\r\n'],
  'of fixed buffers: zeros after the message': (m) => [post(m.length + 64), m, Buffer.alloc(64)],
  'of Cisco IOS by POST: HTTP/1.0 without a Host': (m) => [
    `POST /scep?operation=PKIOperation HTTP/1.0\r\nContent-Length: ${m.length}\r\n\r\n`,
    m,
  ],
  'through a proxy that forwards it unchanged: the whole URL as target': (m) => [
    post(m.length).replace('/scep', server.url),
    m,
  ],
}

for (const [name, parts] of Object.entries(BODIES)) {
  test(`takes a POST ${name}`, async () => {
    const written = write()
    assertGranted(await speak(server.url, ...parts(written.bytes)), written)
  })
}

test('takes a POST of libcurl before 7.84, which waits for 100 Continue', async () => {
  const written = write()
  await using wire = await Wire.open(server.url)
  wire.write(post(written.bytes.length, 'Expect: 100-continue'))
  assert.equal((await wire.read()).status, 100)
  wire.write(written.bytes)
  assertGranted(await wire.read(), written)
})

test('takes a POST of routers on slow lines, in pieces as small as the line makes them', async () => {
  const written = write()
  await using wire = await Wire.open(server.url)
  const head = Buffer.from(post(written.bytes.length))
  for (const byte of head) wire.write(Uint8Array.of(byte))
  for (let at = 0; at < written.bytes.length; at += 61) {
    wire.write(written.bytes.subarray(at, at + 61))
  }
  assertGranted(await wire.read(), written)
})

test('answers jscep and macOS several times on one connection', async () => {
  await using wire = await Wire.open(server.url)
  for (let round = 0; round < 3; round++) {
    wire.write(`GET /scep?operation=GetCACaps&message= HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    assertReadableHttp(await wire.read(), 'text/plain')
    const written = write()
    wire.write(post(written.bytes.length), written.bytes)
    assertGranted(await wire.read(), written)
  }
})

const lines = (text: string, columns: number, end: string): string =>
  text.replaceAll(new RegExp(`.{${columns}}`, 'g'), `$&${end}`)

const QUERIES: Readonly<Record<string, (base64: string) => string>> = {
  'of iOS, macOS and jscep: + and / as they are, = escaped': (b) => b.replaceAll('=', '%3D'),
  'of careless scripts: + / and = as they are': (b) => b,
  'of a form library: everything escaped': (b) => encodeURIComponent(b),
  'of old proxies: small letters in the escapes': (b) =>
    encodeURIComponent(b).replaceAll(/%../g, (escaped) => escaped.toLowerCase()),
  'of Cisco IOS: lines of 76': (b) => lines(b, 76, '%0A'),
  'of sscep: lines of 64 and a line end at the end': (b) => `${lines(b, 64, '%0A')}%0A`,
  'of Windows scripts: CR and LF': (b) => lines(b, 64, '%0D%0A'),
  'of micromdm before 2026: the alphabet for URLs, no padding': (b) =>
    Buffer.from(b, 'base64').toString('base64url'),
  'of form decoders: spaces in place of +': (b) => b.replaceAll('+', '%20'),
  'of Java’s encoder for MIME: no padding': (b) => b.replaceAll('=', ''),
}

for (const [name, encode] of Object.entries(QUERIES)) {
  for (const ou of ['', 'x'.repeat(3000)]) {
    test(`takes a GET ${name}${ou && ', with a message of 8 KB'}`, async () => {
      const written = write({ ou })
      const message = encode(written.bytes.toString('base64'))
      const line = `GET /scep?operation=PKIOperation&message=${message} HTTP/1.1`
      assertGranted(await speak(server.url, `${line}\r\nHost: ${host}\r\n\r\n`), written)
    })
  }
}

const QUESTIONS = [
  ['strongSwan and micromdm', 'operation=GetCACert'],
  ['jscep and old macOS', 'operation=GetCACert&message='],
  ['sscep', 'operation=GetCACert&message=CAIdentifier'],
  ['certmonger', 'operation=GetCACert&message=0'],
  ['certmonger, later', 'operation=GetCACert&message=1'],
  ['Apple, a name with a space', 'operation=GetCACert&message=Profile%20Service'],
  ['Apple, beyond ASCII', 'operation=GetCACert&message=B%C3%BCro%20%E2%80%94%201'],
  ['Cisco IOS', 'operation=GetCACert&message=TP-self-signed-1234'],
  ['Windows', 'operation=GetCACert&message=default'],
  ['a URL as identifier', 'operation=GetCACert&message=https%3A%2F%2Fca.example%2Fscep'],
  ['a message before the operation', 'message=x&operation=GetCACert'],
  ['an operation in small letters', 'operation=getcacert'],
  ['an operation in capitals', 'OPERATION=GETCACERT'],
  ['a parameter that nobody knows', 'operation=GetCACert&message=&profile=1'],
  ['a lone ampersand', 'operation=GetCACert&'],
] as const

for (const [name, query] of QUESTIONS) {
  test(`GetCACert and GetCACaps of ${name} bring what everybody gets [mission SC3 SC5]`, async () => {
    const ask = (what: string) =>
      speak(server.url, `GET /scep?${what} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    const certificates = await ask(query)
    assertReadableHttp(certificates, 'application/x-x509-ca-ra-cert')
    assert.deepEqual(certificates.body, getCaCert.body)

    const capabilities = await ask(
      query.replace(/getcacert/i, (operation) => operation.replace(/cert/i, 'Caps')),
    )
    assertReadableHttp(capabilities, 'text/plain')
    assert.match(capabilities.body.toString(), /^(?:[A-Z][A-Za-z0-9-]+\n)+$/)
  })
}

test('takes lengths for what they are: nothing is compressed for those who offer to take it so', async () => {
  const accept = 'Accept-Encoding: gzip, deflate, br'
  const answer = await speak(
    server.url,
    `GET /scep?operation=GetCACert HTTP/1.1\r\nHost: ${host}\r\n${accept}\r\n\r\n`,
  )
  assertReadableHttp(answer, 'application/x-x509-ca-ra-cert')
  assert.equal(headerOf(answer, 'content-encoding'), undefined)
})

const YEAR = 365 * 86_400_000
const SIGNERS: Readonly<Record<string, Partial<HolderOptions>>> = {
  'of a router without a clock, over since 1994': {
    notBefore: Date.UTC(1993, 2, 1),
    notAfter: Date.UTC(1994, 2, 1),
  },
  'of a device whose clock is a year ahead': {
    notBefore: Date.now() + YEAR,
    notAfter: Date.now() + 2 * YEAR,
  },
  'of micromdm, good for an hour': { notBefore: Date.now(), notAfter: Date.now() + 3_600_000 },
  'with an end before its beginning': {
    notBefore: Date.UTC(2030, 0, 1),
    notAfter: Date.UTC(2029, 0, 1),
  },
  'that never ends': { notAfter: Date.UTC(9999, 11, 31, 23, 59, 59) },
  'from 1970': { notBefore: 0, notAfter: 0 },
  'with an empty name': { subject: [] },
  'with the serial number 0': { serialNumber: Uint8Array.of(0) },
  'with a serial number of 20 bytes': { serialNumber: Buffer.alloc(20, 0xc3) },
}

for (const [name, signer] of Object.entries(SIGNERS)) {
  test(`takes a message whose signer made itself a certificate ${name}`, async () => {
    const written = write({ signer })
    assertGranted(await speak(server.url, post(written.bytes.length), written.bytes), written)
  })
}
