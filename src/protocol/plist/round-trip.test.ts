import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { mutations } from '../../../test/mutate.ts'
import { formatPlist, type PlistValue, parsePlist, Real } from './index.ts'

const fixtures = new URL('../../../test/fixtures/plist/', import.meta.url)

const hasPlistlib = spawnSync('python3', ['-c', 'import plistlib']).status === 0
const skipWithoutPython = hasPlistlib ? {} : { skip: 'python3 is absent' }

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
  () => {
    const texts = fc.sample(xmlText, { numRuns: 50_000, seed: 7 })
    const values = Array.from({ length: 100 }, (_, i) => {
      const batch = texts.slice(i * 500, (i + 1) * 500)
      return [batch, new Map(batch.map((text) => [text, text]))]
    })

    assert.deepEqual(readWithPlistlib(values.map(formatPlist)), values.map(plain))
  },
)

test('plistlib reads the same from random trees [security O6]', skipWithoutPython, () => {
  const values = fc.sample(tree, { numRuns: 1000, seed: 8 })

  assert.deepEqual(readWithPlistlib(values.map(formatPlist)), values.map(plain))
})

test(
  'plistlib reads the same from every damaged message that both accept [security W8 W9]',
  skipWithoutPython,
  () => {
    const binary = readFileSync(new URL('micromdm/sample2.binary.plist', fixtures))
    const comment = readFileSync(new URL('micromdm/xml/comment.plist', fixtures))
    const seeds = [binary, comment, formatPlist(parsePlist(binary))]
    const messages = [...mutations(10, seeds, 5000)]
    const theirs = readWithPlistlib(messages)

    const both = messages.flatMap((message, i) => {
      const ours = tryParse(message)
      return ours === undefined || theirs[i] === null ? [] : [{ i, ours, theirs: theirs[i] }]
    })
    for (const { i, ours, theirs } of both) assert.deepEqual(plain(ours), theirs, `message ${i}`)
    assert.ok(both.length > 250, `both accept ${both.length}`)
  },
)

function tryParse(message: Uint8Array): PlistValue | undefined {
  try {
    return parsePlist(message)
  } catch {
    return undefined
  }
}

/** XML 1.0 §2.2, in its own words. */
function isXml(text: string): boolean {
  return Array.from(text).every((character) => {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd
    return code < 0xd800 || (code > 0xdfff && code !== 0xfffe && code !== 0xffff)
  })
}

function readWithPlistlib(messages: readonly Uint8Array[]): unknown[] {
  const input = messages.flatMap((message) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(message.length)
    return [length, message]
  })
  const { status, stdout, stderr } = spawnSync('python3', [new URL('read.py', fixtures).pathname], {
    input: Buffer.concat(input),
    maxBuffer: 2 ** 30,
  })
  assert.equal(status, 0, stderr.toString())
  return stdout
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** The form in which read.py shows a tree. */
function plain(value: PlistValue): unknown {
  if (typeof value === 'string') return `string ${value}`
  if (typeof value === 'boolean') return value
  if (typeof value === 'number' || typeof value === 'bigint') return `integer ${value}`
  if (value instanceof Date) return `date ${Math.round(value.getTime() / 1000)}`
  if (value instanceof Uint8Array) return `data ${Buffer.from(value).toString('hex')}`
  if (value instanceof Map)
    return { dict: [...value].map(([key, entry]) => [plain(key), plain(entry)]) }
  if (value instanceof Real) {
    const bits = Buffer.alloc(8)
    bits.writeDoubleBE(value.value)
    return `real ${bits.toString('hex')}`
  }
  assert.ok(Array.isArray(value))
  return value.map(plain)
}
