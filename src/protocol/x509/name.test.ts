import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { refusal, survive } from '../../../test/codec/damage.ts'
import { mutations } from '../../../test/mutate.ts'
import { decode, der, Tag } from '../asn1/index.ts'
import {
  type DistinguishedName,
  decodeName,
  encodeName,
  findAttribute,
  formatName,
  isSameName,
} from './index.ts'

const CN = der.oid('2.5.4.3')
const rdn = (...attributes: Uint8Array[]): Uint8Array => der.setOf(attributes)
const commonName = (value: Uint8Array): Uint8Array => der.sequence(rdn(der.sequence(CN, value)))

const anna: DistinguishedName = [[['C', 'DE']], [['O', 'ACME Inc.']], [['CN', 'Anna']]]

test('writes and reads a name, outermost first', () => {
  assert.deepEqual(decodeName(encodeName(anna)), anna)
  assert.equal(formatName(anna), 'CN=Anna,O=ACME Inc.,C=DE')
  assert.equal(findAttribute(anna, 'O'), 'ACME Inc.')
  assert.equal(findAttribute(anna, 'OU'), undefined)
})

test('writes and reads the empty name', () => {
  assert.deepEqual(Buffer.from(encodeName([])), Buffer.from([0x30, 0x00]))
  assert.deepEqual(decodeName(encodeName([])), [])
  assert.equal(formatName([]), '')
})

test('keeps several attributes of one level together, in the order of DER', () => {
  const name: DistinguishedName = [
    [
      ['OU', 'b'],
      ['CN', 'a'],
    ],
  ]
  assert.deepEqual(decodeName(encodeName(name)), [
    [
      ['CN', 'a'],
      ['OU', 'b'],
    ],
  ])
  assert.equal(formatName(name), 'OU=b+CN=a')
})

test('writes the string types that the attributes want', () => {
  const typeOf = (type: string, value: string): number | undefined => {
    const [set] = decode(encodeName([[[type, value]]]), 'der').children
    return set?.children[0]?.children[1]?.tag
  }
  assert.equal(typeOf('C', 'DE'), Tag.printableString)
  assert.equal(typeOf('SERIALNUMBER', 'C02X'), Tag.printableString)
  assert.equal(typeOf('SERIALNUMBER', 'a*b'), Tag.utf8String)
  assert.equal(typeOf('CN', 'Anna'), Tag.utf8String)
  assert.equal(typeOf('emailAddress', 'a@example.com'), Tag.ia5String)
  assert.equal(typeOf('DC', 'example'), Tag.ia5String)
  assert.equal(typeOf('1.2.3.4', 'x'), Tag.utf8String)
})

test('never turns a letter into another one: an address with š is not one with a [security S8]', () => {
  for (const type of ['emailAddress', 'DC', 'CN', 'C', 'SERIALNUMBER']) {
    const name: DistinguishedName = [[[type, 'š\u0131dmin']]]
    assert.deepEqual(decodeName(encodeName(name)), name)
  }
})

test('refuses to write an attribute type that is neither known nor an OBJECT IDENTIFIER', () => {
  for (const type of ['XX', 'cn', '', '1.2.', '__proto__']) {
    assert.equal(
      refusal(() => encodeName([[[type, 'x']]])),
      'asn1_value',
    )
  }
})

test('every name of any text reads back as it was written [security S8]', () => {
  const type = fc.constantFrom(
    'CN',
    'O',
    'OU',
    'UID',
    'emailAddress',
    'DC',
    'C',
    'SERIALNUMBER',
    '1.2.3',
  )
  const value = fc.string({ unit: 'binary', maxLength: 60 })
  const level = fc.tuple(type, value).map((attribute) => [attribute])
  fc.assert(
    fc.property(fc.array(level, { maxLength: 8 }), (name) => {
      assert.deepEqual(decodeName(encodeName(name)), name)
    }),
    { numRuns: 500 },
  )
})

const HOSTILE: readonly (readonly [what: string, value: string, formatted: string])[] = [
  ['a comma and an attribute', 'x,O=Apple', 'CN=x\\,O=Apple'],
  ['a plus and an attribute', 'x+O=Apple', 'CN=x\\+O=Apple'],
  ['quotes, angle brackets, semicolon', '"<>;', 'CN=\\"\\<\\>\\;'],
  ['a backslash', 'a\\', 'CN=a\\\\'],
  ['a leading hash', '#04', 'CN=\\#04'],
  ['spaces at the ends', ' x ', 'CN=\\ x\\ '],
  ['NUL', 'anna\0admin', 'CN=anna\\00admin'],
  ['line ends', 'a\r\nb', 'CN=a\\0d\\0ab'],
  ['an escape sequence for terminals', '\u001b[2J', 'CN=\\1b[2J'],
]

for (const [what, value, formatted] of HOSTILE) {
  test(`formats a value with ${what} so that it stays one value on one line [security S8]`, () => {
    assert.equal(formatName(decodeName(encodeName([[['CN', value]]]))), formatted)
  })
}

test('formats a value that would turn the reading direction so that it cannot [security S8]', () => {
  for (const mark of ['\u202e', '\u202a', '\u2066', '\u2069', '\u200f', '\u2028', '\u2029']) {
    const text = formatName([[['CN', `a${mark}b`]]])
    assert.ok(!text.includes(mark), `U+${mark.codePointAt(0)?.toString(16)}`)
  }
})

test('reads every string type a client may write', () => {
  for (const value of [
    der.utf8String('Anna'),
    der.printableString('Anna'),
    der.ia5String('Anna'),
    der.tlv(Tag.teletexString, Buffer.from('Anna')),
    der.tlv(Tag.bmpString, Buffer.from('\0A\0n\0n\0a', 'latin1')),
  ]) {
    assert.deepEqual(decodeName(commonName(value)), [[['CN', 'Anna']]])
  }
})

test('one name written with other string types is the same name, another value is not', () => {
  const utf8 = commonName(der.utf8String('Anna'))

  assert.ok(isSameName(utf8, utf8))
  assert.ok(isSameName(utf8, commonName(der.printableString('Anna'))))
  assert.ok(!isSameName(utf8, commonName(der.utf8String('anna'))))
  assert.ok(!isSameName(utf8, commonName(der.utf8String('Anna '))))
  assert.ok(!isSameName(utf8, encodeName([])))
  assert.ok(
    !isSameName(
      encodeName([[['CN', 'a']], [['O', 'b']]]),
      encodeName([
        [
          ['O', 'b'],
          ['CN', 'a'],
        ],
      ]),
    ),
  )
})

test('refuses more than 64 attributes, on one level or on many', () => {
  const attribute = der.sequence(CN, der.utf8String('x'))
  const many = Array.from({ length: 65 }, () => attribute)

  assert.equal(decodeName(der.sequence(...many.slice(1).map((one) => rdn(one)))).length, 64)
  assert.equal(
    refusal(() => decodeName(der.sequence(...many.map((one) => rdn(one))))),
    'x509_name',
  )
  assert.equal(
    refusal(() => decodeName(der.sequence(rdn(...many)))),
    'x509_name',
  )
})

test('survives 20,000 mutations of names [security C8]', () => {
  const seeds = [
    encodeName(anna),
    encodeName([
      [
        ['UID', 'a'],
        ['DC', 'b'],
      ],
      [['emailAddress', 'a@b']],
      [['1.2.3.4', 'ü']],
    ]),
    commonName(der.tlv(Tag.bmpString, Buffer.from('\0A', 'latin1'))),
  ]
  const read = (bytes: Uint8Array): void => {
    const name = decodeName(bytes)
    formatName(name)
    isSameName(bytes, seeds[0] ?? bytes)
  }
  const { taken, refused } = survive(read, mutations(501, seeds, 20_000))
  assert.equal(taken + refused, 20_000)
})

test('an attribute without a value is refused [security C8]', () => {
  const bare = der.sequence(rdn(der.sequence(CN)))
  assert.equal(
    refusal(() => decodeName(bare)),
    'asn1_unexpected',
  )
})
