import { setTimeout } from 'node:timers/promises'
import { refuse, SimError } from '../sim-error.ts'
import type { WriteBody } from '../transport.ts'
import { type Place, phase2, phase3, pkiOperation } from './draft.ts'
import { EXCHANGES, type Exchange } from './exchange.ts'
import type { Fault } from './fault.ts'
import type { Kit } from './kit.ts'
import type { Handling } from './line.ts'
import { expectServed } from './served.ts'
import type { Walk } from './walk.ts'

const POSTS = EXCHANGES.filter(({ isPost }) => isPost)

const cut = (cause?: unknown): SimError =>
  new SimError('unreachable', 'fault_cut', 'the connection is cut', { cause })

/** Sends with `write`, which hangs up, and takes no answer. */
const hangUp =
  (write: WriteBody): Handling =>
  async (request, transport) => {
    try {
      await transport.send(request, write)
    } catch (error) {
      if (!(error instanceof SimError) || error.kind !== 'unreachable') throw error
      throw cut(error)
    }
    throw cut()
  }

const beforeTheAnswer = hangUp((outgoing, body) => {
  outgoing.end(body, () => outgoing.destroy())
})

const afterTheAnswer: Handling = async (request, transport) => {
  await transport.send(request)
  throw cut()
}

const amidTheBody = hangUp((outgoing, body = new Uint8Array()) => {
  outgoing.write(body.subarray(0, body.length >> 1), () => outgoing.destroy())
})

/** Makes an exchange whose connection is cut, as often as it is tried. */
const drop = async (walk: Walk, { approach, make }: Exchange, handling: Handling) => {
  await approach(walk)
  walk.line.handling = handling
  try {
    await make(walk)
  } catch (error) {
    if (!(error instanceof SimError) || error.code !== 'fault_cut') throw error
  }
  walk.line.handling = undefined
  walk.line.reconnect()
}

const dropped =
  (exchanges: readonly Exchange[], handling: Handling): Fault['play'] =>
  async (kit) => {
    using walk = kit.begin()
    for (const exchange of exchanges) await drop(walk, exchange, handling)
    await kit.finish(walk)
  }

/** While one body hangs half-way, somebody else signs in; then the rest comes in small pieces. */
const trickle =
  (kit: Kit): Handling =>
  async (request, transport) =>
    await transport.send(request, async (outgoing, body = new Uint8Array()) => {
      const half = body.length >> 1
      outgoing.write(body.subarray(0, half))
      using other = kit.begin()
      await other.service()
      for (let at = half; at < body.length; at += 100) {
        outgoing.write(body.subarray(at, at + 100))
        await setTimeout(1)
      }
      outgoing.end()
    })

const playSlowBody: Fault['play'] = async (kit) => {
  using walk = kit.begin()
  for (const { approach, make } of POSTS) {
    await approach(walk)
    walk.line.handling = trickle(kit)
    await make(walk)
    walk.line.handling = undefined
  }
  await kit.finish(walk)
}

const duplicated =
  (place: Place): Fault['play'] =>
  async (kit) => {
    using walk = kit.begin()
    const draft = await place(walk)
    const message = await draft.sign(draft.content)
    const answers = await Promise.all(
      [message, message].map((each) => expectServed(walk.session, draft, each)),
    )
    const again = await expectServed(walk.session, draft, message)
    if (new Set([...answers, again]).size > 1) {
      throw refuse('fault_not_repeated', `${draft.name} was answered differently the second time`)
    }
    await kit.finish(walk)
  }

const DROPS: readonly Fault[] = EXCHANGES.flatMap((exchange) => {
  const { name, title } = exchange
  const expects =
    name === 'pki-operation'
      ? 'Answers the same key and challenge again with the same certificate.'
      : 'Answers the same message again, and the device comes to its end.'
  const source = name === 'pki-operation' ? 'RFC 8894 §7.4, S5' : 'O2, S5'
  return [
    {
      name: `drop-before-${name}`,
      title: `The connection is cut when ${title} is sent, before its answer comes`,
      expects,
      source,
      play: dropped([exchange], beforeTheAnswer),
    },
    {
      name: `drop-after-${name}`,
      title: `The connection is cut when ${title} is answered, and the answer is lost`,
      expects,
      source,
      play: dropped([exchange], afterTheAnswer),
    },
  ]
})

export const NETWORK_FAULTS: readonly Fault[] = [
  ...DROPS,
  {
    name: 'drop-amid-body',
    title: 'The connection is cut in the middle of a message',
    expects: 'Forgets what did not come whole, and answers the next attempt.',
    source: 'W7, S5',
    play: dropped(POSTS, amidTheBody),
  },
  {
    name: 'slow-body',
    title: 'A message comes in small pieces with pauses',
    expects: 'Serves others meanwhile, and the slow one when it is whole.',
    source: 'W7',
    play: playSlowBody,
  },
  {
    name: 'duplicate-phase2',
    title: 'The POST of phase 2 comes twice at once, and again',
    expects: 'Answers each time with the same SCEP challenge, and mints no second one.',
    source: 'O2',
    play: duplicated(phase2),
  },
  {
    name: 'duplicate-pki-operation',
    title: 'The PKIOperation comes twice at once, and again',
    expects: 'Answers each time with the same certificate.',
    source: 'RFC 8894 §7.4, S4, S5',
    play: duplicated(pkiOperation),
  },
  {
    name: 'duplicate-phase3',
    title: 'The POST of phase 3 comes twice at once, and again',
    expects: 'Answers with the profile each time, or sends the device to the beginning.',
    source: 'P3.7, O2',
    play: duplicated(phase3),
  },
]
