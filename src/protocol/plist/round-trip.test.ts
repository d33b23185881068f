import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { plain, readWithPlistlib, skipWithoutPlistlib } from '../../../test/codec/plistlib.ts'
import { formatPlist, type PlistValue, parsePlist, Real } from './index.ts'

const skipWithoutPython = { skip: skipWithoutPlistlib }

// What is markup, what XML forbids, and what is nearly either, far more often than chance has it.
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(']]>', '&', '<', '>', '&#0;', '&lt;', '<!--', '\r\n', '\u0085', '\uFEFF'),
      fc.constantFrom('\0', '\x1B', '\x1F', '\uFFFE', '\uFFFF', '\uD800', '\uDFFF', '__proto__'),
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(''))

const xmlText = anyText.filter(isXml)

const scalar = fc.oneof(
  xmlText,
  fc.maxSafeInteger(),
  fc.bigInt(-(2n ** 63n), 2n ** 64n - 1n).filter((value) => !Number.isSafeInteger(Number(value))),
  fc.boolean(),
  fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }).map((s) => new Date(s * 1000)),
  fc.uint8Array().map((bytes) => new Uint8Array(bytes)),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => new Real(value)),
)

const { tree } = fc.letrec<{ tree: PlistValue }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    scalar,
    fc.array(tie('tree')),
    fc.array(fc.tuple(xmlText, tie('tree'))).map((entries) => new Map(entries)),
  ),
}))

test('reads back every tree that it writes [security O6]', () => {
  fc.assert(
    fc.property(tree, (value) => {
      assert.deepEqual(parsePlist(formatPlist(value)), value)
    }),
    { numRuns: 1000 },
  )
})

test('reads back, or refuses to write, 50,000 random strings [security O6]', () => {
  for (const text of fc.sample(anyText, { numRuns: 50_000, seed: 6 })) {
    if (isXml(text)) assert.equal(parsePlist(formatPlist(text)), text)
    else assert.throws(() => formatPlist(text), { code: 'plist_unrepresentable' })
  }
})

test(
  'plistlib reads the same from 50,000 random strings and keys [security O6]',
  skipWithoutPython,
  async () => {
    const texts = fc.sample(xmlText, { numRuns: 50_000, seed: 7 })
    const values = Array.from({ length: 100 }, (_, i) => {
      const batch = texts.slice(i * 500, (i + 1) * 500)
      return [batch, new Map(batch.map((text) => [text, text]))]
    })

    assert.deepEqual(await readWithPlistlib(values.map(formatPlist)), values.map(plain))
  },
)

test('plistlib reads the same from random trees [security O6]', skipWithoutPython, async () => {
  const values = fc.sample(tree, { numRuns: 1000, seed: 8 })

  assert.deepEqual(await readWithPlistlib(values.map(formatPlist)), values.map(plain))
})

/** XML 1.0 §2.2, in its own words. */
function isXml(text: string): boolean {
  return Array.from(text).every((character) => {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd
    return code < 0xd800 || (code > 0xdfff && code !== 0xfffe && code !== 0xffff)
  })
}
