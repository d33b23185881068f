import { BUILT_SERVER, type Child, makeData, P256_WITH_RA, startChild } from './child.ts'
import { readMemoryMb } from './cpu.ts'
import { IN_FLIGHT, inFlight, Peer } from './exchange.ts'
import { watchHealth } from './health.ts'
import type { RsaKey } from './key.ts'
import { fetchResponder, makeStaticRequests, sendRequest } from './load.ts'
import { p99, runOpenLoop, type Sent, withStatus } from './open-loop.ts'
import type { Row } from './report.ts'
import { openSlowSockets } from './slow-socket.ts'
import { memoryRow } from './start.ts'

export interface LoadOptions {
  /** Seconds of each open loop. */
  readonly seconds: number
  readonly slowSockets: number
}

const WARM_UP = 2000
/** As many as wait and are worked on at once, and more. */
const CAPACITY_IN_FLIGHT = 4 * IN_FLIGHT
const CAPACITY_COUNT = 3000
const NORMAL = 0.7
const TIMES = 10
/** Enough that one is at hand for every arrival while others are under way. */
const SPARE = 5000
const CONNECTIONS = 1000
const RECOVERY_SECONDS = 12
const PATIENCE = { headers: 15, bodies: 60 } as const
/** Node looks for those whose time is up once a second. */
const GRACE = 2

/** The built server under more load than it can carry, at 70 % of that, and among slow senders. */
export const measureOverload = async (
  options: LoadOptions,
  keys: Generator<RsaKey, never>,
): Promise<readonly Row[]> => {
  await using scene = await openScene(keys)
  const capacity = await measureCapacity(scene)
  return [
    ...(await measureNormal(scene, capacity, options.seconds)),
    ...(await measureTooMuch(scene, capacity, options.seconds)),
    ...(await measureSlowSockets(scene, capacity, options)),
  ]
}

interface Scene extends AsyncDisposable {
  readonly child: Child
  readonly scep: Peer
  /** Messages with a key of their own each. */
  make(count: number): Promise<Uint8Array[]>
}

const openScene = async (keys: Generator<RsaKey, never>): Promise<Scene> => {
  await using stack = new AsyncDisposableStack()
  const data = stack.use(await makeData())
  const child = stack.use(
    await startChild({ program: BUILT_SERVER, data: data.path, env: P256_WITH_RA }),
  )
  await child.firstLine()
  const scep = stack.use(new Peer(child.scepPort))
  const responder = await fetchResponder(scep)
  const owned = stack.move()
  return {
    child,
    scep,
    make: async (count) => [...(await makeStaticRequests(keys, count, responder))],
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Issuances a second, as many as it can do. */
const measureCapacity = async ({ scep, make }: Scene): Promise<number> => {
  const work = (request: Uint8Array): Promise<void> => sendRequest(scep, request)
  await inFlight(IN_FLIGHT, await make(WARM_UP), work)
  const requests = await make(CAPACITY_COUNT)
  const before = performance.now()
  await inFlight(CAPACITY_IN_FLIGHT, requests, work)
  return (requests.length / (performance.now() - before)) * 1000
}

const measureNormal = async (
  { scep, make }: Scene,
  capacity: number,
  seconds: number,
): Promise<readonly Row[]> => {
  const rate = capacity * NORMAL
  const sent = await runOpenLoop(scep, { rate, seconds }, await make(2 * rate * seconds))
  const good = withStatus(sent, 200)
  return [
    {
      id: 'open-loop',
      what: `open loop at 70 % of capacity (${perSecond(rate)}): p99`,
      measured: `${ms(p99(good))}, ${sent.length - good.length} refused`,
      value: good.length === sent.length ? p99(good) : Number.POSITIVE_INFINITY,
      target: { most: 50 },
    },
  ]
}

const measureTooMuch = async (
  { child, scep, make }: Scene,
  capacity: number,
  seconds: number,
): Promise<readonly Row[]> => {
  const rate = capacity * TIMES
  const recovery = { rate: capacity * NORMAL, seconds: RECOVERY_SECONDS }
  const requests = await make(SPARE + capacity * seconds + 2 * recovery.rate * recovery.seconds)
  await connect(scep)
  const health = watchHealth(child.opsPort)
  const sent = await runOpenLoop(scep, { rate, seconds }, requests)
  const slowestHealth = await health.stop()
  const memory = readMemoryMb(child.pid)
  const after = await runOpenLoop(scep, recovery, requests)
  const good = withStatus(sent, 200)
  const refused = withStatus(sent, 503)
  const goodput = good.length / (endOf(good) / 1000)
  const what = `${TIMES} times its capacity (${perSecond(rate)}), `
  return [
    {
      id: 'overload-goodput',
      what: `${what}what it does of it ÷ capacity`,
      measured: `${perSecond(goodput)} of ${perSecond(capacity)}`,
      value: goodput / capacity,
      target: { least: 0.6 },
    },
    {
      id: 'overload-answered',
      what: `${what}share of all requests that are answered, 200 or 503`,
      measured: `${good.length} and ${refused.length} of ${sent.length}`,
      value: (good.length + refused.length) / sent.length,
      target: { least: 1 },
    },
    row('overload-admitted', `${what}p99 of those it does`, p99(good), 1000),
    row('overload-refused', `${what}p99 of those it refuses`, p99(refused), 50),
    row('overload-health', `${what}slowest answer of /livez`, slowestHealth, 100),
    memoryRow('overload-memory', `${what}memory`, memory, 512),
    {
      id: 'overload-recovery',
      what: 'after that, until a second at 70 % has a p99 of 50 ms and no refusal',
      measured: `${recoveredAfter(after)} s`,
      value: recoveredAfter(after),
      target: { most: 10 },
    },
  ]
}

/** Opens connections: what that costs the client, would be missing where it is measured. */
const connect = async (scep: Peer): Promise<void> => {
  const question = { method: 'GET', path: '/scep?operation=GetCACaps' } as const
  await Promise.all(Array.from({ length: CONNECTIONS }, () => scep.exchange(question)))
}

const endOf = (sent: readonly Sent[]): number => Math.max(...sent.map(({ at, ms }) => at + ms))

/** Seconds until the first second in which everything was as it should be. */
const recoveredAfter = (sent: readonly Sent[]): number => {
  for (let second = 0; second < RECOVERY_SECONDS; second++) {
    const window = sent.filter(({ at }) => Math.floor(at / 1000) === second)
    if (window.every(({ status }) => status === 200) && p99(window) <= 50) return second
  }
  return Number.POSITIVE_INFINITY
}

const measureSlowSockets = async (
  { child, scep, make }: Scene,
  capacity: number,
  { seconds, slowSockets }: LoadOptions,
): Promise<readonly Row[]> => {
  const rate = capacity / 2
  const honest = async (): Promise<number> => {
    const requests = await make(2 * rate * seconds)
    return p99(await runOpenLoop(scep, { rate, seconds }, requests))
  }
  const alone = await honest()
  const memory = readMemoryMb(child.pid)
  using slow = await openSlowSockets(child.scepPort, slowSockets)
  const among = await honest()
  const more = readMemoryMb(child.pid) - memory
  const { headers, bodies } = await slow.closed()
  const what = `${slowSockets.toLocaleString('en')} sockets that send a byte a second: `
  return [
    {
      id: 'slow-p99',
      what: `${what}p99 of honest ones (${perSecond(rate)}) ÷ without them`,
      measured: `${ms(among)} ÷ ${ms(alone)}`,
      value: among / alone,
      target: { most: 2 },
    },
    memoryRow('slow-memory', `${what}memory they take`, more, 200),
    closing(
      'slow-headers',
      `${what}seconds until the headers are given up`,
      headers,
      PATIENCE.headers,
    ),
    closing('slow-bodies', `${what}seconds until the bodies are given up`, bodies, PATIENCE.bodies),
  ]
}

const closing = (id: string, what: string, seconds: number, patience: number): Row => ({
  ...{ id, what, value: seconds, target: { most: patience + GRACE } },
  measured: `${seconds.toFixed(1)} s`,
})

const row = (id: string, what: string, value: number, most: number): Row => ({
  ...{ id, what, value, target: { most } },
  measured: ms(value),
})

const ms = (value: number): string => `${value.toFixed(1)} ms`
const perSecond = (rate: number): string => `${rate.toFixed(0)}/s`
