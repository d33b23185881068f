import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byteFlips, refusal, survive, truncations } from '../../../test/codec/damage.ts'
import { readFixture } from '../../../test/codec/fixture.ts'
import { mutations } from '../../../test/mutate.ts'
import { formatPlist, type PlistValue, Real } from '../plist/index.ts'
import { type DeviceAttributes, decodeDeviceAttributes } from './index.ts'

const UDID = '0F3A1C2E9B7D4F608A51C3E2D4B6A8907F1E2D3C'
const decode = (entries: Readonly<Record<string, PlistValue>>): DeviceAttributes =>
  decodeDeviceAttributes(formatPlist(new Map(Object.entries(entries))))
const codeOf = (entries: Readonly<Record<string, PlistValue>>): string | undefined =>
  refusal(() => decode(entries))

const captured = readFixture('ota/phase2-zentral.content.plist')

test('reads what a Mac said in phase 2: the challenge in capitals, what it has not as undefined', () => {
  const { others, ...attributes } = decodeDeviceAttributes(captured)

  assert.match(attributes.udid, /^[0-9A-F-]{36}$/)
  assert.match(attributes.challenge ?? '', /.{10,}/)
  assert.equal(attributes.product, 'VirtualMac2,1')
  assert.equal(attributes.build, '22A380')
  assert.match(attributes.serialNumber ?? '', /^\w+$/)
  assert.deepEqual(
    [attributes.imei, attributes.meid, attributes.iccid],
    [undefined, undefined, undefined],
  )
  assert.deepEqual([...others.keys()].toSorted(), [
    'NotOnConsole',
    'UserID',
    'UserLongName',
    'UserShortName',
  ])
  assert.equal(others.get('NotOnConsole'), 'false')
})

test('reads all that a phone says', () => {
  assert.deepEqual(
    decode({
      UDID,
      SERIAL: 'C39XX0XXXXXX',
      VERSION: '21A329',
      PRODUCT: 'iPhone15,2',
      IMEI: '35 000000 000000 0',
      MEID: '35000000000000',
      ICCID: '8949000000000000000',
      CHALLENGE: 'secret',
      DEVICE_NAME: "Anna's iPhone",
      LANGUAGE: 'de',
      COUNT: 3,
    }),
    {
      udid: UDID,
      serialNumber: 'C39XX0XXXXXX',
      build: '21A329',
      product: 'iPhone15,2',
      imei: '35 000000 000000 0',
      meid: '35000000000000',
      iccid: '8949000000000000000',
      challenge: 'secret',
      others: new Map([
        ['DEVICE_NAME', "Anna's iPhone"],
        ['LANGUAGE', 'de'],
        ['COUNT', '3'],
      ]),
    },
  )
})

test('phase 3 comes without a challenge; an empty one is none', () => {
  assert.equal(decode({ UDID }).challenge, undefined)
  assert.equal(decode({ UDID, CHALLENGE: '' }).challenge, undefined)
})

test('takes only CHALLENGE for the challenge, not the name of the request nor another spelling', () => {
  for (const name of ['Challenge', 'challenge', 'CHALLENGE ', 'CHALLENGE\n']) {
    assert.equal(decode({ UDID, [name]: 'x' }).challenge, undefined)
  }
})

const HOSTILE: readonly (readonly [
  what: string,
  entries: Readonly<Record<string, PlistValue>>,
  code: string,
])[] = [
  ['no UDID', { SERIAL: 'x' }, 'device_attributes'],
  ['an empty UDID', { UDID: '' }, 'device_attributes'],
  ['a UDID that is a number', { UDID: 7 }, 'device_attributes'],
  ['a UDID that is an array', { UDID: [UDID] }, 'device_attributes'],
  ['a challenge that is data', { UDID, CHALLENGE: Uint8Array.of(1) }, 'device_attributes'],
  ['a challenge that is true', { UDID, CHALLENGE: true }, 'device_attributes'],
  ['a serial number of 1,025 characters', { UDID, SERIAL: 'x'.repeat(1025) }, 'device_attributes'],
  ['an unknown attribute of 1,025 characters', { UDID, X: 'x'.repeat(1025) }, 'device_attributes'],
  ['a name of 1,025 characters', { UDID, ['x'.repeat(1025)]: '' }, 'device_attributes'],
  ['a dict', { UDID, X: new Map() }, 'device_attributes'],
  ['a date', { UDID, X: new Date(0) }, 'device_attributes'],
  ['a real', { UDID, X: new Real(1.5) }, 'device_attributes'],
  [
    '65 attributes',
    Object.fromEntries([['UDID', UDID], ...Array.from({ length: 64 }, (_, i) => [`X${i}`, ''])]),
    'device_attributes',
  ],
]

for (const [what, entries, code] of HOSTILE) {
  test(`refuses ${what}`, () => {
    assert.equal(codeOf(entries), code)
  })
}

test('takes 64 attributes of 1,024 characters', () => {
  const many = Array.from({ length: 63 }, (_, i) => [`X${i}`, 'x'.repeat(1024)] as const)

  assert.equal(decode({ UDID, ...Object.fromEntries(many) }).others.size, 63)
})

test('a name that means something to JavaScript means nothing here [security O6]', () => {
  const { others } = decode(JSON.parse(`{"UDID":"${UDID}","__proto__":"x","constructor":"y"}`))

  assert.deepEqual(
    [...others],
    [
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ],
  )
})

test('refuses what is no property list, and one that is no dict', () => {
  for (const [bytes, code] of [
    [Buffer.alloc(0), 'plist_malformed'],
    [Buffer.from('UDID=1'), 'plist_malformed'],
    [formatPlist([UDID]), 'plist_wrong_type'],
    [formatPlist(UDID), 'plist_wrong_type'],
  ] as const) {
    assert.equal(
      refusal(() => decodeDeviceAttributes(bytes)),
      code,
    )
  }
})

test('refuses a UDID that comes twice [security O6]', () => {
  const twice = captured
    .toString()
    .replace('</dict>', `<key>UDID</key><string>${UDID}</string></dict>`)

  assert.equal(
    refusal(() => decodeDeviceAttributes(Buffer.from(twice))),
    'plist_duplicate_key',
  )
})

test('survives truncations, changed bytes and 20,000 mutations of what a device says [security C8]', () => {
  survive(decodeDeviceAttributes, truncations(captured))
  survive(decodeDeviceAttributes, byteFlips(captured))
  const { taken, refused } = survive(decodeDeviceAttributes, mutations(22, [captured], 20_000))
  assert.equal(taken + refused, 20_000)
})
