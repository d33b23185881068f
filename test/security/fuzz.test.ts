import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import http from 'node:http'
import { after, test } from 'node:test'
import { decodeSignedData, sealEnvelopedData } from '../../src/protocol/cms/index.ts'
import { dict, formatPlist } from '../../src/protocol/plist/index.ts'
import { readFixture } from '../codec/fixture.ts'
import { makeHolder, makeKey } from '../codec/holder.ts'
import {
  messageTypeAttribute,
  senderNonceAttribute,
  transactionIdAttribute,
} from '../codec/pki-message.ts'
import { makeDevice, profileRequest } from '../device.ts'
import { mutations } from '../mutate.ts'
import { recipientOf } from '../scep-client.ts'
import { binaryPlist } from './binary-plist.ts'
import { craftCsr } from './crafted.ts'
import { honest } from './entry.ts'
import { finish, identify, obtain, openScene, rowsOf, stateOf } from './scene.ts'

const SEED = 20_250_731
const AT_ONCE = 32

const scene = await openScene()
after(() => scene[Symbol.asyncDispose]())
const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE })
after(() => agent.destroy())

const key = makeKey('rsa-2048')
const signer = makeHolder({ key })
const bystander = await identify(scene)
const other = await identify(scene)
const issued = await obtain(scene, { key, challenge: other.challenge })
const device = makeDevice(scene.server)

// Whole and good but for the challenge, or for the device in phase 3: none of these gets anything either.
const GUESS = randomBytes(32).toString('base64url')
const content = formatPlist(dict({ ...device.attributes, CHALLENGE: GUESS }))
const csr = craftCsr(key, { challenge: GUESS })
const envelope = sealEnvelopedData(csr, {
  recipient: recipientOf(scene.ca),
  cipher: 'aes-128-cbc',
})
const attributes = [messageTypeAttribute(), transactionIdAttribute(), senderNonceAttribute()]
const wrap = (each: Uint8Array): Uint8Array => honest({ content: each, signer, attributes })
const signAsDevice = (each: Uint8Array): Uint8Array =>
  honest({ content: each, signer: device.identity, attributes: [] })

const profiles = [
  signAsDevice(content),
  profileRequest(device, { changes: { CHALLENGE: GUESS }, shape: 'bare', hash: 'sha1' }),
  profileRequest(device, { signer: issued }),
  readFixture('ota/phase2-zentral.p7m'),
]
const plists = [content, binaryPlist({ UDID: 'x', SERIAL: 'y', CHALLENGE: GUESS })]
const pkiMessages = [
  wrap(envelope),
  readFixture('scep/micromdm-PKCSReq.der'),
  readFixture('scep/commandment-mdmclient-PKIOperation.der'),
  readFixture('scep/jscep-req0.der'),
]
const QUERIES = [
  'operation=GetCACaps&message=x',
  'operation=GetCACert&message=an%20id',
  'message=MIAGCSqGSIb3DQEHAqCAMIACAQExDzANBglg%0A&operation=PKIOperation',
  `operation=PKIOperation&message=${encodeURIComponent(Buffer.from(pkiMessages[0] ?? '').toString('base64'))}`,
].map((query) => Buffer.from(query))

interface Shot {
  readonly path: string
  /** Undefined: GET. */
  readonly body?: Uint8Array
}

const PKI_STATUS = '2.16.840.1.113733.1.9.3'

/** `refused`, or `told` where it was a question that anybody may ask; anything else is a fault. */
const fire = async ({ path, body }: Shot): Promise<'refused' | 'told'> => {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>()
  const { port } = new URL(scene.wire.url)
  const method = body === undefined ? 'GET' : 'POST'
  const options = { host: '127.0.0.1', port, path, method, agent }
  http.request(options, resolve).on('error', reject).end(body)
  const response = await promise
  const bytes = Buffer.concat(await response.toArray())
  const { statusCode = 0, headers } = response
  if (statusCode >= 400 && statusCode < 500) return 'refused'
  assert.equal(statusCode, 200, `${path} ${body && Buffer.from(body).toString('hex')}`)
  const type = headers['content-type']
  if (type === 'text/plain' || type === 'application/x-x509-ca-ra-cert') return 'told'
  assert.equal(type, 'application/x-pki-message')
  const values = decodeSignedData(bytes).signerInfos[0]?.signedAttributes?.values
  assert.equal(values?.get(PKI_STATUS)?.[0]?.text(), '2', 'a CertRep that is no failure')
  return 'refused'
}

/** What a URL may hold: printable ASCII; other octets are escaped, and `#` would end the query. */
const toQuery = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('latin1')
    .replaceAll(/[^!-~]|#/g, (octet) => `%${octet.charCodeAt(0).toString(16).padStart(2, '0')}`)

const PROFILE = (body: Uint8Array): Shot => ({ path: '/profile', body })
const SCEP = (body: Uint8Array): Shot => ({ path: '/scep?operation=PKIOperation', body })
const QUERY = (bytes: Uint8Array): Shot => ({ path: `/scep?${toQuery(bytes)}` })

const CAMPAIGNS: readonly {
  readonly what: string
  readonly count: number
  readonly seeds: readonly Uint8Array[]
  readonly aim: (mutated: Uint8Array) => Shot
}[] = [
  { what: 'messages to /profile', count: 5000, seeds: profiles, aim: PROFILE },
  {
    what: 'property lists, signed again, to /profile',
    count: 3000,
    seeds: plists,
    aim: (each) => PROFILE(signAsDevice(each)),
  },
  { what: 'messages to /scep', count: 5000, seeds: pkiMessages, aim: SCEP },
  {
    what: 'envelopes, signed again, to /scep',
    count: 2000,
    seeds: [envelope],
    aim: (each) => SCEP(wrap(each)),
  },
  {
    what: 'requests, encrypted and signed again, to /scep',
    count: 2000,
    seeds: [csr],
    aim: (each) =>
      SCEP(
        wrap(sealEnvelopedData(each, { recipient: recipientOf(scene.ca), cipher: 'aes-128-cbc' })),
      ),
  },
  { what: 'queries to /scep', count: 3000, seeds: QUERIES, aim: QUERY },
]

for (const { what, count, seeds, aim } of CAMPAIGNS) {
  test(`${count} mutated ${what}: no server error, nothing issued, nothing changed, every refusal written down [security C8 C2 S10]`, {
    timeout: 60_000,
  }, async () => {
    const before = await stateOf(scene)
    const audited = (await rowsOf(scene.db, 'audit')).length
    let refusals = 0
    const messages = [...mutations(SEED, seeds, count)]
    for (let from = 0; from < count; from += AT_ONCE) {
      const volley = messages.slice(from, from + AT_ONCE).map(aim)
      const results = await Promise.all(volley.map(fire))
      refusals += results.filter((result) => result === 'refused').length
    }
    assert.deepEqual(await stateOf(scene), before)
    assert.equal((await rowsOf(scene.db, 'audit')).length - audited, refusals)
    assert.doesNotMatch(scene.log(), /"level":[56]0/)
  })
}

test('after 20,000 mutations the server goes on as if nothing had been [security C8]', async () => {
  assert.equal(
    CAMPAIGNS.reduce((sum, { count }) => sum + count, 0),
    20_000,
  )
  await finish(scene, bystander, key)
})
