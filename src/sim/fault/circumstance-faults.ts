import { formatPlist } from '../../protocol/plist/index.ts'
import { refuse } from '../sim-error.ts'
import { phase2, phase3, pkiOperation } from './draft.ts'
import type { Fault } from './fault.ts'
import { expectNoServerError } from './judge.ts'
import type { Handling } from './line.ts'
import { expectServed } from './served.ts'

const A_DAY = 86_400_000

const withClock =
  (skew: number): Fault['play'] =>
  async (kit) => {
    using walk = kit.begin({ skew })
    for (const place of [phase2, pkiOperation, phase3]) {
      const draft = await place(walk)
      await expectServed(walk.session, draft, await draft.sign(draft.content))
    }
    await kit.finish(walk)
  }

// RFC 2606 and RFC 5737: nobody's name, and nobody's address.
const HOST = 'attacker.invalid'
const ADDRESS = '192.0.2.66'

const expectNoTrace = (bytes: Uint8Array): void => {
  for (const trace of [HOST, ADDRESS]) {
    if (Buffer.from(bytes).includes(trace)) {
      throw refuse('fault_foreign_address', `${trace}, named in a header, is in an answer`)
    }
  }
}

/** Sends every request with the headers. Where that is refused, the device asks once more without them. */
const withHeaders =
  (headers: Readonly<Record<string, string>>): Handling =>
  async (request, transport) => {
    const sent = { ...request, headers: { ...request.headers, ...headers } }
    const answer = await transport.send(sent)
    expectNoServerError(request.url.pathname, answer)
    expectNoTrace(Buffer.concat([Buffer.from(answer.location ?? ''), answer.body]))
    return answer.status < 400 ? answer : await transport.send(request)
  }

const hostile =
  (headers: Readonly<Record<string, string>>): Fault['play'] =>
  async (kit) => {
    using walk = kit.begin()
    walk.line.handling = withHeaders(headers)
    const profile = await kit.finish(walk)
    expectNoTrace(formatPlist(profile))
  }

const TRACELESS = 'Refuses the request, or serves it with the addresses of its configuration alone.'

export const CIRCUMSTANCE_FAULTS: readonly Fault[] = [
  {
    name: 'clock-a-day-slow',
    title: "The device's clock is a day behind: signing times and its own certificates say so",
    expects: 'Serves the device, because the times that it writes are its own.',
    source: 'RFC 8894 §2.3, S12',
    play: withClock(-A_DAY),
  },
  {
    name: 'clock-a-day-fast',
    title: "The device's clock is a day ahead: signing times and its own certificates say so",
    expects: 'Serves the device, because the times that it writes are its own.',
    source: 'RFC 8894 §2.3, S12',
    play: withClock(A_DAY),
  },
  {
    name: 'hostile-host',
    title: 'Every request names another server in Host',
    expects: TRACELESS,
    source: 'O5',
    play: hostile({ host: HOST }),
  },
  {
    name: 'hostile-forwarded-host',
    title: 'Every request names another server in X-Forwarded-Host',
    expects: TRACELESS,
    source: 'O5',
    play: hostile({
      'x-forwarded-host': HOST,
      'x-forwarded-server': HOST,
      'x-forwarded-proto': 'http',
      'x-forwarded-port': '1',
    }),
  },
  {
    name: 'hostile-forwarded',
    title: 'Every request names another server in Forwarded',
    expects: TRACELESS,
    source: 'RFC 7239, O5',
    play: hostile({ forwarded: `for=${ADDRESS};host=${HOST};proto=http` }),
  },
  {
    name: 'hostile-forwarded-for',
    title: 'Every request claims another origin in X-Forwarded-For and X-Real-IP',
    expects: TRACELESS,
    source: 'O5, W3',
    play: hostile({ 'x-forwarded-for': ADDRESS, 'x-real-ip': ADDRESS }),
  },
]
