import { skipWithoutOpenssl } from '../test/codec/openssl.ts'
import { skipWithoutPlistlib } from '../test/codec/plistlib.ts'
import { compareMessages } from '../test/fuzz/cms-differential.ts'
import { type Comparison, formatClasses } from '../test/fuzz/comparison.ts'
import { comparePlists } from '../test/fuzz/plist-differential.ts'
import type { LongRun, Row } from './record.ts'

/** Our readers beside others on the same mutated inputs. */
export const differential: LongRun = {
  title: 'Differential: property lists against plistlib, CMS against pkijs and openssl',
  ids: ['security C2', 'security C3', 'security W8', 'security W9'],
  options: { plists: 1_000_000, messages: 50_000, openssl: 5_000, seed: 100 },
  run: async ({ plists = 0, messages = 0, openssl = 0, seed = 0 }) => {
    const missing = skipWithoutPlistlib || skipWithoutOpenssl
    if (missing) throw new Error(missing)
    return [
      ...describe('property lists', plists, await comparePlists({ seed, inputs: plists })),
      ...describe('messages', messages, await compareMessages({ seed, inputs: messages, openssl })),
    ]
  },
}

const describe = (what: string, inputs: number, comparison: Comparison): readonly Row[] => {
  const { same, bothRefuse, refusedByUs, refusedByThem, different, unexplained } = comparison
  return [
    { what: `${what} read by us and by others`, measured: inputs.toLocaleString('en') },
    {
      what: `${what} that both accept and read otherwise`,
      measured: `${different.length} of ${(same + different.length).toLocaleString('en')}`,
      mark: '0',
      reached: different.length === 0,
    },
    { what: `${what} that both refuse`, measured: bothRefuse.toLocaleString('en') },
    { what: `${what} that we alone refuse, by code`, measured: formatClasses(refusedByUs) },
    { what: `${what} that we alone accept, by reason`, measured: formatClasses(refusedByThem) },
    {
      what: `${what} that we alone accept, for no known reason`,
      measured: String(unexplained.length),
      mark: '0',
      reached: unexplained.length === 0,
    },
  ]
}
