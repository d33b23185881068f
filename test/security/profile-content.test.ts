import assert from 'node:assert/strict'
import type { KeyObject } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { importPrivateKey, loadMasterKey } from '../../src/keys/index.ts'
import {
  decodeEnvelopedData,
  openEnvelopedData,
  verifySignedData,
} from '../../src/protocol/cms/index.ts'
import { dict, formatPlist, getData, getString } from '../../src/protocol/plist/index.ts'
import { type Holder, makeDecrypter, makeKey } from '../codec/holder.ts'
import { Openssl, skipWithoutOpenssl } from '../codec/openssl.ts'
import { plain, readWithPlistlib, skipWithoutPlistlib } from '../codec/plistlib.ts'
import { makeDevice, openProfile, postPhase3, postProfile, scepPayloadOf } from '../device.ts'
import { HOSTILE } from '../page/hostile.ts'
import { binaryPlist } from './binary-plist.ts'
import { honest } from './entry.ts'
import {
  configure,
  identify,
  obtain,
  offer,
  openScene,
  refused,
  rowsOf,
  type Scene,
} from './scene.ts'

const key = makeKey('rsa-2048')

const MARKUP = [
  ']]>',
  '</string><key>PayloadRemovalDisallowed</key><true/><string>',
  '</string></dict></array></plist>',
  '<![CDATA[x]]>',
  '<!-- x -->',
  '<?xml version="1.0"?>',
  '<!DOCTYPE plist [<!ENTITY x SYSTEM "file:///etc/passwd">]>&x;',
  '&x; &#65; &#x41; &amp; &amp;amp;',
  '{{device.udid}} {{scep.challenge}} {{account.password}}',
  '{{ account.name }}',
  '$& $1 $$ $`',
  '__proto__',
  "x'; drop table account; --",
  '\t\n mixed \u2028 spaces ',
  '\u{1f34f}\u{1f3fb} \ufeff \ufffd',
  'x'.repeat(250),
]
/** A name has one line. */
const oneLine = (text: string): string => text.replaceAll(/[\t\n]/g, ' ')

const TEXTS = [...MARKUP, ...HOSTILE.filter((text) => !text.includes('\0'))]

/** A template that says everything that a template can say. */
const template = (): Uint8Array => {
  const uuid = (last: number) => `5F6F4B4B-4C3C-4A2E-8E35-00000000000${last}`
  return formatPlist(
    dict({
      PayloadType: 'Configuration',
      PayloadVersion: 1,
      PayloadIdentifier: 'com.example.profile',
      PayloadUUID: uuid(1),
      PayloadDisplayName: '{{account.fullName}}',
      PayloadDescription: '{{account.room}}',
      PayloadContent: [
        dict({
          PayloadType: 'com.apple.webClip.managed',
          PayloadVersion: 1,
          PayloadIdentifier: 'com.example.profile.clip',
          PayloadUUID: uuid(2),
          Label: '{{account.fullName}}',
          URL: 'https://example.com/?q={{account.room}}',
          Imei: '{{device.imei}}',
          Product: 'a{{device.product}}b{{device.product}}c',
        }),
      ],
    }),
  )
}

/** A dictionary as `read.py` writes it. */
const plainDict = (entries: readonly (readonly [string, unknown])[]) => ({
  dict: entries.map(([name, value]) => [plain(name), value]),
})

test(`${TEXTS.length} hostile names of people and attributes of devices stay text in the profile, as Python's plistlib reads it [security O6]`, {
  skip: skipWithoutPlistlib,
}, async () => {
  await using scene = await openScene()
  const { server } = scene
  await writeFile(join(server.data, 'profile.mobileconfig'), template())
  const outer: Uint8Array[] = []
  const inner: Uint8Array[] = []

  for (const [index, text] of TEXTS.entries()) {
    const name = `holder ${index}`
    const attributes = { room: text }
    await server.app.core.services.accounts.add({
      name,
      password: 'x',
      fullName: oneLine(text),
      attributes,
    })
    const device = makeDevice(server, {
      IMEI: text,
      PRODUCT: text,
      DEVICE_NAME: text,
      [text]: text,
    })
    const { challenge } = await identify(scene, device, name)
    const holder = await obtain(scene, { key, challenge })
    const { body } = await postPhase3(scene.wire, device, { signer: holder })
    outer.push(verifySignedData(body, { signedAttributes: 'required', hashes: ['sha256'] }).content)
    const envelope = getData(openProfile(body), 'EncryptedPayloadContent') ?? assert.fail()
    const recipient = { certificate: holder.certificate, decrypter: makeDecrypter(key) }
    inner.push(openEnvelopedData(decodeEnvelopedData(envelope), recipient))
  }

  const profiles = await readWithPlistlib(outer)
  const payloads = await readWithPlistlib(inner)
  for (const [index, text] of TEXTS.entries()) {
    const entries = entriesOf(profiles[index])
    assert.equal(entries.get('PayloadDisplayName'), plain(oneLine(text)))
    assert.equal(entries.get('PayloadDescription'), plain(text))
    assert.deepEqual([...entries.keys()].toSorted(), [
      'EncryptedPayloadContent',
      'IsEncrypted',
      'PayloadDescription',
      'PayloadDisplayName',
      'PayloadIdentifier',
      'PayloadType',
      'PayloadUUID',
      'PayloadVersion',
    ])
    assert.deepEqual(payloads[index], [
      plainDict([
        ['PayloadType', plain('com.apple.webClip.managed')],
        ['PayloadVersion', 'integer 1'],
        ['PayloadIdentifier', plain('com.example.profile.clip')],
        ['PayloadUUID', plain('5F6F4B4B-4C3C-4A2E-8E35-000000000002')],
        ['Label', plain(oneLine(text))],
        ['URL', plain(`https://example.com/?q=${text}`)],
        ['Imei', plain(text)],
        ['Product', plain(`a${text}b${text}c`)],
      ]),
    ])
  }
})

const entriesOf = (tree: unknown): ReadonlyMap<string, unknown> => {
  assert(typeof tree === 'object' && tree !== null && 'dict' in tree && Array.isArray(tree.dict))
  return new Map(
    tree.dict.map(([name, value]: [string, unknown]) => [name.slice('string '.length), value]),
  )
}

/** Characters that XML cannot carry: a binary property list can, and so can an operator's JSON. */
const FORBIDDEN = ['\u0001', '\u001b[2J', '\u000b', '\ufffe', '\uffff', '\ud800', 'a\udfffb']

test('attributes with characters that no profile can carry are refused in phases 2 and 3, and the honest device goes on [security O6]', async () => {
  await using scene = await openScene()
  for (const text of FORBIDDEN) {
    const device = makeDevice(scene.server)
    const said = {
      UDID: String(device.attributes['UDID']),
      SERIAL: String(device.attributes['SERIAL']),
    }
    const { challenge: offered } = await offer(scene)
    const refuse = async (signer: Holder, attributes: Readonly<Record<string, string>>) => {
      const body = honest({ content: binaryPlist(attributes), signer, attributes: [] })
      const { answer, code } = await refused(scene, () => postProfile(scene.wire, body))
      assert.deepEqual([answer.status, code], [400, 'plist_malformed'], JSON.stringify(text))
    }

    await refuse(device.identity, { ...said, CHALLENGE: offered, DEVICE_NAME: text })
    await refuse(device.identity, { ...said, CHALLENGE: offered, [text]: 'x' })
    const clean = honest({
      content: binaryPlist({ ...said, CHALLENGE: offered }),
      signer: device.identity,
      attributes: [],
    })
    const { status, body } = await postProfile(scene.wire, clean)
    assert.equal(status, 200)
    const challenge = getString(scepPayloadOf(body), 'Challenge')
    const holder = await obtain(scene, { key, challenge })
    await refuse(holder, { ...said, IMEI: text })
    await configure(scene, device, holder)
  }
})

test('the payloads open with the key of the device and with no other: not of another device, not of the server [security O8]', async () => {
  await using scene = await openScene({ env: { WINDFALL_CA__KEY_TYPE: 'rsa-2048' } })
  const { device, challenge } = await identify(scene)
  const holder = await obtain(scene, { key, challenge })
  const { body } = await postPhase3(scene.wire, device, { signer: holder })
  const envelope = decodeEnvelopedData(
    getData(openProfile(body), 'EncryptedPayloadContent') ?? assert.fail(),
  )
  const open = (private_: KeyObject) =>
    openEnvelopedData(envelope, {
      certificate: holder.certificate,
      decrypter: makeDecrypter(private_),
    })
  assert.equal(envelope.cipher, 'aes-256-cbc')
  assert.match(Buffer.from(open(key)).toString(), /^<\?xml/)

  const keys = [...(await serverKeys(scene)), makeKey('rsa-2048'), device.identity.key]
  assert.equal(keys.length, 7)
  for (const other of keys) {
    // Wrong padding becomes a random key, under which one time in 256 the last block looks right: never XML.
    const opened = attempt(() => open(other))
    assert(opened === undefined || !Buffer.from(opened).includes('<?xml'))
  }
  // Nothing of it stands outside of the envelope.
  assert.doesNotMatch(body.toString('latin1'), /webClip|com\.apple\.security\.scep|Challenge/)
})

const attempt = <T>(call: () => T): T | undefined => {
  try {
    return call()
  } catch {
    return undefined
  }
}

/** Every private key that the server has, unsealed as only its owner can. */
const serverKeys = async ({ server, db }: Scene): Promise<readonly KeyObject[]> => {
  const masterKey = loadMasterKey(join(server.data, 'master.key'))
  return (await rowsOf(db, 'key_pair')).map(({ id, sealed_private_key }) => {
    const context = { table: 'key_pair', row: String(id), column: 'sealed_private_key' }
    return importPrivateKey(masterKey.open(Buffer.from(String(sealed_private_key), 'hex'), context))
  })
}

test('openssl opens the payloads with the key of the device, and with no other key [security O8]', {
  skip: skipWithoutOpenssl,
}, async () => {
  await using scene = await openScene()
  using openssl = new Openssl()
  const { device, challenge } = await identify(scene)
  const holder = await obtain(scene, { key, challenge })
  const { body } = await postPhase3(scene.wire, device, { signer: holder })
  openssl.write(
    'envelope.der',
    getData(openProfile(body), 'EncryptedPayloadContent') ?? assert.fail(),
  )
  const pem = (private_: KeyObject) => private_.export({ type: 'pkcs8', format: 'pem' }).toString()
  openssl.write('device.pem', pem(key))
  openssl.write('other.pem', pem(makeKey('rsa-2048')))
  const decrypt = (file: string) =>
    `cms -decrypt -inform DER -in envelope.der -inkey ${file} -binary -out out.plist`

  openssl.run(decrypt('device.pem'))
  assert.match(openssl.read('out.plist').toString(), /com\.apple\.webClip\.managed/)
  const isOpened = openssl.succeeds(decrypt('other.pem'))
  assert(!isOpened || !openssl.read('out.plist').includes('<?xml'))
  assert.match(openssl.run('cms -cmsout -print -inform DER -in envelope.der'), /aes-256-cbc/)
})
