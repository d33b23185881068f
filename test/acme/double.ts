import assert from 'node:assert/strict'
import { type JsonWebKey, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import https from 'node:https'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { parseCertificates } from '../../src/protocol/x509/index.ts'
import { chainPem, intermediate, keyPem, makeLeaf } from '../pair.ts'
import { request } from '../request.ts'
import { issue } from './issue.ts'
import { openJws, type Signed, thumbprint } from './jws.ts'

export type Resource =
  | 'directory'
  | 'nonce'
  | 'account'
  | 'newOrder'
  | 'order'
  | 'authorization'
  | 'challenge'
  | 'finalize'
  | 'certificate'
  | 'renewalInfo'

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | object
}

type Status = 'pending' | 'ready' | 'processing' | 'valid' | 'invalid'

interface Order {
  readonly number: number
  readonly token: string
  readonly thumbprint: string
  readonly replaces: string | undefined
  status: Status
  error: object | undefined
  chain: string | undefined
}

type Interference = (
  resource: Resource,
  signed: Signed | undefined,
) => Reply | undefined | Promise<Reply | undefined>

const ERRORS = 'urn:ietf:params:acme:error:'

const ACCOUNT = z.strictObject({
  termsOfServiceAgreed: z.literal(true),
  contact: z.array(z.string()).optional(),
})
const NEW_ORDER = z.strictObject({
  identifiers: z.tuple([z.strictObject({ type: z.literal('dns'), value: z.literal('localhost') })]),
  replaces: z.string().optional(),
})
const FINALIZE = z.strictObject({ csr: z.base64url() })

const DAY = 86_400_000

/**
 * An ACME CA on loopback (RFC 8555, RFC 9773) for `localhost`, which checks all that it is sent, asks for the answer to
 * its challenge, and certifies below the root of test/pair.ts. What it does wrong, `interfere` says.
 */
export class AcmeDouble implements AsyncDisposable {
  /** Every request, in the order in which they came. */
  readonly asked: Resource[] = []
  readonly orders: Order[] = []
  /** An answer instead of the right one. */
  interfere: Interference = () => undefined
  /** What certificates live, and since when. */
  lifetime = { notBefore: Date.now() - 3_600_000, notAfter: Date.now() + 90 * DAY }
  /** The window in which certificates are to be renewed; undefined: there is no such resource. */
  renewal: { readonly start: number; readonly end: number } | undefined
  readonly #httpPort: number
  readonly #server: https.Server
  readonly #url: string
  readonly #accounts: JsonWebKey[] = []
  readonly #nonces = new Set<string>()

  private constructor(server: https.Server, { url, httpPort }: { url: string; httpPort: number }) {
    this.#server = server
    this.#url = url
    this.#httpPort = httpPort
    server.on('request', (incoming, response) => {
      const { method = '', url: path = '', headers } = incoming
      void text(incoming)
        .then((body) => this.#answer(method, path, { body, type: headers['content-type'] }))
        .then(({ status = 200, headers: more = {}, body }) => {
          response.writeHead(status, { 'replay-nonce': this.#newNonce(), ...more })
          response.end(typeof body === 'string' ? body : JSON.stringify(body))
        })
        .catch(() => response.destroy())
    })
  }

  /** One that asks for answers at that port. */
  static async start(httpPort: number): Promise<AcmeDouble> {
    const leaf = makeLeaf()
    const tls = { key: keyPem(leaf), cert: chainPem(leaf, intermediate) }
    const server = https.createServer(tls).listen(0, 'localhost')
    await once(server, 'listening')
    const address = server.address()
    assert.ok(address !== null && typeof address !== 'string')
    return new AcmeDouble(server, { url: `https://localhost:${address.port}`, httpPort })
  }

  get directoryUrl(): string {
    return `${this.#url}/directory`
  }

  /** How many accounts there are. */
  get accounts(): number {
    return this.#accounts.length
  }

  problem(type: string, rest: Pick<Reply, 'status' | 'headers'> = {}): Reply {
    return { status: 400, ...rest, body: { type: `${ERRORS}${type}`, detail: `that is ${type}` } }
  }

  /** The certificate that came of an order, DER. */
  leaf(order: number): Uint8Array {
    return parseCertificates(Buffer.from(this.orders[order]?.chain ?? ''))[0].bytes
  }

  count(resource: Resource): number {
    return this.asked.filter((each) => each === resource).length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #answer(
    method: string,
    path: string,
    { body, type }: { readonly body: string; readonly type: string | undefined },
  ): Promise<Reply> {
    const [, name = '', id = ''] = path.split('/')
    const resource = RESOURCES.find((each) => each === name)
    if (resource === undefined) return this.problem('malformed', { status: 404 })
    this.asked.push(resource)
    if (method === 'GET') {
      return (await this.interfere(resource, undefined)) ?? this.#read(resource)
    }
    assert.equal(type, 'application/jose+json')
    const signed = openJws(body, (kid) => this.#accounts[Number(kid.split('/').at(-1))])
    if (!this.#nonces.delete(signed.nonce)) return this.problem('badNonce')
    assert.equal(signed.url, `${this.#url}${path}`)
    assert.equal(signed.kid === undefined, resource === 'account')
    return (await this.interfere(resource, signed)) ?? (await this.#act(resource, id, signed))
  }

  #read(resource: Resource): Reply {
    const url = this.#url
    if (resource === 'nonce') return { status: 204, body: '' }
    if (resource === 'renewalInfo' && this.renewal !== undefined) {
      const { start, end } = this.renewal
      const window = { start: new Date(start).toISOString(), end: new Date(end).toISOString() }
      return { headers: { 'retry-after': '7200' }, body: { suggestedWindow: window } }
    }
    assert.equal(resource, 'directory')
    const directory = {
      newNonce: `${url}/nonce`,
      newAccount: `${url}/account`,
      newOrder: `${url}/newOrder`,
      ...(this.renewal === undefined ? {} : { renewalInfo: `${url}/renewalInfo` }),
    }
    return { body: directory }
  }

  async #act(resource: Resource, id: string, { payload, jwk }: Signed): Promise<Reply> {
    if (resource === 'account') return this.#register(ACCOUNT.parse(payload), jwk)
    if (resource === 'newOrder') {
      const order: Order = {
        number: this.orders.length,
        token: randomBytes(32).toString('base64url'),
        thumbprint: thumbprint(jwk),
        replaces: NEW_ORDER.parse(payload).replaces,
        ...{ status: 'pending', error: undefined, chain: undefined },
      }
      this.orders.push(order)
      return { ...this.#show(order), status: 201 }
    }
    const order = this.orders[Number(id)]
    if (order === undefined) return this.problem('malformed', { status: 404 })
    if (resource === 'challenge') {
      assert.deepEqual(payload, {})
      await this.#validate(order)
      return { body: this.#challenge(order) }
    }
    if (resource === 'finalize') {
      if (order.status !== 'ready') return this.problem('orderNotReady', { status: 403 })
      const csr = Buffer.from(FINALIZE.parse(payload).csr, 'base64url')
      order.chain = issue(csr, { host: 'localhost', ...this.lifetime })
      order.status = 'valid'
      return this.#show(order)
    }
    assert.equal(payload, undefined)
    if (resource === 'certificate') return { body: order.chain ?? '' }
    if (resource === 'authorization') {
      const status = order.error === undefined ? order.status : 'invalid'
      const isDone = status !== 'pending' && status !== 'invalid'
      return { body: { status: isDone ? 'valid' : status, challenges: [this.#challenge(order)] } }
    }
    return this.#show(order)
  }

  #register(_: z.output<typeof ACCOUNT>, jwk: JsonWebKey): Reply {
    const known = this.#accounts.findIndex(({ x }) => x === jwk.x)
    const number = known === -1 ? this.#accounts.push(jwk) - 1 : known
    const headers = { location: `${this.#url}/account/${number}` }
    return { status: known === -1 ? 201 : 200, headers, body: { status: 'valid' } }
  }

  /** Asks as RFC 8555 §8.3 says. */
  async #validate(order: Order): Promise<void> {
    const url = `http://127.0.0.1:${this.#httpPort}`
    const path = `/.well-known/acme-challenge/${order.token}`
    const headers = { host: 'localhost' }
    const answer = await request({ url, roots: [] }, path, { headers }).catch(() => undefined)
    const isRight = answer?.body.toString() === `${order.token}.${order.thumbprint}`
    order.status = isRight ? 'ready' : 'invalid'
    if (!isRight) order.error = { type: `${ERRORS}unauthorized`, detail: 'a wrong answer' }
  }

  #challenge({ number, token, status, error }: Order): object {
    const url = `${this.#url}/challenge/${number}`
    return { type: 'http-01', url, token, status: status === 'pending' ? status : 'valid', error }
  }

  #show({ number, status, error, chain }: Order): Reply {
    const headers = { location: `${this.#url}/order/${number}` }
    const certificate =
      chain === undefined ? {} : { certificate: `${this.#url}/certificate/${number}` }
    const authorizations = [`${this.#url}/authorization/${number}`]
    const finalize = `${this.#url}/finalize/${number}`
    return { headers, body: { status, authorizations, finalize, error, ...certificate } }
  }

  #newNonce(): string {
    const nonce = randomBytes(16).toString('base64url')
    this.#nonces.add(nonce)
    return nonce
  }
}

const RESOURCES: readonly Resource[] = [
  'directory',
  'nonce',
  'account',
  'newOrder',
  'order',
  'authorization',
  'challenge',
  'finalize',
  'certificate',
  'renewalInfo',
]
