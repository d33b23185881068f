import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readShared, skipWithoutShared } from '../../../test/codec/fixture.ts'
import {
  dict,
  expectDict,
  type PlistDict,
  type PlistValue,
  parsePlist,
  Real,
} from '../plist/index.ts'
import { lintConfiguration, lintPayloads } from './index.ts'

type Changes = Readonly<Record<string, PlistValue | undefined>>

/** A copy with some keys changed; undefined takes a key away. */
const change = (base: PlistDict, changes: Changes): PlistDict => {
  const entries = { ...Object.fromEntries(base), ...changes }
  return dict(entries)
}

const content = dict({
  URL: 'https://mdm.acme.example/scep',
  Subject: [[['O', 'ACME']], [['CN', 'x']]],
  GetCACaps: ['SHA-256'],
})
const scep = dict({
  PayloadType: 'com.apple.security.scep',
  PayloadVersion: 1,
  PayloadIdentifier: 'example.acme.scep',
  PayloadUUID: 'B',
  PayloadContent: content,
})
const webClip = dict({
  PayloadType: 'com.apple.webClip.managed',
  PayloadVersion: 1,
  PayloadIdentifier: 'example.acme.webclip',
  PayloadUUID: 'C',
})
const profile = dict({
  PayloadType: 'Configuration',
  PayloadVersion: 1,
  PayloadIdentifier: 'example.acme',
  PayloadUUID: 'A',
  PayloadContent: [scep, webClip],
})

const withScep = (changes: Changes): PlistDict =>
  change(profile, { PayloadContent: [change(scep, changes), webClip] })
const withContent = (changes: Changes): PlistDict =>
  withScep({ PayloadContent: change(content, changes) })

test('finds no fault in a sound profile', () => {
  assert.deepEqual(lintConfiguration(profile), [])
  assert.deepEqual(lintConfiguration(change(profile, { PayloadContent: [] })), [])
  assert.deepEqual(lintConfiguration(change(profile, { PayloadVersion: new Real(1) })), [])
  assert.deepEqual(lintConfiguration(withContent({ Subject: undefined, GetCACaps: undefined })), [])
})

const SCEP = 'PayloadContent[0].PayloadContent.'
const FAULTS: readonly (readonly [
  what: string,
  profile: PlistDict,
  ...faults: readonly string[],
])[] = [
  [
    'no PayloadType',
    change(profile, { PayloadType: undefined }),
    'payload_key_missing PayloadType',
    'payload_type PayloadType',
  ],
  [
    'another PayloadType',
    change(profile, { PayloadType: 'Profile Service' }),
    'payload_type PayloadType',
  ],
  [
    'no PayloadIdentifier',
    change(profile, { PayloadIdentifier: undefined }),
    'payload_key_missing PayloadIdentifier',
  ],
  [
    'an empty PayloadIdentifier',
    change(profile, { PayloadIdentifier: '' }),
    'payload_key_missing PayloadIdentifier',
  ],
  [
    'no PayloadUUID',
    change(profile, { PayloadUUID: undefined }),
    'payload_key_missing PayloadUUID',
  ],
  [
    'a PayloadUUID that is data',
    change(profile, { PayloadUUID: Uint8Array.of(1) }),
    'plist_wrong_type PayloadUUID',
    'payload_key_missing PayloadUUID',
  ],
  [
    'no PayloadVersion',
    change(profile, { PayloadVersion: undefined }),
    'payload_version PayloadVersion',
  ],
  ['PayloadVersion 2', change(profile, { PayloadVersion: 2 }), 'payload_version PayloadVersion'],
  [
    'PayloadVersion "1"',
    change(profile, { PayloadVersion: '1' }),
    'plist_wrong_type PayloadVersion',
    'payload_version PayloadVersion',
  ],
  [
    'PayloadContent that is a dict',
    change(profile, { PayloadContent: scep }),
    'plist_wrong_type PayloadContent',
  ],
  [
    'a payload that is no dict',
    change(profile, { PayloadContent: [scep, 'x'] }),
    'plist_wrong_type PayloadContent',
  ],
  [
    'a payload without keys',
    change(profile, { PayloadContent: [dict({})] }),
    'payload_key_missing PayloadContent[0].PayloadType',
    'payload_key_missing PayloadContent[0].PayloadIdentifier',
    'payload_key_missing PayloadContent[0].PayloadUUID',
    'payload_version PayloadContent[0].PayloadVersion',
  ],
  [
    'one identifier twice',
    withScep({ PayloadIdentifier: 'example.acme.webclip' }),
    'payload_duplicate PayloadContent[1].PayloadIdentifier',
  ],
  [
    'one UUID twice',
    withScep({ PayloadUUID: 'C' }),
    'payload_duplicate PayloadContent[1].PayloadUUID',
  ],
  [
    "the profile's own identifier",
    withScep({ PayloadIdentifier: 'example.acme' }),
    'payload_duplicate PayloadContent[0].PayloadIdentifier',
  ],
  [
    "the profile's own UUID",
    withScep({ PayloadUUID: 'A' }),
    'payload_duplicate PayloadContent[0].PayloadUUID',
  ],
  [
    'a payload without UUID in a profile without UUID',
    change(withScep({ PayloadUUID: undefined }), { PayloadUUID: undefined }),
    'payload_key_missing PayloadUUID',
    'payload_key_missing PayloadContent[0].PayloadUUID',
  ],
  [
    'SCEP without content',
    withScep({ PayloadContent: undefined }),
    `payload_key_missing ${SCEP}URL`,
  ],
  [
    'SCEP with content that is an array',
    withScep({ PayloadContent: [content] }),
    `plist_wrong_type ${SCEP}`,
    `payload_key_missing ${SCEP}URL`,
  ],
  ['SCEP without URL', withContent({ URL: undefined }), `payload_key_missing ${SCEP}URL`],
  ['SCEP with an empty URL', withContent({ URL: '' }), `payload_key_missing ${SCEP}URL`],
  ['a subject of one level', withContent({ Subject: ['CN', 'x'] }), `scep_subject ${SCEP}Subject`],
  [
    'a subject of two levels, as macOS tolerates and iOS does not',
    withContent({
      Subject: [
        ['O', 'ACME'],
        ['CN', 'x'],
      ],
    }),
    `scep_subject ${SCEP}Subject`,
  ],
  [
    'a subject of four levels',
    withContent({ Subject: [[[['CN', 'x']]]] }),
    `scep_subject ${SCEP}Subject`,
  ],
  [
    'a subject with a type and no value',
    withContent({ Subject: [[['CN']]] }),
    `scep_subject ${SCEP}Subject`,
  ],
  [
    'a subject with a number as value',
    withContent({ Subject: [[['CN', 1]]] }),
    `scep_subject ${SCEP}Subject`,
  ],
  ['a subject that is text', withContent({ Subject: '/CN=x' }), `plist_wrong_type ${SCEP}Subject`],
  [
    'capabilities in a dict, by which iOS calls the profile invalid',
    withContent({ GetCACaps: dict({}) }),
    `scep_capabilities ${SCEP}GetCACaps`,
  ],
]

for (const [what, faulty, ...faults] of FAULTS) {
  test(`finds ${what}`, () => {
    assert.deepEqual(
      lintConfiguration(faulty).map(({ code, path }) => `${code} ${path}`),
      faults,
    )
  })
}

test('judges payloads that come out of an encrypted profile alike', () => {
  const outside = change(profile, { PayloadContent: undefined })

  assert.deepEqual(lintConfiguration(outside), [])
  assert.deepEqual(lintPayloads([scep, webClip], outside), [])
  assert.deepEqual(lintPayloads([scep, change(webClip, { PayloadUUID: 'A' })], outside), [
    { code: 'payload_duplicate', path: 'PayloadContent[1].PayloadUUID' },
  ])
})

test('takes a real profile with a PayloadVersion that is a real', {
  skip: skipWithoutShared,
}, () => {
  const real = expectDict(parsePlist(readShared('fixtures/scep/micromdm-sceptest.mobileconfig')))

  assert.deepEqual(
    lintConfiguration(real).filter(({ code }) => code === 'payload_version'),
    [],
  )
})
