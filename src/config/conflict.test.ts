import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, loadConfig } from './index.ts'
import type { ConfigSources } from './load.ts'

type Env = Readonly<Record<string, string>>

test('half a TLS key pair is refused', () => {
  const certificate = { WINDFALL_TLS__CERTIFICATE_FILE: 'c.pem' }
  assert.deepEqual(codes({ env: certificate }), { 'tls.certificateFile': 'conflict' })
  const { tls } = loadConfig({ env: { ...certificate, WINDFALL_TLS__KEY_FILE: 'k.pem' } })
  assert.deepEqual(tls, { certificateFile: 'c.pem', keyFile: 'k.pem', off: false })
})

test('plain HTTP is for proxies: without one, without a public URL, or with a pair of its own it is refused', () => {
  const off = { WINDFALL_TLS__OFF: 'true' }
  const url = { WINDFALL_PUBLIC_URL: 'https://mdm.example.com' }
  const proxy = { WINDFALL_PROXY__TRUSTED: '10.0.0.5' }
  const pair = { WINDFALL_TLS__CERTIFICATE_FILE: 'c.pem', WINDFALL_TLS__KEY_FILE: 'k.pem' }
  for (const env of [off, { ...off, ...url }, { ...off, ...proxy }]) {
    assert.deepEqual(codes({ env }), { 'tls.off': 'conflict' })
  }
  assert.deepEqual(codes({ env: { ...off, ...url, ...proxy, ...pair } }), { 'tls.off': 'conflict' })
  assert.equal(loadConfig({ env: { ...off, ...url, ...proxy } }).tls.off, true)
})

test('half of a provider, or of what gives roles, is refused', () => {
  const issuer = { WINDFALL_OIDC__ISSUER: 'https://login.example.com' }
  const client = { WINDFALL_OIDC__CLIENT_ID: 'windfall' }
  assert.deepEqual(codes({ env: issuer }), { 'oidc.issuer': 'conflict' })
  assert.deepEqual(codes({ env: client }), { 'oidc.issuer': 'conflict' })
  const claim = { WINDFALL_OIDC__ROLE_CLAIM: 'groups' }
  assert.deepEqual(codes({ env: { ...issuer, ...client, ...claim } }), {
    'oidc.roleClaim': 'conflict',
  })
  const roles = { WINDFALL_OIDC__ROLES: 'owner=it' }
  assert.ok(loadConfig({ env: { ...issuer, ...client, ...claim, ...roles } }).oidc.roles)
})

test('a method of signing in that lacks what it needs is refused', () => {
  const by = (methods: string): Env => ({ WINDFALL_SIGN_IN__METHODS: methods })
  assert.deepEqual(codes({ env: by('password,oidc') }), { 'signIn.methods': 'conflict' })
  const proxy: Env = {
    WINDFALL_SIGN_IN__PROXY_HEADER: 'X-Remote-User',
    WINDFALL_SIGN_IN__PROXY_SECRET: 's'.repeat(32),
    WINDFALL_PROXY__TRUSTED: '192.0.2.1',
  }
  const { signIn } = loadConfig({ env: { ...by('proxy'), ...proxy } })
  assert.deepEqual([signIn.methods, signIn.proxyHeader], [['proxy'], 'x-remote-user'])
  for (const name of Object.keys(proxy)) {
    const { [name]: _, ...rest } = { ...by('proxy'), ...proxy }
    assert.deepEqual(codes({ env: rest }), { 'signIn.methods': 'conflict' }, name)
  }
})

test('a header that would say two things is refused', () => {
  const env = {
    WINDFALL_SIGN_IN__PROXY_HEADER: 'X-Remote-User',
    WINDFALL_SIGN_IN__PROXY_GROUPS_HEADER: 'x-remote-USER',
  }
  assert.deepEqual(codes({ env }), { 'signIn.proxyHeader': 'conflict' })
})

test('a CA without an RA needs a key that messages can be encrypted to', () => {
  assert.deepEqual(codes({ env: { WINDFALL_CA__RA: 'false' } }), { 'ca.ra': 'conflict' })
  const config = loadConfig({
    env: { WINDFALL_CA__RA: 'false', WINDFALL_CA__KEY_TYPE: 'rsa-2048' },
  })
  assert.equal(config.ca.ra, false)
})

test('a conflict with a faulty value is not reported on top of the fault', () => {
  const env = { WINDFALL_CA__RA: 'false', WINDFALL_CA__KEY_TYPE: 'rsa' }
  assert.deepEqual(codes({ env }), { 'ca.keyType': 'invalid_value' })
})

test('a device list without the signature of Apple is refused', () => {
  const list = { WINDFALL_ENROLLMENT__DEVICE_LIST_FILE: 'devices' }
  const unsigned = { WINDFALL_ENROLLMENT__REQUIRE_APPLE_SIGNER: 'false' }
  assert.deepEqual(codes({ env: { ...list, ...unsigned } }), {
    'enrollment.requireAppleSigner': 'conflict',
  })
  assert.equal(loadConfig({ env: list }).enrollment.deviceListFile, 'devices')
  assert.equal(loadConfig({ env: unsigned }).enrollment.requireAppleSigner, false)
})

test('listeners cannot share a port, unless it is any free one or the default of operations', () => {
  const scep = (text: string) => ({ WINDFALL_SCEP__HTTP_LISTEN: text })
  assert.deepEqual(codes({ env: scep('127.0.0.1:8443') }), { listen: 'conflict' })
  const ops = { WINDFALL_OPS__LISTEN: '[::1]:9000' }
  assert.deepEqual(codes({ env: { ...ops, ...scep('[::1]:9000') } }), {
    'scep.httpListen': 'conflict',
  })
  const apart = { ...ops, ...scep('127.0.0.1:9000') }
  assert.deepEqual(loadConfig({ env: apart }).scep.httpListen, { host: '127.0.0.1', port: 9000 })
  const free = { ...scep('0.0.0.0:0'), WINDFALL_LISTEN: '0.0.0.0:0' }
  assert.equal(loadConfig({ env: free }).listen.port, 0)
  assert.equal(loadConfig({ env: { WINDFALL_LISTEN: '0.0.0.0:8444' } }).ops.isExplicit, false)
})

const codes = (sources: ConfigSources): Readonly<Record<string, string>> => {
  try {
    loadConfig(sources)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return Object.fromEntries(error.faults.map(({ key, code }) => [key, code]))
  }
  assert.fail('the configuration was accepted')
}

test('a certificate from an ACME CA needs a name, consent, and TLS that is served by windfall', () => {
  const acme = { WINDFALL_ACME__DIRECTORY_URL: 'https://ca.example.com/directory' }
  const agreed = { ...acme, WINDFALL_ACME__TERMS_AGREED: 'true' }
  const url = { WINDFALL_PUBLIC_URL: 'https://mdm.example.com' }
  const conflict = { 'acme.directoryUrl': 'conflict' }
  assert.deepEqual(codes({ env: { ...acme, ...url } }), conflict)
  for (const publicUrl of ['', 'https://192.0.2.1', 'https://[2001:db8::1]:8443']) {
    assert.deepEqual(codes({ env: { ...agreed, WINDFALL_PUBLIC_URL: publicUrl } }), conflict)
  }
  const pair = { WINDFALL_TLS__CERTIFICATE_FILE: 'a', WINDFALL_TLS__KEY_FILE: 'b' }
  assert.deepEqual(codes({ env: { ...agreed, ...url, ...pair } }), conflict)
  const off = { WINDFALL_TLS__OFF: 'true', WINDFALL_PROXY__TRUSTED: '192.0.2.1' }
  assert.deepEqual(codes({ env: { ...agreed, ...url, ...off } }), conflict)
  const shared = { WINDFALL_SCEP__HTTP_LISTEN: '0.0.0.0:80' }
  assert.deepEqual(codes({ env: { ...agreed, ...url, ...shared } }), {
    'scep.httpListen': 'conflict',
  })
  assert.ok(loadConfig({ env: shared }))
  assert.equal(loadConfig({ env: { ...agreed, ...url } }).acme.httpListen.port, 80)
})
