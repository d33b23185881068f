import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { exportPrivateKey, importPrivateKey, importPrivateKeyPem } from './private-key.ts'

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

const refusal = (code: string) => ({ name: 'ServiceError', kind: 'invalid', code })

for (const [name, key] of [
  ['P-256', ec],
  ['RSA-2048', rsa],
] as const satisfies [string, KeyObject][]) {
  test(`a ${name} key survives export and import`, () => {
    const imported = importPrivateKey(exportPrivateKey(key))

    assert.ok(imported.equals(key))
  })
}

test('reads every PEM form of a key', () => {
  const forms = [
    ec.export({ type: 'pkcs8', format: 'pem' }),
    ec.export({ type: 'sec1', format: 'pem' }),
  ]
  for (const pem of forms) assert.ok(importPrivateKeyPem(pem.toString()).equals(ec))
  const pkcs1 = rsa.export({ type: 'pkcs1', format: 'pem' }).toString()
  assert.ok(importPrivateKeyPem(`a comment\n${pkcs1}`).equals(rsa))
})

test('refuses what is no private key', () => {
  const der = exportPrivateKey(ec)
  for (const bytes of [new Uint8Array(), Buffer.from('garbage'), der.subarray(0, -1)]) {
    assert.throws(() => importPrivateKey(bytes), refusal('key_malformed'))
  }
  const certificate = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
  for (const pem of ['', 'garbage', certificate]) {
    assert.throws(() => importPrivateKeyPem(pem), refusal('key_malformed'))
  }
})

test('says when a PEM key is encrypted', () => {
  const secret = { cipher: 'aes-256-cbc', passphrase: 'correct horse' }
  const forms = [
    ec.export({ type: 'pkcs8', format: 'pem', ...secret }),
    rsa.export({ type: 'pkcs1', format: 'pem', ...secret }),
  ]
  for (const pem of forms) {
    assert.throws(() => importPrivateKeyPem(pem.toString()), refusal('key_encrypted'))
  }
})

test('refuses weak keys and kinds that windfall does not use [security S9]', () => {
  const weak = [
    [generateKeyPairSync('rsa', { modulusLength: 1024 }), 'key_rsa_size'],
    [generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }), 'key_rsa_exponent'],
    [generateKeyPairSync('ec', { namedCurve: 'P-521' }), 'key_ec_curve'],
    [generateKeyPairSync('ec', { namedCurve: 'secp256k1' }), 'key_ec_curve'],
    [generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' }), 'key_ec_curve'],
    [generateKeyPairSync('ed25519'), 'key_type'],
    [generateKeyPairSync('rsa-pss', { modulusLength: 2048 }), 'key_type'],
  ] as const
  for (const [{ privateKey }, code] of weak) {
    assert.throws(() => importPrivateKey(exportPrivateKey(privateKey)), refusal(code))
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    assert.throws(() => importPrivateKeyPem(pem), refusal(code))
  }
})
