import { loadConfig } from '../../src/config/index.ts'
import { systemClock } from '../../src/model/index.ts'
import { moveDatabase } from '../../src/service/move/index.ts'

// A move that its parent kills: what it does it tells, and then it waits for leave to go on.

const config = loadConfig({ env: process.env })
const last = process.argv[2]
const { signal } = new AbortController()
await moveDatabase({
  ...{ config, signal, clock: systemClock },
  onProgress: ({ step, table }) => {
    if (`${step} ${table}` !== last) return
    process.send?.('reached')
    // The parent kills it here: nothing goes on meanwhile, and the database knows of nothing.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  },
})
process.disconnect()
