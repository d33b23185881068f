import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusal } from '../../../test/codec/damage.ts'
import { decode, type Element, Tag } from './index.ts'

/** A primitive element with the given content, in hexadecimal or as text. */
const element = (tag: number, content: string | Uint8Array): Element => {
  const bytes =
    typeof content === 'string' ? Buffer.from(content.replaceAll(' ', ''), 'hex') : content
  return decode(Buffer.concat([Uint8Array.of(tag, bytes.length), bytes]), 'der')
}
const time = (tag: number, text: string): number => element(tag, Buffer.from(text)).time()

const OIDS: readonly (readonly [content: string, dotted: string])[] = [
  ['00', '0.0'],
  ['27', '0.39'],
  ['28', '1.0'],
  ['4f', '1.39'],
  ['50', '2.0'],
  ['78', '2.40'],
  ['88 37', '2.999'],
  ['2a 86 48 86 f7 0d 01 07 02', '1.2.840.113549.1.7.2'],
  ['2a 8f ff ff ff ff ff ff 7f', '1.2.9007199254740991'],
]

for (const [content, dotted] of OIDS) {
  test(`reads OBJECT IDENTIFIER ${dotted}`, () => {
    assert.equal(element(Tag.oid, content).oid(), dotted)
  })
}

for (const [what, content] of [
  ['nothing in it', ''],
  ['its last component cut off', '2a 86'],
  ['a component padded with 80', '2a 80 01'],
  ['its first component padded with 80', '80 2a'],
  ['a component of 2^53', '2a 90 80 80 80 80 80 80 00'],
  ['a component of 2^63 that would wrap to 0', '2a 81 80 80 80 80 80 80 80 80 00'],
] as const) {
  test(`refuses an OBJECT IDENTIFIER with ${what} [security C8]`, () => {
    assert.equal(
      refusal(() => element(Tag.oid, content).oid()),
      'asn1_value',
    )
  })
}

test('reads an INTEGER as its octets, negative ones too', () => {
  for (const content of ['00', '7f', '0080', '80', 'ff7f', '01000000000000000000']) {
    assert.deepEqual(Buffer.from(element(Tag.integer, content).integer()).toString('hex'), content)
  }
})

test('refuses an INTEGER without octets or with more of them than needed [security C8]', () => {
  for (const content of ['', '0000', '007f', 'ffff', 'ff80']) {
    assert.equal(
      refusal(() => element(Tag.integer, content).integer()),
      'asn1_value',
      content,
    )
  }
})

test('reads a small INTEGER up to 2^31 - 1 and refuses what is larger or negative', () => {
  assert.equal(element(Tag.integer, '00').smallInteger(), 0)
  assert.equal(element(Tag.integer, '7fffffff').smallInteger(), 2 ** 31 - 1)
  for (const content of ['ff', '80000000', '0080000000', '0100000000']) {
    assert.equal(
      refusal(() => element(Tag.integer, content).smallInteger()),
      'asn1_value',
    )
  }
})

test('reads a BOOLEAN of exactly one byte', () => {
  assert.equal(element(Tag.boolean, 'ff').boolean(), true)
  assert.equal(element(Tag.boolean, '00').boolean(), false)
  for (const content of ['', '0000']) {
    assert.equal(
      refusal(() => element(Tag.boolean, content).boolean()),
      'asn1_value',
    )
  }
})

test('reads a BIT STRING that ends on a byte and refuses impossible unused bits [security C8]', () => {
  assert.deepEqual(
    Buffer.from(element(Tag.bitString, '00 aa bb').bits()),
    Buffer.from('aabb', 'hex'),
  )
  assert.deepEqual(Buffer.from(element(Tag.bitString, '00').bits()), Buffer.alloc(0))
  for (const content of ['', '08 00', '01', 'ff 00', '01 80']) {
    assert.equal(
      refusal(() => element(Tag.bitString, content).bits()),
      'asn1_value',
    )
  }
})

test('reads named bits from the most significant on', () => {
  assert.deepEqual([...element(Tag.bitString, '05 a0').namedBits()], [0, 2])
  assert.deepEqual([...element(Tag.bitString, '07 00 80').namedBits()], [8])
  assert.deepEqual([...element(Tag.bitString, '00').namedBits()], [])
})

const UTC = Tag.utcTime
const GENERALIZED = Tag.generalizedTime

for (const [tag, text, iso] of [
  [UTC, '500101000000Z', '1950-01-01T00:00:00.000Z'],
  [UTC, '991231235959Z', '1999-12-31T23:59:59.000Z'],
  [UTC, '000229120000Z', '2000-02-29T12:00:00.000Z'],
  [UTC, '491231235959Z', '2049-12-31T23:59:59.000Z'],
  [GENERALIZED, '19491231235959Z', '1949-12-31T23:59:59.000Z'],
  [GENERALIZED, '20500101000000Z', '2050-01-01T00:00:00.000Z'],
  [GENERALIZED, '00010101000000Z', '0001-01-01T00:00:00.000Z'],
  [GENERALIZED, '99991231235959Z', '9999-12-31T23:59:59.000Z'],
] as const) {
  test(`reads the time ${text} as ${iso} [security S12]`, () => {
    assert.equal(new Date(time(tag, text)).toISOString(), iso)
  })
}

for (const [tag, text] of [
  [UTC, '230229000000Z'],
  [UTC, '231301000000Z'],
  [UTC, '230001000000Z'],
  [UTC, '230100000000Z'],
  [UTC, '230431000000Z'],
  [UTC, '230101240000Z'],
  [UTC, '230101006000Z'],
  [UTC, '230101000060Z'],
  [UTC, '2301010000Z'],
  [UTC, '230101000000'],
  [UTC, '230101000000+0100'],
  [UTC, '230101000000Z\n'],
  [UTC, '-30101000000Z'],
  [UTC, '20230101000000Z'],
  [UTC, ''],
  [GENERALIZED, '230101000000Z'],
  [GENERALIZED, '20230101000000.5Z'],
  [GENERALIZED, '20230101000000'],
  [GENERALIZED, '20230229000000Z'],
  [GENERALIZED, '21000229000000Z'],
] as const) {
  test(`refuses the time ${JSON.stringify(text)} of tag ${tag} [security C8]`, () => {
    assert.equal(
      refusal(() => time(tag, text)),
      'asn1_value',
    )
  })
}

test('refuses a time of a type that holds no times', () => {
  assert.equal(
    refusal(() => time(Tag.printableString, '230101000000Z')),
    'asn1_value',
  )
})

test('reads every type of character string that names and SCEP attributes use', () => {
  for (const [tag, content, text] of [
    [Tag.utf8String, '5a c3 bc 72 69 63 68 f0 9f 8d 8e', 'Zürich🍎'],
    [Tag.printableString, '41 6e 6e 61', 'Anna'],
    [Tag.ia5String, '61 40 62', 'a@b'],
    [Tag.teletexString, '5a fc 72 69 63 68', 'Zürich'],
    [Tag.bmpString, '00 5a 00 fc d8 3c df 4e', 'Zü🍎'],
    [Tag.utf8String, '61 00 62', 'a\0b'],
    [Tag.utf8String, 'ef bb bf 61', '\ufeffa'],
    [Tag.utf8String, '', ''],
  ] as const) {
    assert.equal(element(tag, content).text(), text)
  }
})

test('joins the chunks of a character string', () => {
  const bytes = Buffer.from('2c0804016104036263640000'.slice(0, 4), 'hex')
  const chunks = Buffer.from('040161040362c3bc', 'hex')

  assert.equal(decode(Buffer.concat([bytes, chunks]), 'ber').text(), 'abü')
})

for (const [what, tag, content, code] of [
  ['malformed UTF-8', Tag.utf8String, 'c3 28', 'asn1_value'],
  ['an overlong UTF-8 form', Tag.utf8String, 'c0 80', 'asn1_value'],
  ['a surrogate in UTF-8', Tag.utf8String, 'ed a0 80', 'asn1_value'],
  ['a BMPString of three bytes', Tag.bmpString, '00 41 00', 'asn1_value'],
  ['an OCTET STRING as text', Tag.octetString, '41', 'asn1_unexpected'],
  ['a UniversalString', 0x1c, '00 00 00 41', 'asn1_unexpected'],
] as const) {
  test(`refuses ${what} [security C8]`, () => {
    assert.equal(
      refusal(() => element(tag, content).text()),
      code,
    )
  })
}

test('refuses a constructed element where a primitive belongs [security C8]', () => {
  for (const [tag, read] of [
    [Tag.integer, (e: Element) => e.integer()],
    [Tag.boolean, (e: Element) => e.boolean()],
    [Tag.oid, (e: Element) => e.oid()],
    [Tag.bitString, (e: Element) => e.bits()],
    [Tag.utcTime, (e: Element) => e.time()],
  ] as const) {
    const constructed = decode(Uint8Array.of(tag | 0x20, 3, tag, 1, 0), 'ber')
    assert.equal(
      refusal(() => read(constructed)),
      'asn1_unexpected',
    )
  }
})

test('refuses a primitive where a constructed element belongs [security C8]', () => {
  assert.equal(
    refusal(() => decode(Uint8Array.of(Tag.sequence, 2, 5, 0), 'ber').children),
    'asn1_unexpected',
  )
})
