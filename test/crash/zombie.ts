import { manyKeys } from '../security/keys.ts'
import { certify, type Entry, enrollHonestly, newEntry, type Site } from './honest-device.ts'
import { findFaults } from './ledger.ts'
import { openPair, type Pair } from './pair.ts'
import { readTrace, TRACE } from './points.ts'

export interface ZombieResult {
  /** Where a node stood still. */
  readonly points: readonly string[]
  /** What it did not reach again. */
  readonly missed: readonly string[]
  readonly faults: readonly string[]
}

const PATIENCE_MS = 200
const QUIET_LIMIT_MS = 150
const TRIES = 5

/**
 * At every await of an honest enrollment, or at one part of them, one node stands still, with its locks, while the
 * device turns to the other node and finishes; then the node goes on with what it was doing.
 */
export const runZombies = async (part: number, parts: number): Promise<ZombieResult> => {
  await using pair = await openPair({
    execArgv: TRACE,
    patience: PATIENCE_MS,
    quietLimit: QUIET_LIMIT_MS,
  })
  const { left, authority } = pair
  const ledger: Entry[] = []
  const [key] = manyKeys(1)
  if (key === undefined) throw new Error('no key')
  const enrollOnce = async (): Promise<Entry> => {
    const entry = newEntry(authority, key)
    ledger.push(entry)
    await enrollHonestly(leftFirst(pair), entry)
    return entry
  }

  await left.ask({})
  await enrollOnce()
  const reached = new Set(await readTrace(left))
  const points = [...reached].filter((_, index) => index % parts === part)
  const missed: string[] = []
  for (const point of points) {
    let isReached = false
    for (let tries = 0; tries < TRIES && !isReached; tries++) {
      await left.ask({ point, signal: 'SIGSTOP' })
      const { identity } = await enrollOnce()
      await left.resume()
      isReached = (await readTrace(left)).includes(point)
      // Only the node that came back.
      if (identity !== undefined)
        await certify({ ...pair.site, route: () => [left.url] }, key, identity)
    }
    if (!isReached) missed.push(point)
  }
  return { points, missed, faults: await findFaults(pair.records, ledger) }
}

/** A device that stays with the left node until that does not answer. */
const leftFirst = ({ left, right, site }: Pair): Site => {
  let route = [left.url, right.url]
  return {
    ...site,
    route: () => route,
    recovered: async () => {
      route = [right.url, left.url]
    },
  }
}
