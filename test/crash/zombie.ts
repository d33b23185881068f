import { manyKeys } from '../security/keys.ts'
import { certify, type Entry, enrollHonestly, newEntry, type Site } from './honest-device.ts'
import { findFaults } from './ledger.ts'
import { openPair, type Pair } from './pair.ts'
import { readTrace, TRACE } from './points.ts'
import type { Supervisor } from './supervisor.ts'

export interface ZombieResult {
  /** Where a node stood still. */
  readonly points: readonly string[]
  /** What it did not reach again. */
  readonly missed: readonly string[]
  readonly faults: readonly string[]
}

const QUIET_LIMIT_MS = 150
/** For every answer as long as a whole enrollment takes, and at least so many milliseconds. */
const LEAST_PATIENCE_MS = 200
const TRIES = 5

/**
 * At every await of an honest enrollment, or at one part of them, one node stands still, with its locks, while the
 * device turns to the other node and finishes; then the node goes on with what it was doing.
 */
export const runZombies = async (part: number, parts: number): Promise<ZombieResult> => {
  const patience = 20_000
  await using pair = await openPair({ execArgv: TRACE, patience, quietLimit: QUIET_LIMIT_MS })
  const { left, authority } = pair
  const ledger: Entry[] = []
  const [key] = manyKeys(1)
  if (key === undefined) throw new Error('no key')
  const enrollOnce = async (site: Site): Promise<Entry> => {
    const entry = newEntry(authority, key)
    ledger.push(entry)
    await enrollHonestly(site, entry)
    return entry
  }

  const onlyLeft = { ...pair.site, route: () => [left.url] }
  await enrollOnce(onlyLeft)
  await left.ask({})
  const start = performance.now()
  await enrollOnce(onlyLeft)
  const impatience = Math.max(LEAST_PATIENCE_MS, Math.ceil(performance.now() - start))
  const reached = new Set(await readTrace(left))
  const points = [...reached].filter((_, index) => index % parts === part)
  const missed: string[] = []
  for (const point of points) {
    let isReached = false
    for (let tries = 0; tries < TRIES && !isReached; tries++) {
      await left.ask({ point, signal: 'SIGSTOP' })
      const { identity } = await enrollOnce(leftFirst(pair, impatience))
      isReached = (await awaken(left)).includes(point)
      if (identity !== undefined) await certify(onlyLeft, key, identity)
    }
    if (!isReached) missed.push(point)
  }
  return { points, missed, faults: await findFaults(pair.records, ledger) }
}

const NUDGE_MS = 50

/** It may come to its place only now, with a message that the device has given up. */
const awaken = async (node: Supervisor): Promise<readonly string[]> => {
  const nudging = setInterval(() => void node.resume(), NUDGE_MS)
  try {
    await node.resume()
    return await readTrace(node)
  } finally {
    clearInterval(nudging)
  }
}

/** A device that stays with the left node until that does not answer. */
const leftFirst = ({ left, right, site }: Pair, patience: number): Site => {
  let route = [left.url, right.url]
  return {
    ...site,
    patience,
    route: () => route,
    recovered: async () => {
      route = [right.url, left.url]
    },
  }
}
