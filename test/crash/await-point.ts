import { globSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../src/', import.meta.url))

/** An `await` of the source: a place where a process may end with one thing done and the next not begun. */
export interface AwaitPoint {
  /** File, line and what is awaited: `service/ca/issue.ts:192 signer.sign`. */
  readonly name: string
  /** Where `await` stands in the text. */
  readonly at: number
  /** What is awaited. */
  readonly start: number
  readonly end: number
}

/** The files of the issue and phase paths. */
export const PATH_FILES: readonly string[] = globSync(
  ['http/device/*.ts', 'service/{ca,enrollment}/*.ts', 'store/transact.ts'],
  { cwd: ROOT, exclude: ['**/*.test.ts'] },
).sort()

export const findAwaitPoints = (file: string): readonly AwaitPoint[] =>
  scan(file, readFileSync(`${ROOT}${file}`, 'utf8'))

/** Its path below `src`, if the file is one of those. */
export const pathFileOf = (url: string): string | undefined => {
  if (!url.startsWith('file:')) return undefined
  const file = relative(ROOT, fileURLToPath(url))
  return PATH_FILES.includes(file) ? file : undefined
}

/** The text with a call of `reach(name)` in front of everything that is awaited; lines stay lines. */
export const instrument = (file: string, text: string, importing: string): string => {
  const insertions = scan(file, text).flatMap(({ name, start, end }) => [
    { at: start, text: `(reach(${JSON.stringify(name)}), ` },
    { at: end, text: ')' },
  ])
  let out = text
  for (const insertion of insertions.toSorted((a, b) => b.at - a.at)) {
    out = out.slice(0, insertion.at) + insertion.text + out.slice(insertion.at)
  }
  return `import { reach } from ${JSON.stringify(importing)}; ${out}`
}

const scan = (file: string, text: string): readonly AwaitPoint[] => {
  const points: AwaitPoint[] = []
  const visible = blankOut(text)
  for (const { index, 0: word } of visible.matchAll(/\bawait\s+/g)) {
    const start = index + word.length
    if (/^using\b/.test(visible.slice(start)) || /\bfor\s+$/.test(visible.slice(0, index))) {
      throw new Error(`${file}: this form of await cannot be interrupted`)
    }
    const end = endOfOperand(visible, start)
    const line = text.slice(0, index).split('\n').length
    const awaited = /^(?:new\s+)?[\w.#!]*/.exec(text.slice(start, end).replaceAll(/\s+/g, ''))?.[0]
    points.push({ name: `${file}:${line} ${awaited}`, at: index, start, end })
  }
  return points
}

const blank = (text: string): string => text.replaceAll(/[^\n]/g, '_')

/** The text without what stands in comments and strings, every character at its place. */
const blankOut = (text: string): string =>
  text.replaceAll(/\/\/.*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, blank)

/** The end of a unary expression: names, members, calls and whatever stands in brackets. */
const endOfOperand = (text: string, start: number): number => {
  const prefix = /^new\s+/.exec(text.slice(start))?.[0] ?? ''
  let at = start + prefix.length
  for (;;) {
    const rest = text.slice(at)
    const part = /^(?:[\w$#]+|\s*\??\.(?=[\w#([]))/.exec(rest)?.[0]
    if (part !== undefined) at += part.length
    else if (/^[([{`]/.test(rest)) at = endOfGroup(text, at)
    else return at
  }
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

const endOfGroup = (text: string, start: number): number => {
  const expected: string[] = []
  for (let at = start; at < text.length; at++) {
    const character = text[at] ?? ''
    const closing = CLOSING[character]
    if (closing !== undefined) expected.push(closing)
    else if (character === '`') at = text.indexOf('`', at + 1)
    else if (')]}'.includes(character) && expected.pop() !== character) break
    if (expected.length === 0) return at + 1
  }
  throw new Error('brackets that do not match')
}
