import { setTimeout as sleep } from 'node:timers/promises'
import { BUILT_SERVER, makeData, startChild } from './child.ts'
import { readMemoryMb } from './cpu.ts'
import { median } from './quantile.ts'
import type { Row } from './report.ts'

const STARTS = 5
const SETTLE_MS = 3000

/** The built server: how long it takes to start on an existing database, and what it holds when idle. */
export const measureStart = async (): Promise<readonly Row[]> => {
  await using data = await makeData()
  await startOnce(data.path)
  const starts: number[] = []
  for (let round = 0; round < STARTS; round++) starts.push(await startOnce(data.path))
  const seconds = median(starts) / 1000
  return [
    {
      id: 'start',
      what: `start of the built server to its first answer, existing database (median of ${STARTS})`,
      measured: `${seconds.toFixed(2)} s`,
      value: seconds,
      target: { most: 1 },
    },
    memoryRow('memory-idle', 'memory of the built server, idle', await idleMemory(data.path), 130),
  ]
}

export const memoryRow = (id: string, what: string, value: number, most: number): Row => ({
  ...{ id, what, value, target: { most } },
  measured: `${Math.round(value)} MB`,
})

/** Milliseconds until the server says that it is ready. */
const startOnce = async (data: string): Promise<number> => {
  const before = performance.now()
  await using child = await startChild({ program: BUILT_SERVER, data })
  await firstAnswer(child.opsPort)
  return performance.now() - before
}

const idleMemory = async (data: string): Promise<number> => {
  await using child = await startChild({ program: BUILT_SERVER, data })
  await child.firstLine()
  await sleep(SETTLE_MS)
  return readMemoryMb(child.pid)
}

const RETRY_MS = 5

/** Waits until the server on this port for operations is ready. */
export const firstAnswer = async (port: number): Promise<void> => {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    if (answer?.status === 200) return
    await sleep(RETRY_MS)
  }
}
