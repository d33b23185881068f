import { ProtocolError } from '../../errors.ts'
import { MAX_DEPTH } from './limit.ts'
import { formatDate, isInteger64, isXmlText } from './scalar.ts'
import { isArray, isDict, type PlistDict, type PlistValue, type Real } from './value.ts'

const HEADER = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
`
// What needs neither escaping nor a closer look: most text, in one pass.
const PLAIN = /^[\t\n -%'-;=?-\uD7FF\uE000-\uFFFD]*$/

type Scalar = string | number | bigint | Date | Uint8Array | Real

const utf8 = new TextEncoder()

/**
 * Writes XML 1.0 in UTF-8 as Apple does: tabs, dictionaries in their order, dates cut to the second. Equal
 * values give equal bytes. Throws ProtocolError `plist_unrepresentable` for text that XML cannot carry,
 * numbers that are no safe integers, bigints beyond 64 bits, reals that are not finite, dates outside the
 * years 1 to 9999, and more than 64 levels.
 */
export function formatPlist(value: PlistValue): Uint8Array {
  return utf8.encode(`${HEADER}${formatElement(value, '')}</plist>\n`)
}

function formatElement(value: PlistValue, indent: string): string {
  if (isDict(value)) return formatDict(value, indent)
  if (isArray(value)) return formatArray(value, indent)
  if (typeof value === 'boolean') return `${indent}<${value}/>\n`
  const [tag, text] = formatScalar(value)
  return `${indent}<${tag}>${text}</${tag}>\n`
}

function formatScalar(value: Scalar): [tag: string, text: string] {
  if (typeof value === 'string') return ['string', escapeText(value)]
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw unrepresentable('a safe integer')
    return ['integer', String(value)]
  }
  if (typeof value === 'bigint') {
    if (!isInteger64(value)) throw unrepresentable('an integer of 64 bits')
    return ['integer', String(value)]
  }
  if (value instanceof Uint8Array) return ['data', base64(value)]
  if (value instanceof Date) {
    const text = formatDate(value)
    if (text === undefined) throw unrepresentable('a date in the years 1 to 9999')
    return ['date', text]
  }
  if (!Number.isFinite(value.value)) throw unrepresentable('a finite real')
  return ['real', Object.is(value.value, -0) ? '-0' : String(value.value)]
}

function formatDict(dict: PlistDict, indent: string): string {
  checkDepth(indent)
  if (dict.size === 0) return `${indent}<dict/>\n`
  const inner = `${indent}\t`
  let entries = ''
  for (const [key, value] of dict) {
    entries += `${inner}<key>${escapeText(key)}</key>\n${formatElement(value, inner)}`
  }
  return `${indent}<dict>\n${entries}${indent}</dict>\n`
}

function formatArray(array: readonly PlistValue[], indent: string): string {
  checkDepth(indent)
  if (array.length === 0) return `${indent}<array/>\n`
  const inner = `${indent}\t`
  let items = ''
  for (const value of array) items += formatElement(value, inner)
  return `${indent}<array>\n${items}${indent}</array>\n`
}

/** One tab is one level. */
function checkDepth(indent: string): void {
  if (indent.length >= MAX_DEPTH) throw unrepresentable(`at most ${MAX_DEPTH} levels`)
}

function escapeText(text: string): string {
  if (PLAIN.test(text)) return text
  if (!isXmlText(text)) throw unrepresentable('the characters of XML')
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      // XML 1.0 §2.11: a literal carriage return would be read as a line feed.
      .replaceAll('\r', '&#13;')
  )
}

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')

const unrepresentable = (expected: string) =>
  new ProtocolError('plist_unrepresentable', `expected ${expected}`)
