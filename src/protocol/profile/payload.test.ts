import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { refusal } from '../../../test/codec/damage.ts'
import {
  dict,
  expectDict,
  formatPlist,
  getDict,
  type PlistDict,
  parsePlist,
} from '../plist/index.ts'
import {
  configuration,
  encryptedConfiguration,
  lintConfiguration,
  profileService,
  removalPasswordPayload,
  type ScepPayload,
  scepPayload,
} from './index.ts'

const UUID = '5D7B3F1C-2C1E-4C55-9D9C-0C1B6E0F2B11'
const header = {
  identifier: 'example.acme.enroll',
  uuid: UUID,
  displayName: 'ACME Enrollment',
  description: 'Enrolls this device',
  organization: 'ACME Inc.',
}
const service = {
  ...header,
  url: 'https://mdm.acme.example/profile',
  deviceAttributes: ['UDID', 'VERSION', 'PRODUCT', 'SERIAL', 'MEID', 'IMEI'],
  challenge: 'c2VjcmV0',
}

/** What a device reads of what we send. */
const sent = (profile: PlistDict): PlistDict => expectDict(parsePlist(formatPlist(profile)))

test('a Profile Service profile has exactly the keys that Apple names, its content a dict [mission P1.4]', () => {
  assert.deepEqual(
    sent(profileService(service)),
    dict({
      PayloadType: 'Profile Service',
      PayloadVersion: 1,
      PayloadIdentifier: 'example.acme.enroll',
      PayloadUUID: UUID,
      PayloadDisplayName: 'ACME Enrollment',
      PayloadDescription: 'Enrolls this device',
      PayloadOrganization: 'ACME Inc.',
      PayloadContent: dict({
        URL: 'https://mdm.acme.example/profile',
        DeviceAttributes: ['UDID', 'VERSION', 'PRODUCT', 'SERIAL', 'MEID', 'IMEI'],
        Challenge: 'c2VjcmV0',
      }),
    }),
  )
})

test('a Profile Service profile has a Challenge exactly where it is not empty [mission P1.4]', () => {
  const challengeOf = (challenge: string): unknown =>
    getDict(sent(profileService({ ...service, challenge })), 'PayloadContent')?.get('Challenge')

  assert.equal(challengeOf(''), undefined)
  assert.equal(challengeOf('0'), '0')
  assert.equal(challengeOf(' '), ' ')
})

test('leaves out what is not given to be shown', () => {
  const { description: _, organization: __, ...short } = service
  const profile = profileService(short)

  assert.ok(!profile.has('PayloadDescription') && !profile.has('PayloadOrganization'))
})

const scep: ScepPayload = {
  ...header,
  identifier: 'example.acme.enroll.scep',
  uuid: '0A3F2C44-97C5-4F0A-8F4E-4E2C1D5F7A90',
  url: 'https://mdm.acme.example/scep',
  name: 'ACME',
  subject: [[['O', 'ACME Inc.']], [['CN', `User Device Cert (${UUID})`]]],
  challenge: 'once',
  keySize: 2048,
  caFingerprint: Buffer.alloc(32, 1),
}
const contentOf = (change: Partial<ScepPayload> = {}): PlistDict => {
  const content = getDict(sent(scepPayload({ ...scep, ...change })), 'PayloadContent')
  assert.ok(content)
  return content
}

test('a SCEP payload has the keys of Apple with their spaces and types [mission P2.5]', () => {
  assert.equal(sent(scepPayload(scep)).get('PayloadType'), 'com.apple.security.scep')
  assert.deepEqual(
    contentOf(),
    dict({
      URL: 'https://mdm.acme.example/scep',
      Name: 'ACME',
      Subject: [[['O', 'ACME Inc.']], [['CN', `User Device Cert (${UUID})`]]],
      Challenge: 'once',
      Keysize: 2048,
      'Key Type': 'RSA',
      'Key Usage': 5,
      CAFingerprint: Uint8Array.from(Buffer.alloc(32, 1)),
    }),
  )
})

test("a SCEP payload writes the subject as Apple's sample nests it [mission P2.5]", () => {
  const xml = Buffer.from(formatPlist(scepPayload(scep)))
    .toString()
    .replaceAll(/\s*\n\s*/g, '')

  assert.match(
    xml,
    /<key>Subject<\/key><array><array><array><string>O<\/string><string>ACME Inc\.<\/string><\/array><\/array><array><array><string>CN<\/string>/,
  )
})

test('a SCEP payload has a Challenge exactly where it is not empty [mission P2.5]', () => {
  assert.ok(!contentOf({ challenge: '' }).has('Challenge'))
})

test('a SCEP payload names capabilities as an array, or not at all [mission P2.6]', () => {
  const capabilities = ['POSTPKIOperation', 'SHA-256', 'AES']

  assert.deepEqual(contentOf({ capabilities }).get('GetCACaps'), capabilities)
  assert.deepEqual(contentOf({ capabilities: [] }).get('GetCACaps'), [])
  assert.ok(!contentOf().has('GetCACaps'))
})

const profile = configuration({ ...header, payloads: [scepPayload(scep)] })

test('a Configuration holds its payloads in an array and passes its own rules', () => {
  assert.equal(profile.get('PayloadType'), 'Configuration')
  assert.deepEqual(profile.get('PayloadContent'), [scepPayload(scep)])
  assert.deepEqual(lintConfiguration(sent(profile)), [])
})

test('the encrypted form keeps every key but PayloadContent and says that it is encrypted', () => {
  const envelope = Uint8Array.of(0x30, 0x80)
  const locked: PlistDict = new Map([...profile, ['PayloadRemovalDisallowed', true]])
  const encrypted = sent(encryptedConfiguration(locked, envelope))

  const kept = [...locked].filter(([key]) => key !== 'PayloadContent')
  assert.deepEqual(
    encrypted,
    new Map([...kept, ['IsEncrypted', true], ['EncryptedPayloadContent', envelope]]),
  )
  assert.deepEqual(lintConfiguration(encrypted), [])
})

test('a removal password is a payload of its own', () => {
  const payload = removalPasswordPayload({ ...header, password: 'let me out' })

  assert.equal(payload.get('PayloadType'), 'com.apple.profileRemovalPassword')
  assert.equal(payload.get('RemovalPassword'), 'let me out')
})

test('no text changes the tree it is put into: it comes out as it went in, or is refused [security O6]', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.constantFrom(
      ']]>',
      '</string><key>URL</key><string>https://evil.example',
      '<![CDATA[x]]>',
      '&lt;&amp;&#0;',
      '<!ENTITY x SYSTEM "file:///etc/passwd">',
      '\0',
      '\u0001',
      '\ufffe',
      '\ud800',
      'a\r\nb\tc',
    ),
  )
  fc.assert(
    fc.property(text, text, text, (displayName, url, challenge) => {
      const built = profileService({ ...service, displayName, url, challenge })
      let read: PlistDict | undefined
      const code = refusal(() => {
        read = sent(built)
      })
      if (code === undefined) assert.deepEqual(read, built)
      else assert.equal(code, 'plist_unrepresentable')
    }),
    { numRuns: 1000 },
  )
})
