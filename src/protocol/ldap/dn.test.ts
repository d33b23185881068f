import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusal } from '../../../test/codec/damage.ts'
import { dnKey } from './index.ts'

for (const [one, other] of [
  ['cn=Staff,dc=example', 'CN=staff, DC=Example'],
  ['cn=a\\2cb,dc=x', 'cn=a\\,b,dc=x'],
  ['cn=Zo\\c3\\ab,dc=x', 'cn=zoë,dc=x'],
  ['cn=a+sn=b,dc=x', 'sn=b+cn=a,dc=x'],
  ['cn=  a   b  ,dc=x', 'cn=a b,dc=x'],
  ['cn=a\\ ,dc=x', 'cn=a\\20,dc=x'],
] as const) {
  test(`the same DN: ${one}`, () => assert.equal(dnKey(one), dnKey(other)))
}

for (const [one, other] of [
  ['cn=a\\,dc=x', 'cn=a,dc=x'],
  ['cn=a,dc=x', 'cn=a,dc=x,dc=y'],
  ['cn=a\\+sn=b', 'cn=a+sn=b'],
  ['cn=a', 'sn=a'],
  ['cn=a", "b', 'cn=a,b=c'],
] as const) {
  test(`not the same DN: ${one}`, () => {
    const keys = [one, other].map((text) => refusal(() => dnKey(text)) ?? dnKey(text))
    assert.notEqual(keys[0], keys[1])
  })
}

for (const text of ['', ' ', 'staff', '=x', 'cn=a,,dc=x', 'c n=a', 'cn=a\\']) {
  test(`no DN: '${text}'`, () =>
    assert.equal(
      refusal(() => dnKey(text)),
      'ldap_dn',
    ))
}
