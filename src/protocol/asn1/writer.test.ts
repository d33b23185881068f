import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { refusal } from '../../../test/codec/damage.ts'
import { decode, der, Tag } from './index.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const octets = fc.uint8Array({ maxLength: 300 })

test('every OCTET STRING reads back, its length minimal [security C8]', () => {
  const sizes = fc.constantFrom(0, 1, 127, 128, 255, 256, 65_535, 65_536, 200_000)
  fc.assert(
    fc.property(sizes, (size) => {
      const bytes = new Uint8Array(size).fill(7)
      assert.equal(hex(decode(der.octetString(bytes), 'der').octets()), hex(bytes))
    }),
  )
})

test('every INTEGER from octets is minimal, not negative and reads back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
      const content = decode(der.unsignedInteger(bytes), 'der').integer()
      assert.equal(BigInt(`0x${hex(content)}`), BigInt(`0x${hex(bytes)}`))
      assert.ok((content[0] ?? 0xff) < 0x80)
    }),
  )
  assert.equal(hex(der.unsignedInteger(new Uint8Array())), '020100')
})

test('every number below 2^31 reads back', () => {
  fc.assert(
    fc.property(fc.nat(), (value) => {
      assert.equal(decode(der.smallInteger(value), 'der').smallInteger(), value)
    }),
  )
})

test('every OBJECT IDENTIFIER reads back', () => {
  const first = fc.oneof(
    fc.tuple(fc.constantFrom(0, 1), fc.nat(39)),
    fc.tuple(fc.constant(2), fc.nat(2 ** 31 - 1)),
  )
  const more = fc.array(fc.nat({ max: 999_999_999_999_999 }), { maxLength: 12 })
  fc.assert(
    fc.property(first, more, (head, tail) => {
      const dotted = [...head, ...tail].join('.')
      assert.equal(decode(der.encodeOid(dotted), 'der').oid(), dotted)
    }),
  )
})

test('refuses to write what is no OBJECT IDENTIFIER', () => {
  for (const dotted of [
    '',
    '1',
    '1.',
    '.1',
    '3.1',
    '1.40',
    '0.99',
    '1.2.-3',
    '1.2.03',
    '1.2.a',
    'CN',
    '1..2',
    '1.2.9999999999999999',
    ' 1.2',
    '1.2\n',
    '1.2.1e3',
    '1.0x2',
  ]) {
    assert.equal(
      refusal(() => der.encodeOid(dotted)),
      'asn1_value',
      JSON.stringify(dotted),
    )
  }
})

test('every text reads back as UTF8String', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      assert.equal(decode(der.utf8String(text), 'der').text(), text)
    }),
  )
})

test('knows which texts fit into a PrintableString', () => {
  for (const text of ['', 'Anna', "a b'()+,-./:=?", 'AZaz09']) assert.ok(der.isPrintable(text))
  for (const text of ['a@b', 'a*b', 'a_b', 'ü', 'a\n', 'a&b', 'a\0']) {
    assert.ok(!der.isPrintable(text), text)
  }
})

test('every time of four digits reads back to the second [security S12]', () => {
  const times = fc.date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  })
  fc.assert(
    fc.property(times, (date) => {
      const seconds = Math.floor(date.getTime() / 1000) * 1000
      assert.equal(decode(der.time(date.getTime()), 'der').time(), seconds)
    }),
  )
})

for (const [iso, written] of [
  ['1949-12-31T23:59:59Z', '19491231235959Z'],
  ['1950-01-01T00:00:00Z', '500101000000Z'],
  ['2049-12-31T23:59:59.999Z', '491231235959Z'],
  ['2050-01-01T00:00:00Z', '20500101000000Z'],
] as const) {
  test(`writes ${iso} as ${written}, as RFC 5280 asks [security S12]`, () => {
    const element = decode(der.time(Date.parse(iso)), 'der')

    assert.equal(Buffer.from(element.content).toString(), written)
    assert.equal(element.tag, written.length === 13 ? Tag.utcTime : Tag.generalizedTime)
  })
}

test('every set of named bits reads back without trailing zeros', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(31)), (bits) => {
      const element = decode(der.namedBits(bits), 'der')
      assert.deepEqual(
        [...element.namedBits()],
        bits.toSorted((a, b) => a - b),
      )
      const last = element.content.at(-1) ?? 0
      if (bits.length > 0) assert.equal((last >> (element.content[0] ?? 0)) & 1, 1)
    }),
  )
  assert.equal(hex(der.namedBits([])), '030100')
  assert.equal(hex(der.namedBits([0, 2])), '030205a0')
})

test('writes a SET OF in the order of DER, whatever order it is given in', () => {
  const elements = fc.array(octets.map((bytes) => der.octetString(bytes)))
  fc.assert(
    fc.property(elements, (list) => {
      const written = der.setOf(list)
      assert.deepEqual(written, der.setOf(list.toReversed()))
      const children = decode(written, 'der').list(Tag.set)
      const sorted = children.map(({ bytes }) => bytes).toSorted(Buffer.compare)
      assert.deepEqual(
        children.map(({ bytes }) => hex(bytes)),
        sorted.map(hex),
      )
    }),
  )
})

test('every tree of elements reads back as it was written [security C8]', () => {
  const { tree } = fc.letrec<{ tree: Uint8Array; leaf: Uint8Array; node: Uint8Array }>((tie) => ({
    leaf: octets.map((bytes) => der.octetString(bytes)),
    node: fc.array(tie('tree'), { maxLength: 5 }).map((children) => der.sequence(...children)),
    tree: fc.oneof({ maxDepth: 8 }, tie('leaf'), tie('node')),
  }))
  const rewrite = (bytes: Uint8Array): Uint8Array => {
    const element = decode(bytes, 'der')
    return element.constructed
      ? der.sequence(...element.children.map((child) => rewrite(child.bytes)))
      : der.octetString(element.octets())
  }
  fc.assert(
    fc.property(tree, (bytes) => {
      assert.equal(hex(rewrite(bytes)), hex(bytes))
    }),
  )
})

test('writes tags: EXPLICIT, IMPLICIT, BOOLEAN, NULL, strings', () => {
  assert.equal(hex(der.tagged(0, der.nothing)), 'a0020500')
  assert.equal(hex(der.taggedPrimitive(2, Buffer.from('a'))), '820161')
  assert.equal(hex(der.boolean(true)), '0101ff')
  assert.equal(hex(der.boolean(false)), '010100')
  assert.equal(hex(der.bitString(Uint8Array.of(1))), '03020001')
  assert.equal(hex(der.printableString('a')), '130161')
  assert.equal(hex(der.ia5String('a')), '160161')
  assert.equal(hex(der.integerContent(Uint8Array.of(0, 0xff))), '020200ff')
  assert.equal(der.oid('1.2.3'), der.oid('1.2.3'))
})
