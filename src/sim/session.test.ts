import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { enrollWith, formatStop, makeDevice } from '../../test/scripted/device.ts'
import {
  type Cast,
  caCertificates,
  makeCast,
  Play,
  type Script,
} from '../../test/scripted/enrollment.ts'
import type { Received } from '../../test/scripted/server.ts'
import { formatCapabilities } from '../protocol/scep/index.ts'
import type { Device } from './device.ts'
import { enroll } from './enroll.ts'
import type { SimStep, StepCode } from './step.ts'

let cast: Cast
let device: Device

before(async () => {
  cast = await makeCast()
  device = await makeDevice()
})

const STEPS = [
  'sign_in',
  'phase2',
  'get_ca_cert',
  'get_ca_caps',
  'pki_operation',
  'phase3',
] as const satisfies readonly StepCode[]

/** An honest server to which connections are lost, as long as `isLost` says so, before one of its answers. */
const losing: Readonly<
  Record<(typeof STEPS)[number], (play: Play, isLost: () => boolean) => Partial<Script>>
> = {
  sign_in: (play, isLost) => ({
    phase1: () => (isLost() ? 'drop' : play.signed(play.profileService())),
  }),
  phase2: (play, isLost) => ({
    phase2: () => (isLost() ? 'drop' : play.signed(play.configuration())),
  }),
  get_ca_cert: ({ cast: { ra, issuing } }, isLost) => ({
    caCertificates: () => (isLost() ? 'drop' : caCertificates(ra, issuing)),
  }),
  get_ca_caps: (_, isLost) => ({
    capabilities: () => (isLost() ? 'drop' : { body: formatCapabilities() }),
  }),
  pki_operation: (play, isLost) => ({
    certificate: async (request) => {
      const issued = await play.issue(request.certificateRequest.publicKey.bytes)
      return isLost() ? 'drop' : await play.reply(request, issued)
    },
  }),
  phase3: (play, isLost) => ({
    phase3: (_, recipient) => (isLost() ? 'drop' : play.signed(play.encrypted(recipient))),
  }),
}

const walk = async (change: (play: Play) => Partial<Script>) => {
  await using server = await new Play(cast).start(change)
  const steps: SimStep[] = []
  const outcome = await enroll({
    url: server.url,
    account: { name: 'anna', password: 'secret' },
    device,
    roots: [cast.root.certificate],
    onStep: (step) => void steps.push(step),
  })
  return { outcome, steps, received: server.received }
}

/** How many messages are the same, byte for byte, as the one before them. */
const repeated = (received: readonly Received[]): number =>
  received.filter(
    ({ target, body }, index) =>
      target === received[index - 1]?.target &&
      Buffer.compare(body, received[index - 1]?.body ?? new Uint8Array()) === 0,
  ).length

for (const step of STEPS) {
  test(`sends the same again where the answer of ${step} is lost, and goes on`, async () => {
    let lost = 0
    const { outcome, steps, received } = await walk((play) => losing[step](play, () => ++lost <= 2))
    assert.equal(outcome.kind, 'configured')
    assert.equal(repeated(received), 2)
    const repetitions = steps.filter((each) => each.repetitions !== undefined)
    assert.deepEqual(
      repetitions.map((each) => [each.step, each.repetitions]),
      [[step, 2]],
    )
  })

  test(`gives up where the answer of ${step} is lost three times`, async () => {
    const { outcome, received } = await walk((play) => losing[step](play, () => true))
    assert.equal(formatStop(outcome), `${step}: connection_lost`)
    assert.equal(repeated(received), 2)
  })
}

test('does not ask again where nobody answers, but for what the CA can do', async () => {
  let asked = 0
  const change = (): Partial<Script> => ({
    caCertificates: () => {
      asked++
      return undefined
    },
  })
  const outcome = await enrollWith(cast, device, change, { timeoutMs: 500 })
  assert.equal(formatStop(outcome), 'get_ca_cert: timed_out')
  assert.equal(asked, 1)
})

test('does not ask again after a refusal', async () => {
  const { outcome, received } = await walk(() => ({ phase2: () => ({ status: 503 }) }))
  assert.equal(formatStop(outcome), 'phase2: response_status')
  assert.equal(repeated(received), 0)
})
