import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BerReader, BerWriter, FilterParser } from 'ldapts'
import { refusal } from '../../../test/codec/damage.ts'
import { encodeFilter, type Filter } from './filter.ts'
import { parseFilter } from './filter-text.ts'

/** The bytes that another implementation makes of a filter in its text form. */
const encodeElsewhere = (text: string): Buffer => {
  const writer = new BerWriter()
  FilterParser.parseString(text).write(writer)
  return writer.buffer
}

test('filters are read as administrators write them', () => {
  assert.deepEqual(parseFilter('objectClass=person'), {
    ...{ kind: 'equals', attribute: 'objectClass', value: 'person' },
  })
  assert.deepEqual(parseFilter('(&(uid=a\\2ab)(!(mail=*)))'), {
    kind: 'and',
    filters: [
      { kind: 'equals', attribute: 'uid', value: Buffer.from('a*b') },
      { kind: 'not', filter: { kind: 'present', attribute: 'mail' } },
    ],
  })
  assert.deepEqual(parseFilter('(cn=a*b*c)'), {
    ...{ kind: 'substrings', attribute: 'cn', any: ['b'] },
    ...{ initial: 'a', final: 'c' },
  })
  assert.deepEqual(parseFilter('(memberOf:1.2.840.113556.1.4.1941:=cn=x,dc=y)'), {
    ...{ kind: 'matches', rule: '1.2.840.113556.1.4.1941', attribute: 'memberOf' },
    ...{ value: 'cn=x,dc=y', ofDn: false },
  })
  assert.deepEqual(parseFilter('(|(a>=1)(b<=2)(c~=3))'), {
    kind: 'or',
    filters: [
      { kind: 'least', attribute: 'a', value: '1' },
      { kind: 'most', attribute: 'b', value: '2' },
      { kind: 'like', attribute: 'c', value: '3' },
    ],
  })
})

for (const text of [
  ...['', '(', '()', '(a)', '(=b)', '(a=b', '(a=b))', '(a=b)(c=d)', '(&)', '(!)', '(!(a=b)(c=d))'],
  ...['(a b=c)', '(a=\\2)', '(a=\\zz)', '(a=b(c)', '(a=b**c)', '(:=x)', '(a:b:c:=x)', '(é=x)'],
  '('.repeat(40),
  `${'(!'.repeat(40)}(a=b)${')'.repeat(40)}`,
]) {
  test(`what is no filter is refused: ${text.slice(0, 20)}`, () => {
    assert.equal(
      refusal(() => parseFilter(text)),
      'ldap_filter',
    )
  })
}

test('filters have the bytes that another implementation makes of their text', () => {
  for (const text of [
    '(objectclass=person)',
    '(&(objectClass=person)(!(useraccountcontrol=514)))',
    '(|(uid=anna)(mail=*@example.org)(cn=a*b*c))',
    '(uid=*)',
    '(useraccountcontrol:1.2.840.113556.1.4.803:=2)',
  ]) {
    assert.deepEqual(Buffer.from(encodeFilter(parseFilter(text))), encodeElsewhere(text))
  }
})

test('whatever a value holds, the tree is the one that was meant [security W2]', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 64 }),
    fc.stringMatching(/^[()*\\&|!=\0a]{0,64}$/),
  )
  fc.assert(
    fc.property(hostile, (value) => {
      const filter: Filter = {
        kind: 'and',
        filters: [
          { kind: 'equals', attribute: 'objectclass', value: 'person' },
          { kind: 'equals', attribute: 'uid', value },
        ],
      }
      const tree = FilterParser.parse(new BerReader(Buffer.from(encodeFilter(filter))))
      assert.ok('filters' in tree && Array.isArray(tree.filters))
      const [first, second, ...more] = tree.filters
      assert.equal(first.toString(), '(objectclass=person)')
      assert.deepEqual(
        { type: second.type, attribute: second.attribute, more },
        { type: 0xa3, attribute: 'uid', more: [] },
      )
      assert.deepEqual(Buffer.from(second.value), Buffer.from(Buffer.from(value).toString()))
    }),
    { numRuns: 5_000, seed: 6 },
  )
})
