import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { getString } from '../../src/protocol/plist/index.ts'
import { type Holder, makeHolder, makeKey } from '../codec/holder.ts'
import { makeDevice, postPhase2, postPhase3, scepPayloadOf, type TestDevice } from '../device.ts'
import { issuedTo, postScep, readReply } from '../scep-client.ts'
import { ask, offer, openScene, rowsOf, type Scene } from './scene.ts'

const holders = [
  makeHolder({ key: makeKey('rsa-2048') }),
  makeHolder({ key: makeKey('rsa-2048') }),
] as const

/** One message: which of two devices sends it, in which of two enrollments, with which of two keys. */
interface Move {
  readonly kind: 'phase2' | 'scep' | 'phase3'
  readonly device: 0 | 1
  readonly enrollment: 0 | 1
  readonly key: 0 | 1
}

const either = fc.constantFrom(0 as const, 1 as const)
const move: fc.Arbitrary<Move> = fc.record({
  kind: fc.constantFrom('phase2', 'scep', 'phase3'),
  device: either,
  enrollment: either,
  key: either,
})

/** What the model knows of an enrollment, and what a device was given in it. */
interface Known {
  readonly offered: string
  device?: number
  challenge?: string | undefined
  key?: number
  holder?: Holder
  isConfigured?: boolean
}

/** Plays a move; returns whether it was granted, and asserts that it had to be. */
const play = async (
  scene: Scene,
  { kind, device, key }: Move,
  {
    known,
    devices,
  }: { readonly known: Known; readonly devices: readonly [TestDevice, TestDevice] },
): Promise<boolean> => {
  switch (kind) {
    case 'phase2': {
      const isDue = known.device === undefined || (known.device === device && !known.isConfigured)
      const answer = await postPhase2(scene.wire, devices[device], { challenge: known.offered })
      assert.equal(answer.status, isDue ? 200 : 403)
      if (!isDue) return false
      known.device = device
      const challenge = getString(scepPayloadOf(answer.body), 'Challenge')
      assert.equal(challenge, known.challenge ?? challenge)
      known.challenge = challenge
      return true
    }
    case 'scep': {
      const isDue = known.challenge !== undefined && (known.key === undefined || known.key === key)
      const challenge = known.challenge ?? known.offered
      const request = ask(scene, { key: holders[key].key, signer: holders[key], challenge })
      const answer = await postScep(scene.wire, request)
      assert.equal(readReply(request, answer).kind, isDue ? 'success' : 'failure')
      if (!isDue) return false
      const holder = issuedTo(request, answer)
      assert.deepEqual(holder.certificate.bytes, (known.holder ?? holder).certificate.bytes)
      known.key = key
      known.holder = holder
      return true
    }
    case 'phase3': {
      const isDue = known.holder !== undefined && known.device === device
      const signer = known.holder ?? holders[key]
      const { status } = await postPhase3(scene.wire, devices[device], { signer })
      assert.equal(status, isDue ? 200 : 403)
      if (isDue) known.isConfigured = true
      return isDue
    }
    default:
      return kind satisfies never
  }
}

const RUNS = 80

test(`${RUNS} sequences of messages of two devices in two enrollments: only phase 2, SCEP and phase 3 in this order, of one device, deliver a profile [security O3 O2 S1]`, {
  timeout: 60_000,
}, async () => {
  await using scene = await openScene()
  let granted = 0
  let denied = 0
  let delivered = 0
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 6, maxLength: 20 }), async (moves) => {
      const devices = [makeDevice(scene.server), makeDevice(scene.server)] as const
      const enrollments = [await offer(scene), await offer(scene)] as const
      const known = enrollments.map(({ challenge }): Known => ({ offered: challenge }))
      for (const each of moves) {
        const isGranted = await play(scene, each, {
          known: known[each.enrollment] ?? assert.fail(),
          devices,
        })
        if (isGranted) granted++
        else denied++
      }
      const states = new Map(
        (await rowsOf(scene.db, 'enrollment')).map((row) => [row['id'], row['state']]),
      )
      for (const [index, { id }] of enrollments.entries()) {
        const { isConfigured, holder, device } = known[index] ?? assert.fail()
        const state = isConfigured
          ? 'configured'
          : holder
            ? 'certified'
            : device === undefined
              ? 'offered'
              : 'identified'
        assert.equal(states.get(id), state)
        if (isConfigured) delivered++
      }
    }),
    { numRuns: RUNS, seed: 3 },
  )
  // The sequences went deep enough to mean something.
  assert(granted > 300 && denied > 300 && delivered > 20, `${granted} ${denied} ${delivered}`)
})
