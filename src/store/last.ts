import type { Transaction } from 'kysely'
import type { Schema } from './schema.ts'

type Work = () => Promise<void>

const queues = new WeakMap<Transaction<Schema>, Work[]>()

/** Runs `work`, and after it what it left to be done last. */
export const runWithLast = async <T>(
  tx: Transaction<Schema>,
  work: (tx: Transaction<Schema>) => Promise<T>,
): Promise<T> => {
  const queue: Work[] = []
  // Transactions of a group share the handle, one after another: each begins with nothing left.
  queues.set(tx, queue)
  const result = await work(tx)
  for (const last of queue) await last()
  return result
}

/**
 * Leaves `work` to the end of the transaction, after everything else. For what takes a lock that all wait for: it is
 * held for the shortest time, and whoever holds it waits for no other.
 */
export const doLast = (tx: Transaction<Schema>, work: Work): void => {
  const queue = queues.get(tx)
  if (queue === undefined) throw new Error('this is no transaction of transact')
  queue.push(work)
}
