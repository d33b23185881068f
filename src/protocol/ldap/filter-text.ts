import { ProtocolError } from '../../errors.ts'
import type { Filter, FilterValue } from './filter.ts'

const MAX_DEPTH = 16

/** Reads a filter as administrators write it (RFC 4515). @throws ProtocolError `ldap_filter` */
export const parseFilter = (text: string): Filter => {
  const trimmed = text.trim()
  const reader = { text: trimmed.startsWith('(') ? trimmed : `(${trimmed})`, at: 0 }
  const filter = readFilter(reader, 0)
  if (reader.at !== reader.text.length) throw malformed()
  return filter
}

interface Reader {
  readonly text: string
  at: number
}

const malformed = (): ProtocolError =>
  new ProtocolError('ldap_filter', 'the filter is not one of RFC 4515')

const expect = (reader: Reader, character: string): void => {
  if (reader.text[reader.at] !== character) throw malformed()
  reader.at++
}

const readFilter = (reader: Reader, depth: number): Filter => {
  if (depth > MAX_DEPTH) throw malformed()
  expect(reader, '(')
  const filter = readInside(reader, depth)
  expect(reader, ')')
  return filter
}

const readInside = (reader: Reader, depth: number): Filter => {
  switch (reader.text[reader.at]) {
    case '&':
    case '|': {
      const kind = reader.text[reader.at] === '&' ? 'and' : 'or'
      reader.at++
      const filters: Filter[] = []
      while (reader.text[reader.at] === '(') filters.push(readFilter(reader, depth + 1))
      if (filters.length === 0) throw malformed()
      return { kind, filters }
    }
    case '!':
      reader.at++
      return { kind: 'not', filter: readFilter(reader, depth + 1) }
    default:
      return readItem(reader)
  }
}

const ATTRIBUTE = /^[A-Za-z][A-Za-z0-9-]*(;[A-Za-z0-9-]+)*$|^\d+(\.\d+)+$/
const RULE = /^([A-Za-z][A-Za-z0-9-]*|\d+(\.\d+)+)$/

/** Whether it can be the name of an attribute (RFC 4512 §2.5). */
const isAttribute = (text: string): boolean => ATTRIBUTE.test(text)

const readItem = (reader: Reader): Filter => {
  const end = reader.text.indexOf(')', reader.at)
  const item = reader.text.slice(reader.at, end < 0 ? undefined : end)
  reader.at += item.length
  const cut = item.indexOf('=')
  if (cut < 1) throw malformed()
  const [left, right] = [item.slice(0, cut), item.slice(cut + 1)]
  const operator = left.at(-1)
  if (operator === ':') return readMatches(left.slice(0, -1), right)
  const kind = COMPARISONS.get(operator ?? '')
  const attribute = kind === undefined ? left : left.slice(0, -1)
  if (!isAttribute(attribute)) throw malformed()
  if (kind !== undefined) return { kind, attribute, value: readValue(right) }
  if (right === '*') return { kind: 'present', attribute }
  if (!right.includes('*')) return { kind: 'equals', attribute, value: readValue(right) }
  return readSubstrings(attribute, right.split('*'))
}

const COMPARISONS: ReadonlyMap<string, 'least' | 'most' | 'like'> = new Map([
  ['>', 'least'],
  ['<', 'most'],
  ['~', 'like'],
])

const readSubstrings = (attribute: string, parts: readonly string[]): Filter => {
  const any = parts.slice(1, -1)
  if (any.includes('')) throw malformed()
  const perhaps = (part = ''): FilterValue | undefined =>
    part === '' ? undefined : readValue(part)
  return {
    ...{ kind: 'substrings', attribute, any: any.map(readValue) },
    ...{ initial: perhaps(parts[0]), final: perhaps(parts.at(-1)) },
  }
}

const readMatches = (left: string, right: string): Filter => {
  const [attribute = '', ...more] = left.split(':')
  const ofDn = more[0]?.toLowerCase() === 'dn'
  const [rule, ...rest] = ofDn ? more.slice(1) : more
  const isLegal =
    (attribute === '' || isAttribute(attribute)) &&
    (rule === undefined || RULE.test(rule)) &&
    rest.length === 0 &&
    (attribute !== '' || rule !== undefined)
  if (!isLegal) throw malformed()
  return {
    ...{ kind: 'matches', rule, value: readValue(right), ofDn },
    attribute: attribute === '' ? undefined : attribute,
  }
}

const readValue = (text: string): FilterValue => {
  if (/[(*\0]/.test(text) || /\\(?![0-9A-Fa-f]{2})/.test(text)) throw malformed()
  if (!text.includes('\\')) return text
  const parts = text.split(/\\([0-9A-Fa-f]{2})/)
  return Buffer.concat(parts.map((part, at) => Buffer.from(part, at % 2 === 1 ? 'hex' : 'utf8')))
}
