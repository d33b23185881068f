import { join } from 'node:path'
import type { Identity } from '../src/protocol/cms/index.ts'
import { ensureDeviceAuthority } from '../src/sim/index.ts'
import { BENCH_SERVER, type Child, makeData, RSA_WITHOUT_RA, startChild } from './child.ts'
import { enroll, Journey, LEGS, makePhone, type Peers, type Phone } from './enrollment.ts'
import { IN_FLIGHT, inFlight, Peer } from './exchange.ts'
import type { RsaKey } from './key.ts'
import {
  fetchResponder,
  type LoadResult,
  makeEnrolledRequests,
  makeStaticRequests,
  measureLoad,
  sendRequest,
} from './load.ts'
import type { OperationCost } from './operation.ts'

export interface LoadSize {
  readonly warmUp: number
  readonly rounds: number
  readonly perRound: number
}

/** RSA-2048 everywhere: the envelope, the certificate and the answer. */
export const bareWithoutRa = ({ rsaSign, rsaDecrypt }: OperationCost): number =>
  rsaDecrypt + 2 * rsaSign

/** An RSA key for the envelope and the answer, P-256 for the certificate. */
export const bareWithRa = ({ rsaSign, rsaDecrypt, p256Sign }: OperationCost): number =>
  rsaDecrypt + rsaSign + p256Sign

export interface IssuanceOptions {
  readonly env: Readonly<Record<string, string>>
  readonly bare: (cost: OperationCost) => number
  readonly size: LoadSize
  readonly keys: Generator<RsaKey, never>
}

/** PKIOperation alone, with the challenge that many may use and with challenges of enrollments. */
export const measureIssuance = async ({
  env,
  bare,
  size,
  keys,
}: IssuanceOptions): Promise<{ readonly fixed: LoadResult; readonly enrolled: LoadResult }> => {
  await using bench = await startBench(env)
  const { child, peers } = bench
  const responder = await fetchResponder(peers.scep)
  const work = (request: Uint8Array): Promise<void> => sendRequest(peers.scep, request)
  const measure = async (make: (count: number) => Promise<readonly Uint8Array[]>) => {
    await inFlight(IN_FLIGHT, await make(size.warmUp), work)
    return await measureLoad(child, { ...size, prepare: () => make(size.perRound), work, bare })
  }
  return {
    fixed: await measure((count) => makeStaticRequests(keys, count, responder)),
    enrolled: await measure(async (count) =>
      makeEnrolledRequests(peers, await makePhones(keys, bench.authority, count), responder),
    ),
  }
}

/**
 * Whole enrollments, with RSA-2048 everywhere and without RA. As many phones are at each leg of the way, so that
 * all kinds of messages are in flight together, and what a phone says next is made between the rounds.
 */
export const measureEnrollment = async (
  size: LoadSize,
  keys: Generator<RsaKey, never>,
): Promise<LoadResult> => {
  await using bench = await startBench(RSA_WITHOUT_RA)
  const { child, peers, authority } = bench
  const responder = await fetchResponder(peers.scep)
  const work = (journey: Journey<void>): Promise<void> => journey.send(peers)
  const columns: Journey<void>[][] = []
  const prepare = async (count: number): Promise<readonly Journey<void>[]> => {
    const phones = await makePhones(keys, authority, count)
    columns.push(phones.map((phone) => new Journey(enroll(phone, responder))))
    for (const column of columns) {
      await inFlight(IN_FLIGHT, column, (journey) => journey.prepare())
    }
    if (columns.length > LEGS) columns.shift()
    return interleave(columns)
  }
  for (let leg = 0; leg < LEGS; leg++) {
    await inFlight(IN_FLIGHT, await prepare(size.perRound), work)
  }
  for (let warm = 0; warm < size.warmUp; warm += size.perRound) {
    await inFlight(IN_FLIGHT, await prepare(size.perRound), work)
  }
  return await measureLoad(child, {
    ...size,
    prepare: () => prepare(size.perRound),
    work,
    parts: LEGS,
    // Three profiles are signed beside the certificate's way.
    bare: (cost) => bareWithoutRa(cost) + 3 * cost.rsaSign,
  })
}

/** The first of every column, the second of every column and so on. */
const interleave = <T>(columns: readonly (readonly T[])[]): readonly T[] =>
  (columns[0] ?? []).flatMap((_, row) => columns.flatMap((column) => column.slice(row, row + 1)))

interface Bench extends AsyncDisposable {
  readonly child: Child
  readonly peers: Peers
  /** Whose devices the server takes. */
  readonly authority: Identity
}

const startBench = async (env: Readonly<Record<string, string>>): Promise<Bench> => {
  await using stack = new AsyncDisposableStack()
  const data = stack.use(await makeData())
  const child = stack.use(await startChild({ program: BENCH_SERVER, data: data.path, env }))
  const { main, door } = JSON.parse(await child.firstLine())
  const peers = {
    main: stack.use(new Peer(Number(main))),
    door: stack.use(new Peer(Number(door))),
    scep: stack.use(new Peer(child.scepPort)),
  }
  const { certificate, key } = await ensureDeviceAuthority(join(data.path, 'simulator'))
  const owned = stack.move()
  return {
    child,
    peers,
    authority: { certificate, chain: [], signer: key.signer },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const makePhones = async (
  keys: Generator<RsaKey, never>,
  authority: Identity,
  count: number,
): Promise<readonly Phone[]> => {
  const phones: Phone[] = []
  for (let made = 0; made < count; made++) phones.push(await makePhone(keys, authority))
  return phones
}
