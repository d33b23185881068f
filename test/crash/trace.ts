import { registerHooks } from 'node:module'
import { instrument, pathFileOf } from './await-point.ts'
import { AT_START, orderSchema } from './order.ts'

// Preloaded into a server that is to end, or to stand still, at a place of its source.

let order = orderSchema.parse(JSON.parse(process.env[AT_START] ?? '{}'))
let reached: string[] = []

/** Called in front of everything that is awaited. */
export const reach = (point: string): void => {
  reached.push(point)
  if (point !== order.point || reached.filter((each) => each === point).length !== order.time)
    return
  process.kill(process.pid, order.signal)
}

process.on('message', (message) => {
  process.send?.(reached)
  reached = []
  order = orderSchema.parse(message)
})

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context)
    const file = pathFileOf(url)
    if (file === undefined) return loaded
    return { ...loaded, source: instrument(file, String(loaded.source), import.meta.url) }
  },
})
