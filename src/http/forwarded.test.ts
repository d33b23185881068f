import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientAddress, dropForwarding, type ForwardingHeader } from './forwarded.ts'
import { createNetworks } from './networks.ts'

const networks = createNetworks([
  { family: 'ipv4', address: '10.0.0.0', prefix: 8 },
  { family: 'ipv6', address: '2001:db8:ffff::', prefix: 48 },
])

const PROXY = '10.0.0.1'

/** What a trusted proxy hands on, and the address that is believed. */
const CASES: Readonly<Record<ForwardingHeader, readonly (readonly [string, string])[]>> = {
  'x-forwarded-for': [
    ['192.0.2.1', '192.0.2.1'],
    ['198.51.100.9, 192.0.2.1', '192.0.2.1'],
    ['198.51.100.9,192.0.2.1, 10.0.0.2', '192.0.2.1'],
    ['192.0.2.1,10.9.9.9,2001:db8:ffff::5', '192.0.2.1'],
    ['10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['192.0.2.1:4711', '192.0.2.1'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:0201', '192.0.2.1'],
    ['::ffff:10.0.0.7', '10.0.0.7'],
    ['  192.0.2.1\t', '192.0.2.1'],
    ['192.0.2.1,,', PROXY],
    ['', PROXY],
    [',', PROXY],
    ['unknown', PROXY],
    ['192.0.2.1, unknown', PROXY],
    ['192.0.2.1, _hidden, 10.0.0.2', '10.0.0.2'],
    ['192.0.2.256', PROXY],
    ['0192.0.2.1', PROXY],
    ['3221225985', PROXY],
    ['0xc0000201', PROXY],
    ['192.0.2.1/32', PROXY],
    ['192.0.2.1 10.0.0.2', PROXY],
    ['"192.0.2.1"', PROXY],
    ['[192.0.2.1]', PROXY],
    ['2001:db8::1]:1', PROXY],
    ['fe80::1%eth0', PROXY],
    ['localhost', PROXY],
    ['for=192.0.2.1', PROXY],
    ['<script>', PROXY],
    ['192.0.2.1\u00a0', '192.0.2.1'],
    ['192.0.2.1:99999999', PROXY],
  ],
  forwarded: [
    ['for=192.0.2.1', '192.0.2.1'],
    ['For="[2001:db8:cafe::17]:4711"', '2001:db8:cafe::17'],
    ['for=192.0.2.1;proto=https;by=10.0.0.1', '192.0.2.1'],
    ['by=10.0.0.1; for=192.0.2.1 ; host=x', '192.0.2.1'],
    ['for=198.51.100.9, for=192.0.2.1', '192.0.2.1'],
    ['for=192.0.2.1, for=10.0.0.2', '192.0.2.1'],
    ['for="x, for=192.0.2.1', '192.0.2.1'],
    ['for=192.0.2.1, for="_secret"', PROXY],
    ['for=unknown', PROXY],
    ['proto=https', PROXY],
    ['for=192.0.2.1;for=192.0.2.2', PROXY],
    ['for="192.0.2.1', PROXY],
    ['for=2001:db8::1', PROXY],
    ['192.0.2.1', PROXY],
    ['for="192.0.2.\\1"', PROXY],
    ['for==192.0.2.1', PROXY],
  ],
}

for (const header of ['x-forwarded-for', 'forwarded'] as const) {
  for (const [value, expected] of CASES[header]) {
    test(`a trusted proxy that says ${header}: ${JSON.stringify(value)} speaks for ${expected}`, () => {
      assert.equal(clientAddress(PROXY, value, { networks, header }), expected)
      assert.equal(clientAddress(`::ffff:${PROXY}`, value, { networks, header }), expected)
    })
    test(`whoever else says ${header}: ${JSON.stringify(value)} speaks for nobody`, () => {
      assert.equal(clientAddress('192.0.2.77', value, { networks, header }), '192.0.2.77')
    })
  }
}

test('a header of thousands of proxies ends with the first of them', () => {
  const value = ['10.0.0.9', ...Array.from({ length: 7000 }, () => '10.0.0.1')].join()
  assert.equal(clientAddress(PROXY, value, { networks, header: 'x-forwarded-for' }), '10.0.0.9')
})

test('every header that speaks for others is dropped, and no other', () => {
  const kept = { host: 'x', 'x-forward': '1', 'user-agent': 'y', via: 'z' }
  const headers: Record<string, unknown> = {
    ...kept,
    'x-forwarded-for': '1',
    x_forwarded_for: '1',
    'x-forwarded_for': '1',
    'x-forwarded-proto': 'http',
    'x-forwarded-host': 'evil.example',
    'x-real-ip': '1',
    x_real_ip: '1',
    forwarded: 'for=1',
    'true-client-ip': '1',
    'cf-connecting-ip': '1',
  }
  dropForwarding(headers)
  assert.deepEqual(headers, kept)
})
