import { build } from '../bench/build.ts'
import { measureGrowth } from '../bench/growth.ts'
import { makeKeys } from '../bench/key.ts'
import { toRow } from './measured.ts'
import type { LongRun } from './record.ts'

/** `npm run proof -- growth`: the built server on a database of many certificates, SQLite and PostgreSQL. */
export const growth: LongRun = {
  title: 'A million certificates',
  ids: ['proof R16'],
  options: { certificates: 1_000_000 },
  run: async ({ certificates = 0 }) => {
    build()
    return (await measureGrowth(certificates, makeKeys())).map(toRow)
  },
}
