import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { decodeSignedData } from '../../src/protocol/cms/index.ts'
import { decodeCertificate } from '../../src/protocol/x509/index.ts'
import {
  createDevice,
  type Device,
  type DeviceAuthority,
  ensureDeviceAuthority,
  FAULTS,
  Kit,
  playFault,
  type Verdict,
} from '../../src/sim/index.ts'
import { temporaryDirectory } from '../scripted/device.ts'
import { type Cast, makeCast, Play, type Script } from '../scripted/enrollment.ts'

const ACCOUNT = { name: 'anna', password: 'secret' }

let cast: Cast
let authority: DeviceAuthority
let device: Device

before(async () => {
  cast = await makeCast()
  await using directory = await temporaryDirectory()
  authority = await ensureDeviceAuthority(directory.path)
  device = await createDevice(authority)
})

/**
 * Plays faults against a server that serves whoever sends something well-signed, whatever it says, but for `change`.
 * @returns what the kit says of each: the verdict, and the code of what was seen
 */
const judge = async (
  names: readonly string[],
  change: (play: Play) => Partial<Script> = () => ({}),
): Promise<Readonly<Record<string, string>>> => {
  await using server = await new Play(cast).start(change)
  const { url } = server
  const roots = [cast.root.certificate]
  const kit = new Kit({
    url,
    account: ACCOUNT,
    secondAccount: ACCOUNT,
    device,
    authority,
    roots,
    timeoutMs: 2000,
    expire: async () => {},
  })
  const verdicts: Record<string, string> = {}
  for (const name of names) {
    const verdict = await play(kit, name)
    verdicts[name] = verdict.kind === 'failed' ? verdict.code : verdict.kind
  }
  return verdicts
}

const play = async (kit: Kit, name: string): Promise<Verdict> => {
  const fault = FAULTS.find((each) => each.name === name)
  assert(fault !== undefined, name)
  return await playFault(kit, fault)
}

const each = (code: string, names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, code]))

const namesLike = (pattern: RegExp): readonly string[] =>
  FAULTS.map(({ name }) => name).filter((name) => pattern.test(name))

test('a server that hands a profile to anybody fails the faults of phase 2', async () => {
  const names = [
    ...namesLike(/^phase2-challenge-/),
    'self-signed',
    'leaf-as-ca',
    'developer-certificate',
    'entity-expansion',
    'deep-property-list',
  ]
  assert.deepEqual(await judge(names), each('fault_not_refused', names))
})

test('a server that issues for any challenge fails the faults of the certificate request', async () => {
  const names = namesLike(/^scep-challenge-/)
  assert.deepEqual(await judge(names), each('fault_not_refused', names))
})

test('a server that takes every certificate of its CA for the right one fails the faults of phase 3', async () => {
  const names = [
    'phase3-certificate-of-another-enrollment',
    'phase3-udid-changed',
    'phase3-serial-changed',
  ]
  assert.deepEqual(await judge(names), each('fault_not_refused', names))
})

test('a server that answers 500 to what it does not expect fails, although it gives nothing away', async () => {
  const names = ['tampered-content', 'tampered-signature', 'unsigned', 'truncated', 'empty']
  assert.deepEqual(await judge(names), each('fault_server_error', names))
})

test('a server that asks for a password where devices post fails', async () => {
  const verdicts = await judge(['phase2-challenge-wrong'], () => ({
    phase2: () => ({ status: 401 }),
  }))
  assert.deepEqual(verdicts, { 'phase2-challenge-wrong': 'fault_unauthorized' })
})

test('a server that refuses a challenge without a CertRep fails', async () => {
  const verdicts = await judge(['scep-challenge-absent'], () => ({
    certificate: () => ({ status: 403 }),
  }))
  assert.deepEqual(verdicts, { 'scep-challenge-absent': 'fault_no_reply' })
})

test('a server that refuses everybody after the first wrong message fails', async () => {
  let messages = 0
  const verdicts = await judge(['phase2-challenge-absent'], () => ({
    phase2: () => ({ status: 400 + messages++ }),
  }))
  assert.deepEqual(verdicts, { 'phase2-challenge-absent': 'response_status' })
  assert.equal(messages, 2)
})

test('a server that hides a profile in its refusal fails', async () => {
  const verdicts = await judge(['phase2-challenge-wrong'], (play) => ({
    phase2: async () => ({ ...(await play.signed(play.configuration())), status: 403 }),
  }))
  assert.deepEqual(verdicts, { 'phase2-challenge-wrong': 'fault_not_refused' })
})

test('a server that does not answer fails', async () => {
  const verdicts = await judge(['phase2-challenge-wrong'], () => ({
    phase2: async () => undefined,
  }))
  assert.deepEqual(verdicts, { 'phase2-challenge-wrong': 'timed_out' })
})

test('a server that certifies the same request twice fails, and so does one that mints a second challenge', async () => {
  let minted = 0
  const verdicts = await judge(['duplicate-phase2', 'duplicate-pki-operation'], (play) => ({
    phase2: () =>
      play.signed(play.configuration([play.scepPayload({ challenge: `challenge ${minted++}` })])),
  }))
  const names = ['duplicate-phase2', 'duplicate-pki-operation']
  assert.deepEqual(verdicts, each('fault_not_repeated', names))
})

test('a server that makes addresses of the headers fails', async () => {
  const urlOf = (host: string | string[] | undefined): string => `https://${host}/profile`
  const byHost = await judge(['hostile-host'], (play) => ({
    phase1: ({ headers }) => play.signed(play.profileService({ url: urlOf(headers.host) })),
  }))
  const byForwarded = await judge(['hostile-forwarded-host'], (play) => ({
    phase1: ({ headers }) =>
      play.signed(play.profileService({ url: urlOf(headers['x-forwarded-host'] ?? headers.host) })),
  }))
  assert.deepEqual(
    { ...byHost, ...byForwarded },
    each('fault_foreign_address', ['hostile-host', 'hostile-forwarded-host']),
  )
})

test('a server that answers nothing twice fails where an answer is lost', async () => {
  const onPhase2 = await judge(['drop-after-phase2'], (play) => {
    let answers = 0
    return {
      phase2: () => (answers++ === 0 ? play.signed(play.configuration()) : { status: 403 }),
    }
  })
  const onScep = await judge(['drop-after-pki-operation'], (play) => {
    const keys = new Set<string>()
    return {
      certificate: async (request) => {
        const { bytes, fingerprint } = request.certificateRequest.publicKey
        if (keys.has(fingerprint)) return { status: 403 }
        keys.add(fingerprint)
        return await play.reply(request, await play.issue(bytes))
      },
    }
  })
  assert.deepEqual(
    { ...onPhase2, ...onScep },
    each('response_status', ['drop-after-phase2', 'drop-after-pki-operation']),
  )
})

test('a server that believes the dates of a certificate made for one message fails', async () => {
  const verdicts = await judge(['clock-a-day-slow', 'clock-a-day-fast'], (play) => ({
    certificate: async (request) => {
      const { signer, certificateRequest } = request
      return Date.now() < signer.notBefore
        ? { status: 403 }
        : await play.reply(request, await play.issue(certificateRequest.publicKey.bytes))
    },
  }))
  assert.deepEqual(verdicts, {
    'clock-a-day-slow': 'passed',
    'clock-a-day-fast': 'response_status',
  })
})

test('a server that encrypts to what comes first in the bag fails', async () => {
  const verdicts = await judge(['extra-certificates'], (play) => ({
    phase3: ({ body }) => {
      const [first] = decodeSignedData(body).certificates
      assert(first !== undefined)
      return play.signed(play.encrypted(decodeCertificate(first.bytes)))
    },
  }))
  assert.deepEqual(verdicts, { 'extra-certificates': 'envelope_recipient' })
})

test('a server that forgives lost answers, slowness and wrong clocks passes, whatever else it lets through', async () => {
  const names = [
    ...namesLike(/^drop-/),
    'slow-body',
    'duplicate-phase3',
    'clock-a-day-slow',
    'clock-a-day-fast',
    'hostile-host',
  ]
  assert.deepEqual(await judge(names), each('passed', names))
})

test('what cannot be played says what is missing', async () => {
  await using server = await new Play(cast).start((play) => ({
    phase1: () => play.signed(play.profileService({ deviceAttributes: ['UDID'] })),
  }))
  const { url } = server
  const kit = new Kit({ url, account: ACCOUNT, device, roots: [cast.root.certificate] })
  const expected = {
    'phase2-challenge-expired':
      "it needs time to pass: more than the life of the server's challenges",
    'scep-challenge-replayed': 'it needs the CA of the devices, to make another one',
    'phase2-challenge-of-another-person': 'it needs a second account',
    'developer-certificate': 'it needs the CA of the devices, to make another one',
    'phase3-certificate-of-another-purpose': 'the final profile asks for no further certificate',
    'phase3-serial-changed': 'the server does not ask for SERIAL',
  }
  for (const [name, message] of Object.entries(expected)) {
    assert.deepEqual(await play(kit, name), { kind: 'not-applicable', message }, name)
  }
})
