import assert from 'node:assert/strict'
import {
  dict,
  expectDict,
  formatPlist,
  type PlistValue,
  parsePlist,
  Real,
} from '../../src/protocol/plist/index.ts'
import { decodeDeviceAttributes, lintConfiguration } from '../../src/protocol/profile/index.ts'
import { listFixtures, readFixture } from '../codec/fixture.ts'
import { createRandom, mutateBytes, pick, type Random } from '../mutate.ts'
import { writeBinary } from './plist-binary.ts'
import { TEXTS } from './plist-dictionary.ts'
import { createRun, mutateTree, toTree } from './plist-tree.ts'
import { writeXml } from './plist-xml.ts'
import { attempt, codecTarget, type Shape, type Target, type Verdict } from './target.ts'

const ATTRIBUTES: PlistValue = dict({
  UDID: '00008120-0001',
  SERIAL: 'C39XKABC',
  PRODUCT: 'iPhone15,2',
  VERSION: '23B85',
  IMEI: '351234567890126',
  NotOnConsole: true,
  CHALLENGE: 'a challenge',
})

const EVERYTHING: PlistValue = dict({
  PayloadType: 'Configuration',
  PayloadVersion: 1,
  PayloadIdentifier: 'com.example.profile',
  PayloadUUID: '0C7A9F3E-0000-4000-8000-000000000000',
  PayloadContent: [
    dict({ PayloadType: 'com.apple.wifi.managed', SSID_STR: 'Zürich 😀', AutoJoin: true }),
    dict({ PayloadType: 'com.apple.security.root', PayloadContent: Buffer.alloc(70, 0xa5) }),
  ],
  Numbers: [0, -1, 2 ** 32, 2n ** 63n, -(2n ** 63n), new Real(0.1), new Real(-0), new Real(1e300)],
  Dates: [new Date(0), new Date(Date.UTC(2026, 1, 28)), new Date(-62_135_596_800_000)],
  Empty: ['', new Uint8Array(), dict({}), []],
})

const isReadable = (file: Uint8Array): boolean => attempt(() => parsePlist(file)) === 'accepted'

const FILES: readonly Uint8Array[] = [
  ...listFixtures('plist/micromdm/crashers').map((name) => `crashers/${name}`),
  ...listFixtures('plist/micromdm/xml').map((name) => `xml/${name}`),
  'sample2.binary.plist',
  'uid.binary.plist',
].map((name) => readFixture(`plist/micromdm/${name}`))

/** Trees that other trees are made of. */
export const PLIST_TREES = [
  ATTRIBUTES,
  EVERYTHING,
  ...FILES.filter(isReadable).map(parsePlist),
].map(toTree)

const plain = createRandom(1)
/** Messages in XML and in binary form, good ones and those that once broke a reader. */
const MESSAGES = [
  ...PLIST_TREES.map((tree) => writeXml(tree, plain)),
  ...PLIST_TREES.map((tree) => writeBinary(tree, plain)),
  ...FILES,
]
const TOKENS = TEXTS.map((text): Uint8Array => Buffer.from(text))

const mutated = (random: Random) => mutateTree(pick(PLIST_TREES, random), random, PLIST_TREES)
const sometimesDamaged = (message: Uint8Array, random: Random): Uint8Array =>
  random(8) === 0 ? mutateBytes(message, random, TOKENS) : message

/** Generators of property lists, good and bad, by the name of their shape. */
export const PLIST_GENERATORS: Readonly<
  Record<'xml' | 'binary' | 'bytes' | 'tokens' | 'run', Shape['generate']>
> = {
  xml: (random) => sometimesDamaged(writeXml(mutated(random), random), random),
  binary: (random) => sometimesDamaged(writeBinary(mutated(random), random), random),
  bytes: (random) => mutateBytes(pick(MESSAGES, random), random, MESSAGES),
  run: (random) => pick([writeXml, writeBinary], random)(createRun(random), random),
  tokens: (random) => mutateBytes(pick(MESSAGES, random), random, TOKENS),
}

/** Bytes. The limit of time is one of reading: what is longer is read only. */
const MAX_CHECKED = 65_536

/** What is read can be written and read again, and then it is the same. */
const deliver = (input: Uint8Array): Verdict => {
  let value: PlistValue | undefined
  const verdict = attempt(() => {
    value = parsePlist(input)
  })
  if (value === undefined || input.length > MAX_CHECKED) return verdict
  const written = formatPlist(value)
  assert.deepEqual(formatPlist(parsePlist(written)), written)
  attempt(() => decodeDeviceAttributes(input))
  const read = value
  attempt(() => lintConfiguration(expectDict(read)))
  return verdict
}

export const openPlistTarget = (): Target =>
  codecTarget([
    { name: 'xml', weight: 4, generate: PLIST_GENERATORS.xml, deliver },
    { name: 'binary', weight: 4, generate: PLIST_GENERATORS.binary, deliver },
    { name: 'bytes', weight: 2, generate: PLIST_GENERATORS.bytes, deliver },
    { name: 'tokens', weight: 2, generate: PLIST_GENERATORS.tokens, deliver },
    { name: 'run', weight: 1, generate: PLIST_GENERATORS.run, deliver },
  ])
