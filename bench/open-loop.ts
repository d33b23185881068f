import { setTimeout as sleep } from 'node:timers/promises'
import { pkiOperation } from './enrollment.ts'
import type { Peer } from './exchange.ts'
import { percentile } from './quantile.ts'

/** One request of an open loop. */
export interface Sent {
  /** When it was due, in milliseconds since the loop began. */
  readonly at: number
  /** From then until it was answered: a server that is late is late for everybody. */
  readonly ms: number
  /** Of HTTP; 0 where the connection broke, or where all requests were under way already. */
  readonly status: number
}

export interface OpenLoop {
  /** Requests a second. */
  readonly rate: number
  readonly seconds: number
}

/**
 * Sends requests when they are due, at random intervals, whether others were answered or not. Takes them from
 * `requests`, and puts back those that were refused: they have not been spent.
 */
export const runOpenLoop = async (
  peer: Peer,
  { rate, seconds }: OpenLoop,
  requests: Uint8Array[],
): Promise<readonly Sent[]> => {
  const sent: Promise<Sent>[] = []
  const begin = performance.now()
  const send = async (at: number): Promise<Sent> => {
    const request = requests.shift()
    if (request === undefined) return { at, ms: 0, status: 0 }
    const { status } = await peer.exchange(pkiOperation(request)).catch(() => ({ status: 0 }))
    if (status === 503) requests.push(request)
    return { at, ms: performance.now() - begin - at, status }
  }
  let due = 0
  while (due < seconds * 1000) {
    for (const now = performance.now() - begin; due <= now; due += interval(rate)) {
      sent.push(send(due))
    }
    await sleep(1)
  }
  return await Promise.all(sent)
}

/** Milliseconds until the next of requests that do not know of one another. */
const interval = (rate: number): number => (-Math.log(1 - Math.random()) * 1000) / rate

export const withStatus = (sent: readonly Sent[], status: number): readonly Sent[] =>
  sent.filter((one) => one.status === status)

/** Milliseconds that the slowest but one in a hundred took. */
export const p99 = (sent: readonly Sent[]): number =>
  percentile(
    sent.map(({ ms }) => ms),
    0.99,
  )
