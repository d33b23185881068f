import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, loadConfig } from './index.ts'
import type { ConfigSources } from './load.ts'

test('truth values are true or false and nothing else', () => {
  assert.equal(loadConfig({ env: { WINDFALL_PROFILE__LOCKED: 'true' } }).profile.locked, true)
  assert.equal(loadConfig({ env: { WINDFALL_CA__RA: 'true' } }).ca.ra, true)
  for (const text of ['1', '0', 'yes', 'TRUE', 'False', ' true', 'on'])
    assert.deepEqual(codes({ env: { WINDFALL_PROFILE__LOCKED: text } }), {
      'profile.locked': 'invalid_value',
    })
})

test('reads listen addresses', () => {
  const addresses = {
    '127.0.0.1:0': { host: '127.0.0.1', port: 0 },
    '[::1]:8443': { host: '::1', port: 8443 },
    '[::]:65535': { host: '::', port: 65_535 },
    'mdm.example.com:443': { host: 'mdm.example.com', port: 443 },
  }
  for (const [listen, expected] of Object.entries(addresses))
    assert.deepEqual(loadConfig({ flags: { listen }, env: {} }).listen, expected)
  const wrong = [
    '8443',
    ':8443',
    '::1:8443',
    '[::1]',
    '[mdm]:1',
    'h:',
    'h:65536',
    'h:-1',
    'a b:1',
    'h:1x',
    'off',
  ]
  for (const listen of wrong)
    assert.deepEqual(codes({ flags: { listen }, env: {} }), { listen: 'invalid_value' }, listen)
})

test('listeners that may be off are off by that word, and remember that they were asked for', () => {
  const off = loadConfig({
    env: { WINDFALL_OPS__LISTEN: 'off', WINDFALL_SCEP__HTTP_LISTEN: 'off' },
  })
  assert.partialDeepStrictEqual(off.ops, { listen: undefined, isExplicit: true })
  assert.equal(off.scep.httpListen, undefined)
  const same = loadConfig({ env: { WINDFALL_OPS__LISTEN: '127.0.0.1:8444' } })
  assert.partialDeepStrictEqual(same.ops, {
    listen: { host: '127.0.0.1', port: 8444 },
    isExplicit: true,
  })
})

test('reads roles by the value of a claim', () => {
  const env = (text: string) => ({
    WINDFALL_OIDC__ROLES: text,
    WINDFALL_OIDC__ROLE_CLAIM: 'groups',
  })
  assert.deepEqual(loadConfig({ env: env('owner=it, administrator=cn=help desk') }).oidc.roles, [
    { role: 'owner', value: 'it' },
    { role: 'administrator', value: 'cn=help desk' },
  ])
  for (const text of ['it', 'owner', 'owner=', '=it', 'god=it', 'owner=it,']) {
    assert.deepEqual(codes({ env: env(text) }), { 'oidc.roles': 'invalid_value' }, text)
  }
})

test('reads how account holders sign in', () => {
  const env = (text: string) => ({ WINDFALL_SIGN_IN__METHODS: text })
  assert.deepEqual(loadConfig({ env: {} }).signIn.methods, ['password'])
  for (const text of ['invitation', 'password,password', 'password,', 'Password', 'oidc;proxy']) {
    assert.deepEqual(codes({ env: env(text) }), { 'signIn.methods': 'invalid_value' }, text)
  }
  for (const name of [
    'Authorization',
    'X-Forwarded-For',
    'X-Windfall-Proxy-Secret',
    'X-',
    'X-A:b',
  ]) {
    const faults = codes({ env: { WINDFALL_SIGN_IN__PROXY_HEADER: name } })
    assert.deepEqual(faults, { 'signIn.proxyHeader': 'invalid_value' }, name)
  }
  for (const secret of ['s'.repeat(31), `${'s'.repeat(32)} `, 's'.repeat(257), 'ß'.repeat(32)]) {
    const faults = codes({ env: { WINDFALL_SIGN_IN__PROXY_SECRET: secret } })
    assert.deepEqual(faults, { 'signIn.proxySecret': 'invalid_value' }, secret)
  }
})

test('reads attributes by the claims that give them', () => {
  const env = (text: string) => ({ WINDFALL_OIDC__ATTRIBUTES: text })
  assert.deepEqual(loadConfig({ env: env('team=department, room=urn:x=y') }).oidc.attributes, [
    { attribute: 'team', claim: 'department' },
    { attribute: 'room', claim: 'urn:x=y' },
  ])
  for (const text of ['team', '=department', 'team=', '1=a', 'a b=c', 'team=a,']) {
    assert.deepEqual(codes({ env: env(text) }), { 'oidc.attributes': 'invalid_value' }, text)
  }
})

test('reads hosts by name, address and network', () => {
  const env = (text: string) => ({ WINDFALL_OUTBOUND__ALLOW: text })
  const { allow } = loadConfig({
    env: env('Login.Example.com, 10.1.2.3,10.0.0.0/8,fd12::/16'),
  }).outbound
  assert.deepEqual(allow, {
    names: ['login.example.com'],
    networks: [
      { family: 'ipv4', address: '10.1.2.3', prefix: 32 },
      { family: 'ipv4', address: '10.0.0.0', prefix: 8 },
      { family: 'ipv6', address: 'fd12::', prefix: 16 },
    ],
  })
  for (const text of [
    '*',
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/33',
    '256.1.1.1',
    '2130706433',
    'a b',
    'a,',
    '*.example.com',
    'https://a.example',
  ])
    assert.deepEqual(codes({ env: env(text) }), { 'outbound.allow': 'invalid_value' }, text)
})

test('an issuer is kept as it was typed, and asked for over TLS only', () => {
  const env = (text: string) => ({ WINDFALL_OIDC__ISSUER: text, WINDFALL_OIDC__CLIENT_ID: 'w' })
  for (const text of ['https://a.example', 'https://a.example/', 'https://a.example/realms/x'])
    assert.equal(loadConfig({ env: env(text) }).oidc.issuer, text)
  for (const text of [
    'http://a.example',
    'a.example',
    'https://u:p@a.example',
    'https://a.example/?x',
    'https://a.example/#x',
  ])
    assert.deepEqual(codes({ env: env(text) }), { 'oidc.issuer': 'invalid_value' }, text)
})

test('the scopes have openid among them', () => {
  const env = (text: string) => ({ WINDFALL_OIDC__SCOPES: text })
  assert.equal(loadConfig({ env: env(' openid  groups ') }).oidc.scopes, 'openid groups')
  for (const text of ['email', 'openid "x"', 'openidx'])
    assert.deepEqual(codes({ env: env(text) }), { 'oidc.scopes': 'invalid_value' }, text)
})

test('the public URL is an https origin', () => {
  const publicUrl = (text: string) => loadConfig({ flags: { publicUrl: text }, env: {} }).publicUrl
  assert.equal(publicUrl('https://mdm.example.com'), 'https://mdm.example.com')
  assert.equal(publicUrl('https://MDM.example.com:8443/'), 'https://mdm.example.com:8443')
  const wrong = [
    'http://h',
    'https://h/path',
    'https://h/?q',
    'https://h/#f',
    'https://u:p@h',
    'https://u@h',
    'h',
    'https://',
  ]
  for (const text of wrong)
    assert.deepEqual(
      codes({ flags: { publicUrl: text }, env: {} }),
      { publicUrl: 'invalid_value' },
      text,
    )
})

test('refuses values that are out of range or of another form', () => {
  const wrong: Readonly<Record<string, readonly string[]>> = {
    CA__CERTIFICATE_DAYS: ['0', '3651', '1.5', '1e2', '-1', 'year'],
    CA__KEY_TYPE: ['rsa-1024', 'P-256'],
    DATABASE__URL: ['mysql://h/db', 'windfall', 'postgresx://h'],
    ENROLLMENT__CHALLENGE_MINUTES: ['0', '10081'],
    ENROLLMENT__DEVICE_ATTRIBUTES: [
      'UDID',
      'UDID,VERSION,PRODUCT,SERIAL,COLOR',
      'UDID,UDID,VERSION,PRODUCT,SERIAL',
    ],
    ENROLLMENT__MINIMUM_IOS: ['17.', '22A380', 'v17', '17.4.1.1'],
    ACME__DIRECTORY_URL: [
      'http://ca.example.com/',
      'ca.example.com',
      'https://a:b@ca.example.com/',
    ],
    ACME__EMAIL: ['admin', 'a@example.com,b@example.com', 'a b@example.com', 'a@example.com?cc=b'],
    ORGANIZATION__IDENTIFIER: ['windfall', 'com..example', 'com.example/x', '.com'],
    ORGANIZATION__NAME: ['x'.repeat(65), 'a\nb'],
    PROFILE__REMOVAL_PASSWORD: [' '],
    SCEP__STATIC_CHALLENGE: ['1234567', '        ', ' 1234567\t'],
  }
  for (const [name, texts] of Object.entries(wrong))
    for (const text of texts) {
      const faults = codes({ env: { [`WINDFALL_${name}`]: text } })
      assert.deepEqual(Object.values(faults), ['invalid_value'], `${name}=${text}`)
    }
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

test('reads lists of addresses and networks; one of everybody is none', () => {
  const { trusted } = loadConfig({
    env: { WINDFALL_PROXY__TRUSTED: '192.0.2.1, 10.0.0.0/8,2001:DB8::/32,::1' },
  }).proxy
  assert.deepEqual(trusted, [
    { family: 'ipv4', address: '192.0.2.1', prefix: 32 },
    { family: 'ipv4', address: '10.0.0.0', prefix: 8 },
    { family: 'ipv6', address: '2001:DB8::', prefix: 32 },
    { family: 'ipv6', address: '::1', prefix: 128 },
  ])
  const wrong = ['0.0.0.0/0', '::/0', '10.0.0.0/33', '10.1', 'proxy.example.com', '10.0.0.1,', '*']
  for (const value of wrong) {
    const env = { WINDFALL_PROXY__TRUSTED: value }
    assert.deepEqual(codes({ env }), { 'proxy.trusted': 'invalid_value' }, value)
  }
})
