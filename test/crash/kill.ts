import { setTimeout } from 'node:timers/promises'
import type { Dialect } from '../dialect.ts'
import { manyKeys } from '../security/keys.ts'
import { certify, type Entry, enrollHonestly, newEntry, type Tally } from './honest-device.ts'
import { findFaults } from './ledger.ts'
import { openStage } from './stage.ts'

export interface KillOptions {
  readonly dialect: Dialect
  /** At least so many; devices go on coming until the last kill. */
  readonly enrollments: number
  readonly kills: number
  /** The latest moment of a kill after the server is ready, in milliseconds. */
  readonly latest: number
  readonly isCold?: boolean
}

export interface KillResult {
  readonly ledger: readonly Entry[]
  /** How many of the kills found requests under way. */
  readonly amid: number
  /** From the start of each process that followed a kill until it was ready, in milliseconds. */
  readonly restarts: readonly number[]
  readonly tally: Tally
  readonly faults: readonly string[]
}

const AT_ONCE = 8
const EARLIEST_MS = 20

/**
 * Devices enroll, so many at once, while the server is killed again and again; then the ledger of what they were
 * told is compared with the database. Rejects when a device is refused or never gets an answer.
 */
export const runKills = async (options: KillOptions): Promise<KillResult> => {
  const { dialect, enrollments, kills, latest, isCold = false } = options
  await using stage = await openStage(dialect, { isCold })
  const { server, site, authority } = stage
  const ledger: Entry[] = []
  let underWay = 0
  let amid = 0
  let left = kills

  const killer = async (): Promise<void> => {
    for (; left > 0; left -= 1) {
      await server.ready()
      await setTimeout(anyMoment(latest))
      if (underWay > 0) amid += 1
      await server.kill()
    }
  }
  const people = async (key: Entry['key']): Promise<void> => {
    while (ledger.length < enrollments || left > 0) {
      const entry = newEntry(authority, key)
      ledger.push(entry)
      underWay += 1
      await enrollHonestly(site, entry)
      underWay -= 1
    }
  }
  await Promise.all([killer(), ...manyKeys(AT_ONCE).map(people)])

  // Apple's client asks a second time for what it has; the answer is what was acknowledged then.
  for (const { key, identity } of ledger.slice(0, AT_ONCE)) {
    if (identity !== undefined) await certify(site, key, identity)
  }
  await server[Symbol.asyncDispose]()
  const faults = await findFaults(stage.records, ledger)
  return { ledger, amid, restarts: server.starts.slice(1), tally: site.tally, faults }
}

/** Short times as often as long ones: each doubling is as likely as the next. */
const anyMoment = (latest: number): number => EARLIEST_MS * (latest / EARLIEST_MS) ** Math.random()
