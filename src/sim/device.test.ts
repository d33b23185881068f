import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { temporaryDirectory } from '../../test/scripted/device.ts'
import { type Certificate, certificateFingerprint, findPathFault } from '../protocol/x509/index.ts'
import { createDevice, createFacts } from './device.ts'
import { type DeviceAuthority, ensureDeviceAuthority } from './device-ca.ts'
import { loadDevice, saveDevice } from './device-directory.ts'
import { isKeyOf } from './key.ts'

let authority: DeviceAuthority

before(async () => {
  await using directory = await temporaryDirectory()
  authority = await ensureDeviceAuthority(directory.path)
})

const fingerprint = ({ bytes }: Certificate): string => certificateFingerprint(bytes)

const luhnSum = (number: string): number =>
  [...number].reverse().reduce((sum, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2)
    return sum + (value > 9 ? value - 9 : value)
  }, 0)

test('invents attributes in the forms of an iPhone', () => {
  for (let i = 0; i < 50; i++) {
    const facts = createFacts({})
    assert.match(facts.UDID, /^00008120-[0-9A-F]{16}$/)
    assert.match(facts.SERIAL, /^[0-9A-Z]{10}$/)
    assert.match(facts.IMEI ?? '', /^35\d{13}$/)
    assert.match(facts.MAC_ADDRESS_EN0, /^[0-9a-f][26ae](:[0-9a-f]{2}){5}$/)
    assert.equal(luhnSum(facts.IMEI ?? '') % 10, 0)
    assert.equal(luhnSum(facts.ICCID ?? '') % 10, 0)
  }
})

test('is what it is told to be', () => {
  const { UDID, PRODUCT, VERSION } = createFacts({
    UDID: 'u',
    PRODUCT: 'iPhone17,1',
    VERSION: '1A1',
  })
  assert.deepEqual([UDID, PRODUCT, VERSION], ['u', 'iPhone17,1', '1A1'])
})

test("has a certificate in the shape of Apple's, issued by the device CA", async () => {
  const { identity, key } = await createDevice(authority)
  const { certificate, chain } = identity
  const fault = findPathFault(certificate, authority.certificate, {
    at: Date.now(),
    hashes: ['sha256'],
  })
  assert.equal(fault, undefined)
  assert.deepEqual(chain, [authority.certificate])
  assert.ok(isKeyOf(key, certificate))
  const node = new X509Certificate(certificate.bytes)
  const guid = '[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}'
  const name = `^CN=${guid}\nC=US\nST=CA\nL=Cupertino\nO=Apple Inc\\.\nOU=iPhone$`
  assert.match(node.subject, new RegExp(name))
  assert.deepEqual(node.keyUsage, ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'])
  assert.equal(node.publicKey.asymmetricKeyDetails?.modulusLength, 2048)
  const critical = [...certificate.extensions.values()].filter((it) => it.critical)
  assert.deepEqual(
    critical.map(({ oid }) => oid),
    ['2.5.29.19', '2.5.29.15', '2.5.29.37'],
  )
})

test('is the same device after it was written and read', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'device')
  const device = await createDevice(authority, { PRODUCT: 'iPhone16,2' })
  await saveDevice(path, device)
  const { facts, identity } = await loadDevice(path)
  const fingerprints = [identity.certificate, ...identity.chain].map(fingerprint)
  assert.deepEqual(
    fingerprints,
    [device.identity.certificate, authority.certificate].map(fingerprint),
  )
  assert.deepEqual(
    [facts.UDID, facts.SERIAL, facts.PRODUCT, facts.VERSION, facts.IMEI],
    [device.facts.UDID, device.facts.SERIAL, 'iPhone16,2', '23B85', device.facts.IMEI],
  )
  const { mode } = await stat(join(path, 'device.key.pem'))
  assert.equal(mode & 0o777, 0o600)
  assert.match(
    await readFile(join(path, 'device.key.pem'), 'latin1'),
    /^-----BEGIN PRIVATE KEY-----/,
  )
})

test('does not load a device that does not say what it is', async () => {
  await using directory = await temporaryDirectory()
  await saveDevice(directory.path, await createDevice(authority))
  await writeFile(join(directory.path, 'device.json'), '{"udid":1}')
  await assert.rejects(loadDevice(directory.path), { code: 'device_directory' })
  await writeFile(join(directory.path, 'device.json'), 'udid')
  await assert.rejects(loadDevice(directory.path), { code: 'device_directory' })
  await writeFile(join(directory.path, 'device.key.pem'), 'a key')
  await assert.rejects(loadDevice(directory.path), { code: 'key_file' })
})
