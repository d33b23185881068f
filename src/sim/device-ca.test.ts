import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { copyFile, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryDirectory } from '../../test/scripted/device.ts'
import { ensureDeviceAuthority, loadDeviceAuthority } from './device-ca.ts'

test('makes a device CA of its own and finds it again', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'simulator')
  const made = await ensureDeviceAuthority(path)
  const found = await ensureDeviceAuthority(path)
  const loaded = await loadDeviceAuthority(path)
  assert.deepEqual(found.certificate.bytes, made.certificate.bytes)
  assert.deepEqual(loaded.certificate.bytes, made.certificate.bytes)
  const node = new X509Certificate(made.certificate.bytes)
  assert.equal(node.ca, true)
  assert.equal(node.verify(node.publicKey), true)
  assert.equal(node.subject, 'O=windfall simulator\nCN=Simulated iPhone Device CA')
})

test('keeps the key where only its owner reads it', async () => {
  await using directory = await temporaryDirectory()
  await ensureDeviceAuthority(directory.path)
  const { mode } = await stat(join(directory.path, 'ca.key.pem'))
  assert.equal(mode & 0o777, 0o600)
})

test('is one CA for all who make it at once, and leaves nothing else behind', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'simulator')
  const made = await Promise.all([1, 2, 3, 4].map(() => ensureDeviceAuthority(path)))
  const fingerprints = made.map(({ certificate }) => Buffer.from(certificate.bytes).toString('hex'))
  assert.equal(new Set(fingerprints).size, 1)
  assert.deepEqual((await readdir(path)).sort(), ['ca.cert.pem', 'ca.key.pem'])
})

test('finishes what was interrupted after the key', async () => {
  await using directory = await temporaryDirectory()
  const { key } = await ensureDeviceAuthority(directory.path)
  await rm(join(directory.path, 'ca.cert.pem'))
  const finished = await ensureDeviceAuthority(directory.path)
  assert.deepEqual(finished.key.publicKey, key.publicKey)
  assert.deepEqual(finished.certificate.publicKey.bytes, key.publicKey)
})

test('does not load a CA that is not there', async () => {
  await using directory = await temporaryDirectory()
  await assert.rejects(loadDeviceAuthority(directory.path), { code: 'device_ca_missing' })
})

test('does not load a certificate of another key', async () => {
  await using directory = await temporaryDirectory()
  const [one, other] = [join(directory.path, 'one'), join(directory.path, 'other')]
  await Promise.all([ensureDeviceAuthority(one), ensureDeviceAuthority(other)])
  await copyFile(join(other, 'ca.key.pem'), join(one, 'ca.key.pem'))
  await assert.rejects(loadDeviceAuthority(one), { code: 'device_ca_mismatch' })
})
