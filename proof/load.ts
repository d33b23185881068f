import { build } from '../bench/build.ts'
import { makeKeys } from '../bench/key.ts'
import { measureOverload } from '../bench/overload.ts'
import { toRow } from './measured.ts'
import type { LongRun } from './record.ts'

/** `npm run proof -- load`: an open loop at 70 % of capacity, ten times the capacity, and slow sockets. */
export const load: LongRun = {
  title: 'Load and overload',
  ids: ['proof R9', 'proof R11', 'security W7'],
  options: { seconds: 30, sockets: 2_000 },
  run: async ({ seconds = 0, sockets = 0 }) => {
    build()
    return (await measureOverload({ seconds, slowSockets: sockets }, makeKeys())).map(toRow)
  },
}
