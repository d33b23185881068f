import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusal } from '../../../test/codec/damage.ts'
import { decode, type Element, type EncodingRules, Tag } from './index.ts'

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')

/** Reads the element and everything inside it. */
const readAll = (text: string, rules: EncodingRules): Element => {
  const element = decode(hex(text), rules)
  visit(element)
  return element
}

const visit = (element: Element): void => {
  if (element.constructed) for (const child of element.children) visit(child)
}

const REFUSED_BY_BOTH: readonly (readonly [what: string, bytes: string, code: string])[] = [
  ['nothing', '', 'asn1_truncated'],
  ['a tag without a length', '30', 'asn1_truncated'],
  ['a length that is cut off', '30 82 01', 'asn1_truncated'],
  ['a value that is cut off', '04 03 01 02', 'asn1_truncated'],
  ['a child that is longer than its parent', '30 03 04 02 01', 'asn1_truncated'],
  ['a child that begins past the end of its parent', '30 01 04', 'asn1_truncated'],
  ['a length of five bytes', '04 85 00 00 00 00 01 00', 'asn1_length'],
  ['a length of 127 bytes', `04 ff ${'00'.repeat(127)}`, 'asn1_length'],
  ['a length of 4 GiB', '04 84 ff ff ff ff', 'asn1_truncated'],
  ['a tag number above 30', '1f 81 01 00', 'asn1_tag'],
  ['a primitive of indefinite length', '04 80 00 00', 'asn1_length'],
  ['another value after the end', '05 00 05 00', 'asn1_trailing'],
]

for (const [what, bytes, code] of REFUSED_BY_BOTH) {
  test(`refuses ${what}, in DER and in BER [security C8]`, () => {
    for (const rules of ['der', 'ber'] as const) {
      assert.equal(
        refusal(() => readAll(bytes, rules)),
        code,
        rules,
      )
    }
  })
}

const BER_ONLY: readonly (readonly [what: string, bytes: string, code: string])[] = [
  ['a length below 128 in the long form', '04 81 01 00', 'asn1_length'],
  ['a length with a leading zero', `04 82 00 80 ${'00'.repeat(128)}`, 'asn1_length'],
  ['a length of three bytes for 256', `04 83 00 01 00 ${'00'.repeat(256)}`, 'asn1_length'],
  ['an indefinite length', '30 80 05 00 00 00', 'asn1_length'],
  ['an indefinite length inside', '30 06 30 80 05 00 00 00', 'asn1_length'],
  ['zeros after the end', '05 00 00 00 00', 'asn1_trailing'],
  ['a line end after the end', '05 00 0d 0a', 'asn1_trailing'],
]

for (const [what, bytes, code] of BER_ONLY) {
  test(`takes ${what} in BER and refuses it in DER [security C8]`, () => {
    assert.equal(
      refusal(() => readAll(bytes, 'ber')),
      undefined,
    )
    assert.equal(
      refusal(() => readAll(bytes, 'der')),
      code,
    )
  })
}

test('finds the end of nested indefinite lengths and keeps the bytes as sent', () => {
  const bytes = hex('30 80 30 80 05 00 00 00 04 01 aa 00 00')
  const element = decode(bytes, 'ber')

  const [inner, octets] = element.children
  assert.deepEqual(element.bytes, bytes)
  assert.deepEqual(element.content, hex('30 80 05 00 00 00 04 01 aa'))
  assert.deepEqual(inner?.bytes, hex('30 80 05 00 00 00'))
  assert.deepEqual(inner.content, hex('05 00'))
  assert.deepEqual(octets?.octets(), hex('aa'))
})

test('keeps a tag of zero with a length apart from the end of contents', () => {
  assert.equal(decode(hex('30 80 00 01 07 00 00'), 'ber').children.length, 1)
})

for (const [what, bytes] of [
  ['no end of contents', '30 80 05 00'],
  ['half an end of contents', '30 80 05 00 00'],
  ['an end of contents outside the parent', '30 04 30 80 05 00 00 00'],
] as const) {
  test(`refuses an indefinite length with ${what} [security C8]`, () => {
    assert.equal(
      refusal(() => readAll(bytes, 'ber')),
      'asn1_truncated',
    )
  })
}

const CHUNKED: readonly (readonly [what: string, bytes: string, octets: string])[] = [
  ['no chunk', '24 00', ''],
  ['one chunk', '24 03 04 01 aa', 'aa'],
  ['several chunks', '24 80 04 01 aa 04 00 04 02 bb cc 00 00', 'aa bb cc'],
  ['chunks inside chunks', '24 80 24 05 04 01 aa 04 00 24 80 04 01 bb 00 00 00 00', 'aa bb'],
]

for (const [what, bytes, octets] of CHUNKED) {
  test(`joins an OCTET STRING of ${what}`, () => {
    assert.deepEqual(Buffer.from(decode(hex(bytes), 'ber').octets()), hex(octets))
  })
}

test('joins the chunks of an OCTET STRING under an IMPLICIT tag', () => {
  const element = decode(hex('a0 80 04 01 aa 04 01 bb 00 00'), 'ber')

  assert.deepEqual(Buffer.from(element.octets(element.tag)), hex('aa bb'))
})

test('refuses chunks that are no OCTET STRINGs [security C8]', () => {
  for (const bytes of ['24 80 02 01 00 00 00', '24 03 0c 01 61', '24 80 24 80 30 00 00 00 00 00']) {
    assert.equal(
      refusal(() => decode(hex(bytes), 'ber').octets()),
      'asn1_unexpected',
    )
  }
})

test('refuses an OCTET STRING in chunks in DER [security C8]', () => {
  assert.equal(
    refusal(() => decode(hex('24 03 04 01 aa'), 'der').octets()),
    'asn1_unexpected',
  )
})

const nest = (depth: number, identifier: number): Uint8Array => {
  const bytes = new Uint8Array(depth * 4)
  for (let i = 0; i < depth; i++) bytes.set([identifier, 0x80], i * 2)
  return bytes
}

const nestDefinite = (depth: number): Uint8Array => {
  let bytes = Buffer.from([0x30, 0x00])
  for (let i = 1; i < depth; i++) {
    bytes = Buffer.concat([
      Buffer.from([0x30, 0x82, bytes.length >> 8, bytes.length & 0xff]),
      bytes,
    ])
  }
  return bytes
}

test('refuses 30,000 indefinite lengths inside one another without a deep stack [security C8]', () => {
  for (const identifier of [0x30, 0x24, 0xa0]) {
    assert.equal(
      refusal(() => decode(nest(30_000, identifier), 'ber')),
      'asn1_too_deep',
    )
  }
})

test('refuses 10,000 definite lengths inside one another without a deep stack [security C8]', () => {
  const bytes = nestDefinite(10_000)
  for (const rules of ['ber', 'der'] as const) {
    assert.equal(
      refusal(() => visit(decode(bytes, rules))),
      'asn1_too_deep',
    )
  }
})

test('reads 64 levels below the outermost in BER, 32 in DER, and no more [security C8]', () => {
  assert.equal(
    refusal(() => decode(nest(65, 0x30), 'ber')),
    undefined,
  )
  assert.equal(
    refusal(() => decode(nest(66, 0x30), 'ber')),
    'asn1_too_deep',
  )
  const sequences = (depth: number): string => {
    let text = '0500'
    for (let i = 0; i < depth; i++) {
      text = `30${(text.length / 2).toString(16).padStart(2, '0')}${text}`
    }
    return text
  }
  assert.equal(
    refusal(() => readAll(sequences(32), 'der')),
    undefined,
  )
  assert.equal(
    refusal(() => readAll(sequences(33), 'der')),
    'asn1_too_deep',
  )
})

test('counts elements: 20,000 in one message and no more [security C8]', () => {
  const list = (count: number): Uint8Array => {
    const bytes = Buffer.alloc(count * 2 + 4, Buffer.from([0x05, 0x00]))
    return Buffer.concat([Buffer.from([0x30, 0x80]), bytes.subarray(0, count * 2), Buffer.alloc(2)])
  }
  assert.equal(decode(list(19_999), 'ber').children.length, 19_999)
  assert.equal(
    refusal(() => decode(list(20_000), 'ber')),
    'asn1_too_many',
  )
})

test('counts elements that are read when they are asked for [security C8]', () => {
  const content = Buffer.alloc(40_000, Buffer.from([0x05, 0x00]))
  const element = decode(Buffer.concat([Buffer.from([0x30, 0x82, 0x9c, 0x40]), content]), 'der')
  assert.equal(
    refusal(() => element.children),
    'asn1_too_many',
  )
})

test('refuses more than 256 KiB before it reads any of it [security C8]', () => {
  const octets = (size: number): Uint8Array => {
    const bytes = Buffer.alloc(size)
    bytes.set([0x04, 0x83, (size - 5) >> 16, ((size - 5) >> 8) & 0xff, (size - 5) & 0xff])
    return bytes
  }
  assert.equal(decode(octets(256 * 1024), 'der').octets().length, 256 * 1024 - 5)
  assert.equal(
    refusal(() => decode(octets(256 * 1024 + 1), 'der')),
    'asn1_too_large',
  )
  assert.equal(
    refusal(() => decode(new Uint8Array(256 * 1024 + 1), 'ber')),
    'asn1_too_large',
  )
})

test('reads children once, whatever is asked how often', () => {
  const element = decode(hex('30 04 05 00 05 00'), 'der')

  assert.equal(element.children, element.children)
})

test('takes fields in order and refuses one too many, one too few and another type', () => {
  const element = decode(hex('30 06 02 01 07 01 01 ff'), 'der')

  const fields = element.fields()
  assert.equal(fields.optional(Tag.boolean), undefined)
  assert.equal(fields.next(Tag.integer).smallInteger(), 7)
  assert.equal(
    refusal(() => fields.end()),
    'asn1_unexpected',
  )
  assert.equal(fields.optional(Tag.boolean)?.boolean(), true)
  assert.equal(
    refusal(() => fields.next()),
    'asn1_unexpected',
  )
  assert.doesNotThrow(() => fields.end())
  assert.equal(
    refusal(() => element.fields().next(Tag.boolean)),
    'asn1_unexpected',
  )
  assert.equal(
    refusal(() => element.fields(Tag.set)),
    'asn1_unexpected',
  )
})

test('wants exactly one element inside an EXPLICIT tag', () => {
  assert.equal(decode(hex('a0 02 05 00'), 'der').inner().tag, Tag.null)
  for (const bytes of ['a0 00', 'a0 04 05 00 05 00', '80 02 05 00']) {
    assert.equal(
      refusal(() => decode(hex(bytes), 'der').inner()),
      'asn1_unexpected',
    )
  }
})
