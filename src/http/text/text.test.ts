import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LANGUAGES } from '../../model/index.ts'
import { html } from '../html.ts'
import { formatCountdown, formatDate, preferredLanguage, TEXTS, type Texts } from './index.ts'

/** Every text of a catalogue by its path, with `P` where it takes a word and each plural form where it counts. */
const flatten = (value: unknown, path = ''): [path: string, text: string][] => {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value === 'function') return flatten(ask(value, path), path)
  if (typeof value !== 'object' || value === null) return []
  const entries = Object.entries(value)
  return entries.length === 0
    ? [[path, String(value)]]
    : entries.flatMap(([key, inner]) => flatten(inner, `${path}.${key}`))
}

const ask = (value: CallableFunction, path: string): unknown => {
  if (/\.(lead|leadMac|left)$/.test(path) && path.includes('guide')) {
    return [1, 2, 3, 11, 100].map((count) => value(count))
  }
  if (path.endsWith('.install')) return value({ name: 'P', signer: 'P', isVerified: false })
  return value(/hello|timeLeft/.test(path) ? html`P` : 'P')
}

const ENGLISH = new Map(flatten(TEXTS.en))

// Names, and words that two languages share.
const SHARED =
  /endonym|language$|direction|apple\.|effects\.(vpn|certificate)|attributes|handOver\.code/

for (const language of LANGUAGES.filter((one) => one !== 'en')) {
  test(`${language} says everything in its own words`, () => {
    const texts = flatten(TEXTS[language])

    assert.deepEqual(
      texts.map(([path]) => path),
      [...ENGLISH.keys()],
    )
    const same = texts.filter(
      ([path, text]) => !SHARED.test(path) && text.length > 4 && ENGLISH.get(path) === text,
    )
    assert.deepEqual(same, [])
  })

  test(`${language} names what it is given wherever English does`, () => {
    const lost = flatten(TEXTS[language]).filter(
      ([path, text]) => /\bP\b/.test(ENGLISH.get(path) ?? '') && !text.includes('P'),
    )
    assert.deepEqual(lost, [])
  })
}

test('chooses the form of a sentence that goes with the number', () => {
  const left = (texts: Texts, ...counts: number[]) => counts.map((n) => texts.guide.left(n))

  assert.deepEqual(left(TEXTS.en, 1, 7), ['1 step left', '7 steps left'])
  assert.deepEqual(left(TEXTS.fr, 0, 1, 2), ['encore 0 étape', 'encore 1 étape', 'encore 2 étapes'])
  assert.equal(new Set(left(TEXTS.ar, 1, 2, 3, 11)).size, 4)
})

test('writes Arabic from the right and everything else from the left', () => {
  assert.deepEqual(
    LANGUAGES.filter((language) => TEXTS[language].direction === 'rtl'),
    ['ar'],
  )
})

test('chooses the language by weight, then by order, and a region counts as its language', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['de', 'de'],
    ['de-CH', 'de'],
    ['DE-ch, en;q=0.9', 'de'],
    ['en;q=0.5, fr;q=0.8', 'fr'],
    ['fr;q=0.8, ja;q=0.8', 'fr'],
    ['pt-BR, pt;q=0.9, es;q=0.5', 'es'],
    ['ja;q=0, ar;q=0.001', 'ar'],
    ['ar-EG,ar;q=0.9', 'ar'],
    ['de; q=0.1, en ; q=0.2', 'en'],
    ['de;q=2, fr;q=0.1', 'fr'],
    ['de;q=x', undefined],
    ['en;q=0', undefined],
    ['*', undefined],
    ['', undefined],
    [',,;q=1', undefined],
    ['constructor', undefined],
    [`${'xx,'.repeat(40)}de`, undefined],
  ]
  for (const [header, expected] of cases) assert.equal(preferredLanguage(header), expected, header)
})

test('writes days and durations as the language does', () => {
  const time = Date.parse('2026-10-03T23:59:00Z')

  assert.equal(formatDate('en', time), '3 October 2026')
  assert.equal(formatDate('de', time), '3. Oktober 2026')
  assert.equal(formatDate('ja', time), '2026年10月3日')
  assert.equal(formatCountdown('en', 478_900), '7:58')
  assert.equal(formatCountdown('fr', 60_000), '1:00')
  assert.equal(formatCountdown('en', -1), '0:00')
})
