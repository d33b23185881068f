import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { getString, type PlistDict } from '../../src/protocol/plist/index.ts'
import { type Holder, makeKey } from '../codec/holder.ts'
import {
  makeDevice,
  offeredChallenge,
  openProfile,
  postPhase2,
  postPhase3,
  refusalOf,
  scepPayloadOf,
  type TestDevice,
} from '../device.ts'
import { dialects } from '../dialect.ts'
import { changeFlow, listDevices, makeFlow, templateNamed } from '../flow.ts'
import { ACCOUNT, startTestServer, type TestServer } from '../harness.ts'
import { getEnrollment } from '../operator.ts'
import { certify } from '../scep-client.ts'

// Devices go through the phases by several flows at once, in any order, while the flows change. What each gets is what
// its own flow chooses at that moment.

const FLOWS = ['one', 'two', 'default'] as const
type FlowName = (typeof FLOWS)[number]

/** What a flow chooses, as far as it shows. */
interface Choices {
  readonly days: number
  readonly template: string
  readonly isListed: boolean
}

interface Journey {
  readonly flow: FlowName
  readonly device: TestDevice
  challenge: string
  payload?: PlistDict
  signer?: Holder
  state: 'offered' | 'identified' | 'certified' | 'configured' | 'refused'
}

type Move =
  | { readonly kind: 'begin'; readonly flow: FlowName; readonly isOnLists: boolean }
  | { readonly kind: 'go'; readonly which: number }
  | { readonly kind: 'change'; readonly flow: 'one' | 'two'; readonly to: Choices }

const TEMPLATES = new Map(['red', 'green', 'blue'].map((name) => [name, templateNamed(name)]))

const choices: fc.Arbitrary<Choices> = fc.record({
  days: fc.constantFrom(5, 50, 500),
  template: fc.constantFrom(...TEMPLATES.keys()),
  isListed: fc.boolean(),
})

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 3, arbitrary: begin() },
  { weight: 9, arbitrary: fc.record({ kind: fc.constant('go'), which: fc.nat(7) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('change'),
      flow: fc.constantFrom('one', 'two'),
      to: choices,
    }),
  },
)

function begin(): fc.Arbitrary<Move> {
  return fc.record({
    kind: fc.constant('begin'),
    flow: fc.constantFrom(...FLOWS),
    isOnLists: fc.boolean(),
  })
}

const toRequest = ({ days, template, isListed }: Choices) => ({
  certificateDays: days,
  template: TEMPLATES.get(template),
  requires: isListed ? 'both' : 'person',
})

const key = makeKey('rsa-2048')

for (const dialect of dialects) {
  test(`[mission H6] flows never mix, whatever happens in whatever order (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using server = await startTestServer({ location: place.location })
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 12, maxLength: 24 }), async (moves) => {
        await play(server, `${run++}`, moves)
      }),
      { numRuns: 12 },
    )
  })
}

const START: Choices = { days: 100, template: 'red', isListed: false }
const DEFAULT: Choices = { days: 365, template: 'configuration', isListed: false }

const play = async (server: TestServer, run: string, moves: readonly Move[]): Promise<void> => {
  const model = new Map<FlowName, Choices>([['default', DEFAULT]])
  const names = { one: `one-${run}`, two: `two-${run}`, default: 'default' } as const
  for (const flow of ['one', 'two'] as const) {
    await makeFlow(server, names[flow], { ...toRequest(START), requires: 'both' })
    model.set(flow, { ...START, isListed: true })
  }
  const journeys: Journey[] = []
  const onLists = new Set<TestDevice>()
  for (const each of moves) {
    switch (each.kind) {
      case 'begin': {
        const device = makeDevice(server)
        if (each.isOnLists) {
          // A list can only be filled where it is asked for: before its flow asks for persons alone.
          const { flow } = each
          if (flow !== 'default' && model.get(flow)?.isListed === true) {
            await listDevices(server, names[flow], [device, ACCOUNT.name])
            onLists.add(device)
          }
        }
        const path = `/e/${names[each.flow]}`
        const challenge = await offeredChallenge(server, ACCOUNT, path)
        journeys.push({ flow: each.flow, device, challenge, state: 'offered' })
        break
      }
      case 'change':
        await changeFlow(server, names[each.flow], toRequest(each.to))
        model.set(each.flow, each.to)
        break
      case 'go': {
        const journey = journeys[each.which % Math.max(journeys.length, 1)]
        const chosen = journey && model.get(journey.flow)
        if (journey === undefined || chosen === undefined) break
        const isAllowed = !chosen.isListed || onLists.has(journey.device)
        await go(server, journey, { chosen, isAllowed })
        break
      }
      default:
        each satisfies never
    }
  }
}

interface Expected {
  readonly chosen: Choices
  readonly isAllowed: boolean
}

/** The next message of a device, and what must come of it. */
const go = async (
  server: TestServer,
  journey: Journey,
  { chosen, isAllowed }: Expected,
): Promise<void> => {
  const { device, challenge } = journey
  switch (journey.state) {
    case 'offered': {
      const answer = await postPhase2(server, device, { challenge })
      if (answer.status !== 200) {
        assert.equal(refusalOf(answer), '403 device_not_listed')
        journey.state = 'refused'
      } else {
        journey.payload = scepPayloadOf(answer.body)
        journey.state = 'identified'
      }
      assert.equal(journey.state, isAllowed ? 'identified' : 'refused')
      return
    }
    case 'identified': {
      if (journey.payload === undefined) return
      journey.signer = await certify(server, journey.payload, { key })
      const { validToDate } = new X509Certificate(journey.signer.certificate.bytes)
      const days = Math.round((validToDate.getTime() - server.clock.now()) / 86_400_000)
      assert.equal(days, chosen.days)
      journey.state = 'certified'
      return
    }
    case 'certified':
    case 'configured': {
      if (journey.signer === undefined || journey.payload === undefined) return
      const answer = await postPhase3(server, device, { signer: journey.signer })
      if (answer.status !== 200) {
        assert.equal(refusalOf(answer), '403 device_not_listed')
        journey.state = 'refused'
        assert.equal(isAllowed, false)
        return
      }
      const identifier = getString(openProfile(answer.body), 'PayloadIdentifier') ?? ''
      assert.deepEqual([isAllowed, identifier.split('.').at(-1)], [true, chosen.template])
      const { flow } = await getEnrollment(server, getString(journey.payload, 'Name') ?? '')
      assert.ok(flow.startsWith(journey.flow))
      journey.state = 'configured'
      return
    }
    case 'refused':
      assert.equal((await postPhase2(server, device, { challenge })).status, 403)
      return
    default:
      journey.state satisfies never
  }
}
