import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { enrollWith, formatStop, makeDevice } from '../../test/scripted/device.ts'
import {
  CA_EXTENSIONS,
  type Cast,
  makeCast,
  type Play,
  type Script,
} from '../../test/scripted/enrollment.ts'
import { makeHolder } from '../../test/scripted/holder.ts'
import { formatPlist, type PlistDict } from '../protocol/plist/index.ts'
import { keyUsage } from '../protocol/x509/index.ts'
import type { Device } from './device.ts'

let cast: Cast
let device: Device

before(async () => {
  cast = await makeCast()
  device = await makeDevice()
})

const stop = async (change: (play: Play) => Partial<Script>): Promise<string> =>
  formatStop(await enrollWith(cast, device, change))

const without = (profile: PlistDict, key: string): PlistDict =>
  new Map([...profile].filter(([name]) => name !== key))

const signing = [keyUsage('digitalSignature')]

test('ends as a refused sign-in where the server answers 401', async () => {
  const outcome = await enrollWith(cast, device, () => ({ phase1: () => ({ status: 401 }) }))
  assert.ok(outcome.kind === 'failed')
  assert.deepEqual([outcome.reason, outcome.code], ['sign-in-refused', 'sign_in_refused'])
})

test('names the status and the text of any other refusal', async () => {
  const phase2 = () => ({ status: 403, body: 'wrong\u001b[2J challenge' })
  const outcome = await enrollWith(cast, device, () => ({ phase2 }))
  assert.ok(outcome.kind === 'failed')
  assert.equal(formatStop(outcome), 'phase2: response_status')
  assert.equal(outcome.message, 'the server answered 403: wrong [2J challenge')
  assert.deepEqual(outcome.detail, { status: 403 })
})

test('takes no profile of another media type', async () => {
  const phase1 = (play: Play) => async () => ({
    ...(await play.signed(play.profileService())),
    type: 'application/octet-stream',
  })
  assert.equal(await stop((play) => ({ phase1: phase1(play) })), 'sign_in: response_type')
})

test('takes no unsigned profile', async () => {
  const change = (play: Play): Partial<Script> => ({
    phase1: () => ({
      type: 'application/x-apple-aspen-config',
      body: formatPlist(play.profileService()),
    }),
  })
  assert.equal(await stop(change), 'sign_in: profile_unsigned')
})

test('takes no profile that was changed after it was signed', async () => {
  const change = (play: Play): Partial<Script> => ({
    phase1: async () => {
      const answer = await play.signed(play.profileService())
      const body = Buffer.from(answer.body ?? '')
      body.write('f', body.indexOf('example.enroll'))
      return { ...answer, body }
    },
  })
  assert.equal(await stop(change), 'sign_in: cms_message_digest')
})

test('takes no profile of a signer without a path to a trusted root', async () => {
  const stranger = await makeHolder({ name: 'Stranger', extensions: signing })
  const change = (play: Play): Partial<Script> => ({
    phase1: () => play.signed(play.profileService(), stranger),
  })
  assert.equal(await stop(change), 'sign_in: signer_no_path')
})

test('takes no profile of a signer whose issuer only has the name of the root', async () => {
  const impostor = await makeHolder({
    name: 'Root',
    extensions: CA_EXTENSIONS,
  })
  const signer = await makeHolder({ name: 'Profiles', issuer: impostor, extensions: signing })
  const change = (play: Play): Partial<Script> => ({
    phase1: () => play.signed(play.profileService(), signer),
  })
  assert.equal(await stop(change), 'sign_in: signer_signature')
})

test('takes no profile of a signer whose issuer is no CA', async () => {
  const signer = await makeHolder({ name: 'Leaf', issuer: cast.profileSigner, extensions: signing })
  const change = (play: Play): Partial<Script> => ({
    phase1: () => play.signed(play.profileService(), signer),
  })
  assert.equal(await stop(change), 'sign_in: signer_issuer_not_ca')
})

test('takes no profile of a signer whose certificate has expired', async () => {
  const notAfter = Date.now() - 1000
  const signer = await makeHolder({ name: 'Old', issuer: cast.root, extensions: signing, notAfter })
  const change = (play: Play): Partial<Script> => ({
    phase1: () => play.signed(play.profileService(), signer),
  })
  assert.equal(await stop(change), 'sign_in: signer_expired')
})

test('takes a signer below an intermediate CA that the message brings', async () => {
  const signer = await makeHolder({ name: 'Below', issuer: cast.issuing, extensions: signing })
  const change = (play: Play): Partial<Script> => ({
    phase1: () => play.signed(play.profileService(), signer),
    phase2: () => ({ status: 400 }),
  })
  assert.equal(await stop(change), 'phase2: response_status')
})

test('takes no profile of another signer than in the phase before', async () => {
  const other = await makeHolder({ name: 'Profiles', issuer: cast.root, extensions: signing })
  const change = (play: Play): Partial<Script> => ({
    phase2: () => play.signed(play.configuration(), other),
  })
  assert.equal(await stop(change), 'phase2: signer_changed')
})

test('takes only a Profile Service in phase 1', async () => {
  const change = (play: Play): Partial<Script> => ({
    phase1: () => play.signed(play.configuration()),
  })
  assert.equal(await stop(change), 'sign_in: payload_type')
})

test('needs every key of a Profile Service', async () => {
  for (const key of ['PayloadIdentifier', 'PayloadUUID', 'PayloadContent']) {
    const change = (play: Play): Partial<Script> => ({
      phase1: () => play.signed(without(play.profileService(), key)),
    })
    assert.equal(await stop(change), 'sign_in: payload_key_missing', key)
  }
})

test('sends nothing of itself over plain HTTP', async () => {
  const change = (play: Play): Partial<Script> => ({
    phase1: () => play.signed(play.profileService({ url: play.url.replace('https', 'http') })),
  })
  assert.equal(await stop(change), 'sign_in: profile_url')
})

test('takes no configuration with a UUID that comes twice', async () => {
  const change = (play: Play): Partial<Script> => ({
    phase2: () => play.signed(play.configuration([play.scepPayload(), play.scepPayload()])),
  })
  assert.equal(await stop(change), 'phase2: payload_duplicate')
})

test('needs one SCEP payload in phase 2', async () => {
  const change = (play: Play): Partial<Script> => ({
    phase2: () => play.signed(play.configuration([])),
  })
  assert.equal(await stop(change), 'phase2: scep_payload_count')
})
