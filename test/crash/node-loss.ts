import { setTimeout } from 'node:timers/promises'
import { manyKeys } from '../security/keys.ts'
import { type Entry, enrollHonestly, newEntry, type Tally } from './honest-device.ts'
import { findFaults } from './ledger.ts'
import { openPair } from './pair.ts'
import type { Supervisor } from './supervisor.ts'

export interface NodeLossOptions {
  /** One node is killed, then the other stands still and returns; then they change parts. */
  readonly cycles: number
  /** Before a kill and before a node stands still, at most, in milliseconds. */
  readonly interval: number
  /** How long a node stands still, in milliseconds. */
  readonly pause: number
  /** How long a device waits for an answer, in milliseconds. */
  readonly patience: number
  /** When PostgreSQL ends a transaction that has gone quiet; by default when the product says so. */
  readonly quietLimit?: number
}

export interface NodeLossResult {
  readonly ledger: readonly Entry[]
  readonly tally: Tally
  readonly faults: readonly string[]
}

const AT_ONCE = 6

/** Devices enroll with either of two nodes while one or the other is dead or a zombie, never both. */
export const runNodeLoss = async (options: NodeLossOptions): Promise<NodeLossResult> => {
  const { cycles, interval, pause } = options
  await using pair = await openPair(options)
  const { left, right, site, authority } = pair
  const ledger: Entry[] = []
  let isOver = false

  const disturb = async (victim: Supervisor, zombie: Supervisor): Promise<void> => {
    await setTimeout(Math.random() * interval)
    await victim.kill()
    await victim.ready()
    await setTimeout(Math.random() * interval)
    await zombie.pause()
    await setTimeout(pause)
    await zombie.resume()
  }
  const disturbAll = async (): Promise<void> => {
    try {
      for (let cycle = 0; cycle < cycles; cycle++) {
        await disturb(...(cycle % 2 === 0 ? ([left, right] as const) : ([right, left] as const)))
      }
    } finally {
      isOver = true
    }
  }
  const people = async (key: Entry['key']): Promise<void> => {
    while (!isOver) {
      const entry = newEntry(authority, key)
      ledger.push(entry)
      await enrollHonestly(site, entry)
    }
  }
  await Promise.all([disturbAll(), ...manyKeys(AT_ONCE).map(people)])
  return { ledger, tally: site.tally, faults: await findFaults(pair.records, ledger) }
}
