import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { enrollWith, formatStop, temporaryDirectory } from '../../test/scripted/device.ts'
import { type Cast, makeCast, Play, type Script } from '../../test/scripted/enrollment.ts'
import type { Received } from '../../test/scripted/server.ts'
import { decodeSignedData, sealEnvelopedData, verifySignedData } from '../protocol/cms/index.ts'
import { expectDict, formatPlist, type PlistDict, parsePlist } from '../protocol/plist/index.ts'
import { encryptedConfiguration } from '../protocol/profile/index.ts'
import type { ScepRequest } from '../protocol/scep/index.ts'
import { type Certificate, signatureHash } from '../protocol/x509/index.ts'
import { createDevice, type Device } from './device.ts'
import { type DeviceAuthority, ensureDeviceAuthority } from './device-ca.ts'
import { enroll } from './enroll.ts'
import type { SimOutcome } from './outcome.ts'
import { PERSONAS, type PersonaName } from './persona.ts'
import type { SimStep } from './step.ts'

let cast: Cast
let authority: DeviceAuthority

before(async () => {
  await using directory = await temporaryDirectory()
  authority = await ensureDeviceAuthority(directory.path)
  cast = await makeCast()
})

const deviceOf = (name: PersonaName): Promise<Device> => createDevice(authority, {}, PERSONAS[name])

interface Walk {
  readonly outcome: SimOutcome
  readonly steps: readonly SimStep[]
  readonly received: readonly Received[]
  /** The requests for certificates that the server opened. */
  readonly requests: readonly ScepRequest[]
}

/** A whole enrollment of the persona with a server that is honest but for `change`. */
const walk = async (
  name: PersonaName,
  change: (play: Play) => Partial<Script> = () => ({}),
  timeoutMs = 10_000,
): Promise<Walk> => {
  const requests: ScepRequest[] = []
  await using server = await new Play(cast).start((play) => ({
    certificate: async (request) => {
      requests.push(request)
      return await play.reply(request, await play.issue(request.certificateRequest.publicKey.bytes))
    },
    phase3: (_, recipient) => play.signed(in3des(play, recipient, play.scepPayload())),
    ...change(play),
  }))
  const steps: SimStep[] = []
  const outcome = await enroll({
    url: server.url,
    account: { name: 'anna', password: 'secret' },
    device: await deviceOf(name),
    roots: [cast.root.certificate],
    onStep: (step) => void steps.push(step),
    timeoutMs,
  })
  return { outcome, steps, received: server.received, requests }
}

/** The final profile that every persona can open. */
const in3des = (play: Play, recipient: Certificate, ...payloads: readonly PlistDict[]) => {
  const envelope = sealEnvelopedData(formatPlist(payloads), { recipient, cipher: 'des-ede3-cbc' })
  return encryptedConfiguration(play.configuration([]), envelope)
}

const operationsOf = ({ received }: Walk): readonly string[] =>
  received
    .filter(({ target }) => target.startsWith('/scep'))
    .map(({ method, target }) => `${method} ${/operation=(\w+)/.exec(target)?.[1]}`)

const TRIO = ['GET GetCACert', 'GET GetCACaps', 'POST PKIOperation']

for (const name of ['iphone', 'ipad', 'mac', 'ios4'] as const) {
  test(`${PERSONAS[name].title} asks GetCACert, GetCACaps and PKIOperation once a certificate`, async () => {
    const result = await walk(name)
    assert.equal(result.outcome.kind, 'configured')
    assert.deepEqual(operationsOf(result), [...TRIO, ...TRIO])
  })
}

test('an iPhone on iOS 12 goes through SCEP twice for a certificate, with one key and one transaction', async () => {
  const result = await walk('ios12')
  assert.equal(result.outcome.kind, 'configured')
  assert.deepEqual(operationsOf(result), [...TRIO, ...TRIO, ...TRIO, ...TRIO])
  const [first, second, third] = result.requests.map(({ transaction, certificateRequest }) => [
    transaction.id,
    certificateRequest.publicKey.fingerprint,
  ])
  assert.deepEqual(first, second)
  assert.notDeepEqual(first, third)
})

test('an iPhone on iOS 3.1 asks by GET, with a key of 1024 bits, 3DES and SHA-1 throughout', async () => {
  const result = await walk('ios3')
  assert.equal(result.outcome.kind, 'configured')
  assert.deepEqual(operationsOf(result).slice(0, 3), [
    'GET GetCACert',
    'GET GetCACaps',
    'GET PKIOperation',
  ])
  const [request] = result.requests
  assert.ok(request)
  const { cipher, hash, signer, certificateRequest } = request
  assert.deepEqual([cipher, hash], ['des-ede3-cbc', 'sha1'])
  assert.equal(signatureHash(certificateRequest.signatureAlgorithm), 'sha1')
  const keys = [signer.publicKey, certificateRequest.publicKey]
  assert.deepEqual(
    keys.map(({ key }) => key.asymmetricKeyDetails?.modulusLength),
    [1024, 1024],
  )
})

for (const [name, expected] of [
  ['iphone', ['aes-128-cbc', 'sha256']],
  ['ipad', ['aes-128-cbc', 'sha256']],
  ['mac', ['des-ede3-cbc', 'sha256']],
  ['ios12', ['des-ede3-cbc', 'sha256']],
  ['ios4', ['des-ede3-cbc', 'sha1']],
] as const) {
  test(`${PERSONAS[name].title} asks for its certificate with ${expected.join(' and ')}`, async () => {
    const { requests } = await walk(name)
    assert.deepEqual([requests[0]?.cipher, requests[0]?.hash], expected)
  })
}

for (const [silence, answer] of [
  ['drops the connection', 'drop'],
  ['says nothing', undefined],
] as const) {
  test(`an iPhone on iOS 4 asks GetCACaps three times where the server ${silence}, then stops [mission P2.6]`, async () => {
    const result = await walk('ios4', () => ({ capabilities: () => answer }), 1000)
    assert.match(formatStop(result.outcome), /^get_ca_caps: (connection_lost|timed_out)$/)
    const caps = 'GET GetCACaps'
    assert.deepEqual(operationsOf(result), ['GET GetCACert', caps, caps, caps])
    assert.equal(result.steps.at(-1)?.repetitions, 2)
  })

  test(`an iPhone on iOS 3.1 asks GetCACaps twice where the server ${silence}, then goes on without`, async () => {
    const change = (play: Play): Partial<Script> => ({
      capabilities: () => answer,
      phase3: (_, recipient) => play.signed(in3des(play, recipient)),
    })
    const result = await walk('ios3', change, 1000)
    assert.equal(result.outcome.kind, 'configured')
    const caps = 'GET GetCACaps'
    assert.deepEqual(operationsOf(result), ['GET GetCACert', caps, caps, 'GET PKIOperation'])
  })
}

test('an iPhone on iOS 4 does not ask for what the payload lists, and keeps to it [mission P2.6]', async () => {
  const capabilities = ['GETPKIOperation', 'Renewal', 'SHA-1']
  const result = await walk('ios4', (play) => ({
    phase2: () => play.signed(play.configuration([play.scepPayload({ capabilities })])),
    phase3: (_, recipient) => play.signed(in3des(play, recipient)),
  }))
  assert.equal(result.outcome.kind, 'configured')
  assert.deepEqual(operationsOf(result), ['GET GetCACert', 'GET PKIOperation'])
})

test('a device before iOS 10 takes a list of capabilities without any SHA', async () => {
  const change = () => ({ capabilities: () => ({ body: 'POSTPKIOperation\n' }) })
  const { outcome } = await walk('ios4', change)
  assert.equal(outcome.kind, 'configured')
})

test('a device before iOS 5 opens no profile encrypted with AES', async () => {
  for (const name of ['ios4', 'ios3'] as const) {
    const outcome = await enrollWith(cast, await deviceOf(name), () => ({}))
    assert.equal(formatStop(outcome), 'decrypt: envelope_algorithm')
  }
})

test('a Mac says what it has not as empty strings, and more than it is asked for', async () => {
  const asked = ['UDID', 'VERSION', 'PRODUCT', 'SERIAL', 'MEID', 'IMEI', 'ICCID']
  const { received } = await walk('mac', (play) => ({
    phase1: () => play.signed(play.profileService({ deviceAttributes: asked })),
  }))
  const body = received.find(({ target }) => target === '/profile')?.body ?? new Uint8Array()
  const { content } = verifySignedData(body, { signedAttributes: 'optional', hashes: ['sha1'] })
  const attributes = expectDict(parsePlist(content))
  assert.deepEqual(
    [...attributes.keys()].toSorted(),
    [
      'CHALLENGE',
      'IMEI',
      'MEID',
      'NotOnConsole',
      'PRODUCT',
      'SERIAL',
      'UDID',
      'UserID',
      'UserLongName',
      'UserShortName',
      'VERSION',
    ],
    'those of the capture of macOS 13',
  )
  assert.deepEqual(
    ['IMEI', 'MEID', 'NotOnConsole', 'PRODUCT'].map((name) => attributes.get(name)),
    ['', '', false, 'Mac14,2'],
  )
})

for (const [name, expected] of [
  ['iphone', { hash: 'sha256', attributes: true, certificates: 2, start: '3082' }],
  ['ipad', { hash: 'sha256', attributes: true, certificates: 2, start: '3082' }],
  ['mac', { hash: 'sha1', attributes: false, certificates: 1, start: '3080' }],
  ['ios12', { hash: 'sha1', attributes: true, certificates: 2, start: '3082' }],
  ['ios4', { hash: 'sha1', attributes: false, certificates: 2, start: '3080' }],
  ['ios3', { hash: 'sha1', attributes: false, certificates: 2, start: '3080' }],
] as const) {
  test(`${PERSONAS[name].title} signs phases 2 and 3 in its own way`, async () => {
    const { received } = await walk(name)
    const bodies = received.filter(({ target }) => target === '/profile').map(({ body }) => body)
    assert.equal(bodies.length, 2)
    const certificates = [expected.certificates, 1]
    for (const [phase, body] of bodies.entries()) {
      const { certificates: bag } = decodeSignedData(body)
      const { attributes } = verifySignedData(body, {
        signedAttributes: expected.attributes ? 'required' : 'optional',
        hashes: [expected.hash],
      })
      assert.equal(attributes.size > 0, expected.attributes)
      assert.equal(bag.length, certificates[phase])
      assert.equal(Buffer.from(body.subarray(0, 2)).toString('hex'), expected.start)
    }
  })
}

const FORMS = {
  iphone: [/^00008120-[0-9A-F]{16}$/, 10],
  ipad: [/^00008112-[0-9A-F]{16}$/, 10],
  mac: [/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/, 10],
  ios12: [/^[0-9a-f]{40}$/, 12],
  ios4: [/^[0-9a-f]{40}$/, 11],
  ios3: [/^[0-9a-f]{40}$/, 11],
} as const

test('each persona has identifiers in the form of its time, and those of a modem only with one', async () => {
  for (const persona of Object.values(PERSONAS)) {
    const { facts, key } = await deviceOf(persona.name)
    const [udid, length] = FORMS[persona.name]
    assert.match(facts.UDID, udid)
    assert.equal(facts.SERIAL.length, length)
    assert.equal(facts.IMEI !== undefined, persona.isCellular)
    assert.deepEqual([facts.PRODUCT, facts.VERSION], [persona.product, persona.build])
    assert.ok(key.publicKey.length < (persona.identityKeyBits === 1024 ? 200 : 400))
  }
})
