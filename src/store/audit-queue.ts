import type { AuditEntry } from '../model/index.ts'
import type { Db } from './schema.ts'

interface Waiting {
  readonly entry: AuditEntry
  resolve(): void
  reject(error: unknown): void
}

/** Does with many entries what would be done with each. */
export type AppendAll = (entries: readonly AuditEntry[]) => Promise<void>

const queues = new WeakMap<Db, Waiting[]>()

/**
 * Appends an entry together with others that wait: the chain takes one transaction at a time, and a flood of refusals
 * must not make every connection wait for it.
 */
export const appendTogether = (db: Db, entry: AuditEntry, append: AppendAll): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const queue = queues.get(db)
  if (queue === undefined) {
    const first = [{ entry, resolve, reject }]
    queues.set(db, first)
    setImmediate(() => void drain(db, first, append))
  } else {
    queue.push({ entry, resolve, reject })
  }
  return promise
}

const drain = async (db: Db, queue: Waiting[], append: AppendAll): Promise<void> => {
  while (queue.length > 0) {
    const batch = queue.splice(0, MOST)
    try {
      await append(batch.map(({ entry }) => entry))
      for (const { resolve } of batch) resolve()
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
  queues.delete(db)
}

/** PostgreSQL takes 65,535 parameters in a statement. */
const MOST = 1000
