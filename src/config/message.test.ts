import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, loadConfig } from './index.ts'

const load = (env: Readonly<Record<string, string>>) => loadConfig({ env })

const faultsOf = (env: Readonly<Record<string, string>>): readonly string[] => {
  try {
    load(env)
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.faults.map(({ key }) => key)
  }
}

const MAIL = {
  WINDFALL_MAIL__URL: 'smtp://windfall@mail.example.com',
  WINDFALL_MAIL__FROM: 'Example IT <it@example.com>',
  WINDFALL_MAIL__PASSWORD: 'open sesame',
}

test('reads mail servers', () => {
  const { mail } = load(MAIL)
  assert.deepEqual(mail.url, {
    ...{ host: 'mail.example.com', port: 587, isImplicit: false, user: 'windfall' },
  })
  assert.equal(mail.tls, 'required')
  const implicit = load({
    ...MAIL,
    WINDFALL_MAIL__URL: 'smtps://it%40example.com@[2001:db8::1]:99',
  })
  assert.deepEqual(implicit.mail.url, {
    ...{ host: '2001:db8::1', port: 99, isImplicit: true, user: 'it@example.com' },
  })
  for (const url of [
    'mail.example.com',
    'http://a',
    'smtp://',
    'smtp://a:b@c',
    'smtp://a/x',
    'smtp://a?b',
  ]) {
    assert.deepEqual(faultsOf({ ...MAIL, WINDFALL_MAIL__URL: url }), ['mail.url'], url)
  }
  for (const from of [
    'it',
    'a@b, c@d',
    'a@b\r\nBcc: c@d',
    'X <a@b> Y',
    '"X" <a@b.c>',
    'A\u202eB <a@b>',
  ]) {
    assert.deepEqual(faultsOf({ ...MAIL, WINDFALL_MAIL__FROM: from }), ['mail.from'], from)
  }
})

test('no password goes over a connection that may be read, and none alone', () => {
  for (const tls of ['off', 'opportunistic']) {
    assert.deepEqual(faultsOf({ ...MAIL, WINDFALL_MAIL__TLS: tls }), ['mail.tls'])
  }
  const { WINDFALL_MAIL__PASSWORD: _, ...without } = MAIL
  assert.deepEqual(faultsOf(without), ['mail.password'])
  const { WINDFALL_MAIL__FROM: __, ...nobody } = MAIL
  assert.deepEqual(faultsOf(nobody), ['mail.url'])
})

test('an SMS gateway has what its kind needs', () => {
  assert.deepEqual(faultsOf({ WINDFALL_SMS__GATEWAY: 'http' }), ['sms.url'])
  assert.deepEqual(faultsOf({ WINDFALL_SMS__GATEWAY: 'twilio' }), [
    ...['sms.accountSid', 'sms.from', 'sms.secret'],
  ])
  const { sms } = load({
    WINDFALL_SMS__GATEWAY: 'http',
    WINDFALL_SMS__URL: 'https://sms.example.com/send?to={{to}}',
    WINDFALL_SMS__HEADERS: 'X-Key: {{secret}}\nAccept: text/plain',
    WINDFALL_SMS__SUCCESS: '^OK',
  })
  assert.deepEqual(sms.headers, [
    ['x-key', '{{secret}}'],
    ['accept', 'text/plain'],
  ])
  assert.ok(sms.success?.test('OK 1'))
  for (const [key, value] of [
    ['URL', 'http://sms.example.com/'],
    ['URL', 'https://{{to}}.example.com/'],
    ['URL', 'https://user@sms.example.com/'],
    ['HEADERS', 'X Key: a'],
    ['SUCCESS', '('],
    ['ACCOUNT_SID', 'AC1'],
  ] as const) {
    assert.equal(faultsOf({ [`WINDFALL_SMS__${key}`]: value }).length, 1, `${key} ${value}`)
  }
})
