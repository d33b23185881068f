import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { decodeCertificates } from '../../src/protocol/scep/index.ts'
import {
  type Certificate,
  decodeCertificate,
  encodeName,
  isSameName,
} from '../../src/protocol/x509/index.ts'
import { makeHolder, makeKey } from '../codec/holder.ts'
import { recipientOf } from '../scep-client.ts'
import { craftCsr } from '../security/crafted.ts'
import { FOREIGN_CLIENTS, type ForeignClient } from './foreign-client.ts'
import { writeMessage } from './foreign-message.ts'
import { type Asked, assertReadableHttp, readStrictly } from './reply-shape.ts'
import { AUTHORITIES, type ScepServer, STATIC_CHALLENGE, startScepServer } from './scep-program.ts'
import { headerOf, Wire, type WireAnswer } from './wire.ts'

const key = makeKey('rsa-2048')

/** Asks and posts as the client does, on one connection where it keeps it. */
class Talk implements AsyncDisposable {
  readonly #client: ForeignClient
  readonly #url: URL
  #wire: Wire | undefined

  constructor(client: ForeignClient, url: string) {
    this.#client = client
    this.#url = new URL(url)
  }

  async say(query: string, body?: Uint8Array): Promise<WireAnswer> {
    const { path = '/scep', version = '1.1', headers, postHeaders = [] } = this.#client
    const fields = headers(this.#url.host)
    const lines = [
      `${body === undefined ? 'GET' : 'POST'} ${path}?${query} HTTP/${version}`,
      ...fields,
      ...(body === undefined ? [] : [...postHeaders, `Content-Length: ${body.length}`]),
    ]
    this.#wire ??= await Wire.open(this.#url.href)
    this.#wire.write(`${lines.join('\r\n')}\r\n\r\n`, ...(body === undefined ? [] : [body]))
    const answer = await this.#wire.read()
    const isClosing = version === '1.0' || fields.includes('Connection: close')
    if (isClosing) {
      // Without an end sscep waits for more.
      assert.ok(await this.#wire.isEnded(), 'the server keeps a connection that is to be closed')
      this.#wire = undefined
    }
    return answer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#wire?.[Symbol.asyncDispose]()
  }
}

const readCertificates = (answer: WireAnswer): readonly Certificate[] => {
  const isLone = headerOf(answer, 'content-type') === 'application/x-x509-ca-cert'
  const type = `application/x-x509-ca-${isLone ? '' : 'ra-'}cert`
  assertReadableHttp(answer, type)
  return isLone ? [decodeCertificate(answer.body)] : decodeCertificates(answer.body)
}

/** Everything that the client says, from the first question to its message with this challenge. */
const enroll = async (client: ForeignClient, server: ScepServer, challenge: string) => {
  await using talk = new Talk(client, server.url)
  let certificates: readonly Certificate[] = []
  for (const question of client.questions) {
    const answer = await talk.say(question)
    if (/getcacert/i.test(question)) certificates = readCertificates(answer)
    else assertReadableHttp(answer, 'text/plain')
  }
  const responder = recipientOf(certificates)
  const commonName = `${createHash('sha1').update(client.name).digest('hex')}.example`
  const subject = encodeName([[['CN', commonName]]])
  const version = client.requestVersion ?? 0
  const signer = client.signer?.(key) ?? makeHolder({ key, subject: [[['CN', commonName]]] })
  const transactionId = client.transactionId(key)
  const { bytes, senderNonce } = writeMessage(client.form, {
    request: craftCsr(key, { challenge, subject, version }),
    recipient: responder,
    signer,
    transactionId,
  })
  const { cipher } = client.form
  const asked: Asked = { signer, responder, transactionId, senderNonce, cipher }
  const answer =
    client.query === undefined
      ? await talk.say(client.postQuery ?? '', bytes)
      : await talk.say(client.query(Buffer.from(bytes)))
  assertReadableHttp(answer, 'application/x-pki-message')
  return { ...readStrictly(answer.body, asked), subject, certificates }
}

for (const { name: authority, env } of AUTHORITIES) {
  const ids = authority === 'with RA' ? '[mission SC1 SC2] [security S15]' : '[mission SC1 SC2]'
  const usual = await startScepServer(env)
  after(() => usual[Symbol.asyncDispose]())
  const withDes = await startScepServer({ ...env, WINDFALL_SCEP__ALLOW_SINGLE_DES: 'true' })
  after(() => withDes[Symbol.asyncDispose]())

  for (const client of FOREIGN_CLIENTS) {
    const isDes = client.form.cipher === 'des-cbc'
    test(`${client.name}, ${authority}: what it writes is read, and what it gets is in the shape that it reads ${ids}`, async () => {
      const { issued, subject } = await enroll(client, isDes ? withDes : usual, STATIC_CHALLENGE)
      const [certificate = assert.fail('no certificate'), ...more] = issued
      // sscep takes the first that is not self-signed, micromdm the first: the new one stands alone.
      assert.equal(more.length, 0)
      assert.ok(isSameName(certificate.subject, subject))
      assert.deepEqual(
        Buffer.from(certificate.publicKey.bytes),
        Buffer.from(makeHolder({ key }).certificate.publicKey.bytes),
      )
    })

    test(`${client.name}, ${authority}: hears in its own shape why it gets nothing`, async () => {
      const { failInfo } = await enroll(client, isDes ? withDes : usual, 'a guess')
      assert.equal(failInfo, '2', 'badRequest')
    })

    if (isDes) {
      test(`${client.name}, ${authority}: its single DES is refused unless it is allowed [security S14]`, async () => {
        const { failInfo } = await enroll(client, usual, STATIC_CHALLENGE)
        assert.equal(failInfo, '0', 'badAlg')
      })
    }
  }
}
