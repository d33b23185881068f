import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAddressRule } from './address.ts'

test('public addresses need no exception', () => {
  const rule = createAddressRule({ names: [], networks: [] })
  for (const address of [
    ...['1.1.1.1', '9.9.9.9', '11.0.0.1', '100.63.255.255', '100.128.0.1', '126.255.255.255'],
    ...['128.0.0.1', '169.253.0.1', '172.15.0.1', '172.32.0.1', '192.167.0.1', '192.169.0.1'],
    ...['198.17.0.1', '198.20.0.1', '203.0.112.1', '223.255.255.255'],
    ...['2001:200::1', '2606:4700::1111', '2a00:1450::1', '2003::1', '3ffe::1'],
  ]) {
    assert.equal(rule('provider.example', address), true, address)
  }
})

test('an exception for a network is for that network, and one for a name for that name', () => {
  const rule = createAddressRule({
    names: ['login.example'],
    networks: [
      { family: 'ipv4', address: '10.1.0.0', prefix: 16 },
      { family: 'ipv6', address: 'fd12::', prefix: 16 },
    ],
  })
  assert.equal(rule('other.example', '10.1.255.255'), true)
  assert.equal(rule('other.example', '10.2.0.0'), false)
  assert.equal(rule('other.example', 'fd12::1'), true)
  assert.equal(rule('other.example', 'fd13::1'), false)
  assert.equal(rule('LOGIN.example.', '192.168.0.1'), true)
  assert.equal(rule('a.login.example', '192.168.0.1'), false)
})
