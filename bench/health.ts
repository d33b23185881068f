import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { Peer } from './exchange.ts'

const EVERY_MS = 100

/** Asks a server again and again whether it lives: in a thread of its own, whose clock no load disturbs. */
export const watchHealth = (port: number) => {
  const worker = new Worker(new URL(import.meta.url), { workerData: port })
  return {
    /** Milliseconds of the slowest answer. */
    stop: async (): Promise<number> => {
      worker.postMessage('stop')
      const [slowest] = await once(worker, 'message')
      return Number(slowest)
    },
  }
}

const watch = async (port: number): Promise<void> => {
  using ops = new Peer(port)
  const stopped = new AbortController()
  parentPort?.once('message', () => stopped.abort())
  let slowest = 0
  while (!stopped.signal.aborted) {
    const before = performance.now()
    await ops.send({ method: 'GET', path: '/livez' })
    slowest = Math.max(slowest, performance.now() - before)
    await sleep(EVERY_MS)
  }
  parentPort?.postMessage(slowest)
}

if (!isMainThread) await watch(workerData)
