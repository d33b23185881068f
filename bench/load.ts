import { decodeCertificates } from '../src/protocol/scep/index.ts'
import { type Certificate, decodeCertificate } from '../src/protocol/x509/index.ts'
import { type Child, STATIC_CHALLENGE } from './child.ts'
import { readCpuMs } from './cpu.ts'
import { identify, Journey, type Peers, type Phone, pkiOperation } from './enrollment.ts'
import { IN_FLIGHT, inFlight, type Peer } from './exchange.ts'
import type { RsaKey } from './key.ts'
import { makeRequest } from './message.ts'
import { measureOperations, medianCost, type OperationCost } from './operation.ts'
import { median } from './quantile.ts'

/** CPU of the server for one piece of work, and what the operations cost meanwhile. */
export interface LoadResult {
  readonly cpuMs: number
  /** The operations of one piece of work ÷ `cpuMs`. */
  readonly share: number
  readonly operations: OperationCost
}

/**
 * Puts a load on the server in rounds. What a round needs is prepared before, and the operations are measured
 * right before it too, for a machine changes its pace; the result is the median of the rounds. `work` does little
 * more than send: as many pieces are in flight as there should be only while the server is what they wait for.
 */
export const measureLoad = async <T>(
  { pid }: Pick<Child, 'pid'>,
  load: {
    readonly rounds: number
    readonly prepare: () => Promise<readonly T[]>
    readonly work: (item: T) => Promise<unknown>
    /** What the private-key operations in one piece of work cost. */
    readonly bare: (cost: OperationCost) => number
    /** How many of what was prepared make one piece of work; 1 by default. */
    readonly parts?: number
  },
): Promise<LoadResult> => {
  const rounds: LoadResult[] = []
  for (let round = 0; round < load.rounds; round++) {
    const items = await load.prepare()
    const operations = await measureOperations()
    const before = readCpuMs(pid)
    await inFlight(IN_FLIGHT, items, load.work)
    const cpuMs = ((readCpuMs(pid) - before) / items.length) * (load.parts ?? 1)
    rounds.push({ cpuMs, share: load.bare(operations) / cpuMs, operations })
  }
  return {
    cpuMs: median(rounds.map(({ cpuMs }) => cpuMs)),
    share: median(rounds.map(({ share }) => share)),
    operations: medianCost(rounds.map(({ operations }) => operations)),
  }
}

/** Who opens SCEP requests: the first certificate that the server announces. */
export const fetchResponder = async (scep: Peer): Promise<Certificate> => {
  const answer = await scep.send({ method: 'GET', path: '/scep?operation=GetCACert' })
  try {
    return decodeCertificate(answer)
  } catch {
    const [first] = decodeCertificates(answer)
    if (first === undefined) throw new Error('the CA announces no certificate')
    return first
  }
}

/** Requests with the static challenge, each with another key. */
export const makeStaticRequests = async (
  keys: Generator<RsaKey, never>,
  count: number,
  recipient: Certificate,
): Promise<readonly Uint8Array[]> => {
  const requests: Uint8Array[] = []
  const order = { challenge: STATIC_CHALLENGE, recipient }
  // Not `take`, which would end the generator.
  const taken = Array.from({ length: count }, () => keys.next().value)
  await inFlight(IN_FLIGHT, taken, async (key) => {
    requests.push((await makeRequest(key, order)).pending.bytes)
  })
  return requests
}

/** Requests of phones that have gone through phases 1 and 2. */
export const makeEnrolledRequests = async (
  peers: Peers,
  phones: readonly Phone[],
  recipient: Certificate,
): Promise<readonly Uint8Array[]> => {
  const requests: Uint8Array[] = []
  await inFlight(IN_FLIGHT, phones, async (phone) => {
    const journey = new Journey(identify(phone))
    let end = await journey.prepare()
    while (end === undefined) {
      await journey.send(peers)
      end = await journey.prepare()
    }
    const { challenge } = end.result
    requests.push((await makeRequest(phone.key, { challenge, recipient })).pending.bytes)
  })
  return requests
}

/** The attribute pkiStatus with the value SUCCESS (RFC 8894 §3.2.1.3), DER. */
const SUCCESS = Buffer.from('060a6086480186f8450109033103130130', 'hex')

/** Sends a request, which must be granted. */
export const sendRequest = async (scep: Peer, request: Uint8Array): Promise<void> => {
  const answer = await scep.send(pkiOperation(request))
  if (!answer.includes(SUCCESS)) throw new Error('SCEP: the request was refused')
}
