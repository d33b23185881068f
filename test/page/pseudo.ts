import { type Html, html } from '../../src/http/html.ts'
import { TEXTS, type Texts } from '../../src/http/text/index.ts'

const isHtml = (value: object): value is Html => value.constructor.name === 'Html'

const wrap = (value: unknown, path: string): unknown => {
  if (path === '.language' || path === '.direction') return value
  if (typeof value === 'string') return `⟦${value}⟧`
  if (typeof value === 'function') {
    return (...given: readonly unknown[]) => wrap(value(...given), path)
  }
  if (typeof value !== 'object' || value === null) return value
  if (isHtml(value)) return html`⟦${value}⟧`
  if (Array.isArray(value)) return value.map((item) => wrap(item, path))
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, wrap(item, `${path}.${key}`)]),
  )
}

const isTexts = (value: unknown): value is Texts =>
  typeof value === 'object' && value !== null && 'apple' in value

const made = wrap(TEXTS.en, '')
if (!isTexts(made)) throw new Error('a catalogue became something else')

/** A language in which everything that the catalogue says stands in ⟦brackets⟧. */
export const PSEUDO: Texts = made

/** The words of a page, of its text and of what is read out, that stand outside of all brackets. */
export const findUnspoken = (page: string): readonly string[] => {
  const body = page.slice(page.indexOf('<body'))
  const spoken = [
    ...body.matchAll(/ (?:aria-label|title|alt|placeholder|data-up|data-copied)="([^"]*)"/g),
  ]
    .map(([, text = '']) => text)
    .concat(page.match(/<title>[^<]*/)?.[0].slice(7) ?? '')
    .concat(body.replaceAll(/<[^>]*>/g, '\n'))
  return spoken.flatMap((text) => {
    let depth = 0
    let outside = ''
    for (const character of text) {
      if (character === '⟧') depth -= 1
      if (depth === 0) outside += character
      if (character === '⟦') depth += 1
    }
    return outside.split(/[^\p{L}\p{N}]+/u).filter((word) => /\p{L}/u.test(word))
  })
}
