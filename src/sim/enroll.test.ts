import assert from 'node:assert/strict'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { makeDevice, temporaryDirectory } from '../../test/scripted/device.ts'
import { type Cast, makeCast, Play } from '../../test/scripted/enrollment.ts'
import { verifySignedData } from '../protocol/cms/index.ts'
import { expectDict, formatPlist, parsePlist } from '../protocol/plist/index.ts'
import { certificateFingerprint } from '../protocol/x509/index.ts'
import type { Device } from './device.ts'
import { enroll, reconfigure } from './index.ts'
import type { SimStep } from './step.ts'

let cast: Cast
let device: Device

before(async () => {
  cast = await makeCast()
  device = await makeDevice()
})

const account = { name: 'anna', password: 'pass:word ü' }
const options = () => ({ account, device, roots: [cast.root.certificate] })

test('walks through the phases and ends with the decrypted profile', async () => {
  await using server = await new Play(cast).start()
  const steps: SimStep[] = []
  const outcome = await enroll({
    ...options(),
    url: server.url,
    onStep: (step) => void steps.push(step),
  })
  assert.equal(outcome.kind, 'configured')
  const payloads = outcome.profile.get('PayloadContent')
  assert.ok(Array.isArray(payloads) && payloads.length === 1)
  assert.deepEqual(
    steps.map(({ step }) => step),
    ['sign_in', 'phase2', 'get_ca_cert', 'get_ca_caps', 'pki_operation', 'phase3', 'decrypt'],
  )
  assert.equal(server.connections, 1, 'one connection is kept')
})

test('signs in with HTTP Basic and asks for a profile', async () => {
  await using server = await new Play(cast).start()
  await enroll({ ...options(), url: server.url })
  const [request] = server.received
  const credentials = Buffer.from('anna:pass:word ü').toString('base64')
  assert.equal(request?.headers.authorization, `Basic ${credentials}`)
  assert.equal(request.headers.accept, 'application/x-apple-aspen-config')
  assert.equal(request.target, '/enroll')
})

test('answers in phase 2 as the device, with the challenge and what was asked for', async () => {
  await using server = await new Play(cast).start()
  await enroll({ ...options(), url: server.url })
  const request = server.received[1]
  assert.ok(request)
  const { content, signer, attributes } = verifySignedData(request.body, {
    signedAttributes: 'required',
    hashes: ['sha256'],
  })
  assert.equal(request.headers['content-type'], 'application/pkcs7-signature')
  assert.equal(
    certificateFingerprint(signer.bytes),
    certificateFingerprint(device.identity.certificate.bytes),
  )
  assert.ok(attributes.has('1.2.840.113549.1.9.5'), 'signingTime')
  const { UDID, SERIAL, PRODUCT, VERSION } = device.facts
  assert.deepEqual(Object.fromEntries(expectDict(parsePlist(content))), {
    CHALLENGE: 'challenge of phase 1',
    UDID,
    SERIAL,
    PRODUCT,
    VERSION,
  })
})

test('answers in phase 3 as the certified device, without the challenge', async () => {
  await using server = await new Play(cast).start()
  const outcome = await enroll({ ...options(), url: server.url })
  const request = server.received.at(-1)
  assert.ok(request && outcome.kind === 'configured')
  const { content, signer } = verifySignedData(request.body, {
    signedAttributes: 'required',
    hashes: ['sha256'],
  })
  assert.equal(request.target, '/profile')
  assert.deepEqual(signer.bytes, outcome.identity.identity.certificate.bytes)
  assert.equal(expectDict(parsePlist(content)).has('CHALLENGE'), false)
})

test('enrolls the certificates that the final profile asks for', async () => {
  await using server = await new Play(cast).start((play) => ({
    phase3: (_, identity) => {
      const inner = formatPlist([play.scepPayload({ challenge: 'challenge of the service' })])
      return play.signed(play.encrypted(identity, inner))
    },
  }))
  const outcome = await enroll({ ...options(), url: server.url })
  assert.ok(outcome.kind === 'configured')
  const [service] = outcome.serviceIdentities
  assert.ok(service)
  assert.notDeepEqual(service.key.publicKey, outcome.identity.key.publicKey)
})

test('comes back for the current profile with the identity it has', async () => {
  await using server = await new Play(cast).start()
  const configured = await enroll({ ...options(), url: server.url })
  assert.ok(configured.kind === 'configured')
  const before = server.received.length
  const outcome = await reconfigure(options(), configured)
  assert.equal(outcome.kind, 'configured')
  assert.deepEqual(
    server.received.slice(before).map(({ method, target }) => `${method} ${target}`),
    ['POST /profile'],
  )
})

test('ends redirected where phase 3 is answered with 301', async () => {
  await using server = await new Play(cast).start(() => ({
    phase3: () => ({ status: 301, location: '/enroll' }),
  }))
  const outcome = await enroll({ ...options(), url: server.url })
  assert.deepEqual(outcome, { kind: 'redirected', location: '/enroll' })
})

test('tells no secret in its steps', async () => {
  await using server = await new Play(cast).start()
  const steps: SimStep[] = []
  const onStep = (step: SimStep) => void steps.push(step)
  await enroll({ ...options(), url: server.url, onStep })
  const told = JSON.stringify(steps)
  for (const secret of ['pass:word', 'challenge of phase 1', 'challenge of SCEP', 'PRIVATE']) {
    assert.equal(told.includes(secret), false, secret)
  }
})

test('keeps messages, certificates, keys and the decrypted profile', async () => {
  await using server = await new Play(cast).start()
  await using directory = await temporaryDirectory()
  await enroll({ ...options(), url: server.url, out: directory.path })
  const files = (await readdir(directory.path)).sort()
  assert.deepEqual(files, [
    '01-enroll.response.mobileconfig',
    '02-phase2.request.p7m',
    '02-phase2.response.mobileconfig',
    '03-getcacert.response.p7b',
    '04-getcacaps.response.txt',
    '05-pkioperation.request.p7m',
    '05-pkioperation.response.p7m',
    '06-phase3.request.p7m',
    '06-phase3.response.mobileconfig',
    'device.cert.pem',
    'device.key.pem',
    'final.decrypted.plist',
    'ota.cert.pem',
    'ota.key.pem',
  ])
  for (const file of files) {
    assert.equal((await stat(join(directory.path, file))).mode & 0o777, 0o600, file)
  }
  const profile = await readFile(join(directory.path, 'final.decrypted.plist'))
  assert.ok(expectDict(parsePlist(profile)).has('PayloadContent'))
})

test('stops at once when it is aborted', async () => {
  const controller = new AbortController()
  await using server = await new Play(cast).start(() => ({
    phase1: async () => {
      controller.abort(new Error('enough'))
      return undefined
    },
  }))
  const { signal } = controller
  await assert.rejects(enroll({ ...options(), url: server.url, signal }), { message: 'enough' })
})
