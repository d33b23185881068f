import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { EnrollmentView } from '../../src/http/enrollment-view.ts'
import { getDict, getString } from '../../src/protocol/plist/index.ts'
import { createDevice, PERSONAS, type Persona, type SimStep } from '../../src/sim/index.ts'
import { makeKey } from '../codec/holder.ts'
import { makeDevice, obtainIdentity, openPayloads, postPhase3 } from '../device.ts'
import { dialects } from '../dialect.ts'
import { startTestServer, type TestServer } from '../harness.ts'
import { getEnrollment, listEnrollments } from '../operator.ts'
import { certify } from '../scep-client.ts'
import { formatStop } from '../scripted/device.ts'

const SCEP = 'com.apple.security.scep'
const LEGACY = { WINDFALL_ENROLLMENT__ALLOW_LEGACY: 'true' }

/** What each persona uses of what is accepted for old clients only; its profile asks for a second certificate. */
const USES: Readonly<Record<Persona['name'], Readonly<Record<string, number>>>> = {
  iphone: {},
  ipad: {},
  mac: { 'SHA-1 signature': 2, '3DES envelope': 2 },
  ios12: { 'SHA-1 signature': 2, '3DES envelope': 4 },
  ios4: {
    'SHA-1 signature': 4,
    'SHA-1 request signature': 2,
    '3DES envelope': 2,
    '3DES profile': 1,
  },
  ios3: {
    'SHA-1 signature': 4,
    'SHA-1 request signature': 2,
    '3DES envelope': 2,
    'RSA-1024 key': 2,
    'RSA-1024 signer': 2,
    '3DES profile': 1,
  },
}

interface Played {
  readonly stop: string
  readonly steps: readonly SimStep[]
  readonly view: EnrollmentView
}

const play = async (server: TestServer, persona: Persona): Promise<Played> => {
  const steps: SimStep[] = []
  const outcome = await server.enroll({
    device: await createDevice(server.authority, {}, persona),
    onStep: (step) => void steps.push(step),
  })
  return { stop: formatStop(outcome), steps, view: await getEnrollment(server) }
}

const algorithmsOf = (uses: Readonly<Record<string, number>>): readonly string[] => [
  ...new Set(Object.keys(uses).map((use) => use.split(' ', 1)[0] ?? '')),
]

const isOld = ({ name }: Persona): boolean => name === 'ios4' || name === 'ios3'

for (const dialect of dialects) {
  describe(`on ${dialect.name}`, { skip: dialect.skip }, () => {
    test('the personas of devices since iOS 5 enroll as windfall comes, and their weak algorithms are counted [security S14]', async () => {
      await using place = await dialect.create()
      await using server = await startTestServer({ location: place.location })
      for (const persona of Object.values(PERSONAS).filter((each) => !isOld(each))) {
        const { stop, view } = await play(server, persona)
        assert.equal(stop, 'configured', persona.name)
        assert.deepEqual(view.weakAlgorithmUses, USES[persona.name], persona.name)
        assert.deepEqual(view.weakAlgorithms, algorithmsOf(USES[persona.name]))
        const [summary] = await listEnrollments(server)
        assert.deepEqual(summary?.weakAlgorithms, view.weakAlgorithms)
      }
    })

    test('the personas of devices before iOS 5 are refused as windfall comes, each for the first thing that is not allowed', async () => {
      await using place = await dialect.create()
      await using server = await startTestServer({ location: place.location })
      for (const [persona, stop, step, reason] of [
        [PERSONAS.ios4, 'phase3: response_status', 'phase3_refused', 'legacy_not_allowed'],
        [PERSONAS.ios3, 'pki_operation: scep_failure', 'scep_refused', 'key_rsa_size'],
      ] as const) {
        const played = await play(server, persona)
        assert.equal(played.stop, stop)
        const last = played.view.steps.at(-1)
        assert.deepEqual([last?.code, last?.detail['reason']], [step, reason])
      }
    })

    test('the personas of devices before iOS 5 enroll where legacy is allowed, and their weak algorithms are counted [security S14]', async () => {
      await using place = await dialect.create()
      await using server = await startTestServer({ location: place.location, env: LEGACY })
      for (const persona of Object.values(PERSONAS).filter(isOld)) {
        const { stop, view } = await play(server, persona)
        assert.equal(stop, 'configured', persona.name)
        assert.deepEqual(view.weakAlgorithmUses, USES[persona.name], persona.name)
        assert.deepEqual(
          view.weakAlgorithms.toSorted(),
          algorithmsOf(USES[persona.name]).toSorted(),
        )
      }
    })
  })
}

test('an iPhone of today is not weakened by what is allowed for old ones', async () => {
  await using server = await startTestServer({ env: LEGACY })
  const { stop, steps, view } = await play(server, PERSONAS.iphone)
  assert.equal(stop, 'configured')
  assert.deepEqual(view.weakAlgorithms, [])
  assert.equal(steps.find(({ step }) => step === 'decrypt')?.detail['cipher'], 'aes-256-cbc')
})

test('a device that goes through SCEP twice gets the same certificate twice', async () => {
  await using server = await startTestServer()
  const { stop, steps, view } = await play(server, PERSONAS.ios12)
  assert.equal(stop, 'configured')
  const certificates = steps
    .filter(({ step, detail }) => step === 'pki_operation' && detail['purpose'] === 'ota')
    .map(({ detail }) => detail['certificate'])
  assert.equal(certificates.length, 2)
  assert.deepEqual(certificates[0], certificates[1])
  assert.ok(view.steps.some(({ code }) => code === 'certificate_repeated'))
})

test('an iPhone on iOS 4 that is told the capabilities in the profile asks for none [mission P2.6]', async () => {
  const env = { ...LEGACY, WINDFALL_SCEP__CAPABILITIES_IN_PROFILE: 'true' }
  await using server = await startTestServer({ env })
  const { stop, steps, view } = await play(server, PERSONAS.ios4)
  assert.equal(stop, 'configured')
  assert.equal(steps.filter(({ step }) => step === 'get_ca_caps').length, 0)
  assert.equal(view.steps.filter(({ code }) => code === 'get_ca_caps').length, 0)
})

test('old personas enroll without an RA, and with every key of theirs RSA', async () => {
  const env = {
    ...LEGACY,
    WINDFALL_CA__RA: 'false',
    WINDFALL_CA__KEY_TYPE: 'rsa-2048',
    WINDFALL_SIGNER__KEY_TYPE: 'rsa-2048',
  }
  await using server = await startTestServer({ env })
  for (const persona of [PERSONAS.mac, PERSONAS.ios4, PERSONAS.ios3]) {
    assert.equal((await play(server, persona)).stop, 'configured', persona.name)
  }
})

test('weak algorithms of a second certificate and of a repetition are counted too [security S14]', async () => {
  await using server = await startTestServer()
  const device = makeDevice(server)
  const options = { key: makeKey('rsa-2048') }
  const signer = await obtainIdentity(server, device, options)
  const { body } = await postPhase3(server, device, { signer })
  assert.deepEqual((await getEnrollment(server)).weakAlgorithms, [])

  const payload = openPayloads(body, signer).find((each) => getString(each, 'PayloadType') === SCEP)
  const content = (payload && getDict(payload, 'PayloadContent')) ?? new Map()
  const old = { ...options, cipher: 'des-ede3-cbc' } as const
  await certify(server, content, old)
  const first = await getEnrollment(server)
  assert.deepEqual(first.weakAlgorithms, ['3DES'])
  assert.deepEqual(first.weakAlgorithmUses, { '3DES envelope': 1 })

  await certify(server, content, { ...old, hash: 'sha1' })
  const second = await getEnrollment(server)
  assert.deepEqual(second.weakAlgorithms, ['3DES', 'SHA-1'])
  assert.deepEqual(second.weakAlgorithmUses, { '3DES envelope': 2, 'SHA-1 signature': 1 })
  assert.equal(second.state, 'configured')
})

test('a device whose build says nothing gets AES, also where it signs like an old one', async () => {
  await using server = await startTestServer()
  const device = await createDevice(server.authority, { VERSION: 'unknown' }, PERSONAS.ios4)
  assert.equal(formatStop(await server.enroll({ device })), 'decrypt: envelope_algorithm')
})
