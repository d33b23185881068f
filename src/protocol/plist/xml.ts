import { SaxesParser } from 'saxes'
import { ProtocolError } from '../../errors.ts'
import { MAX_COSTLY } from './limit.ts'
import { Tree } from './tree.ts'
import type { PlistValue } from './value.ts'

// Apple's document type and nothing else: without an internal subset there are no entities to expand.
const DOCTYPE =
  /^[\t\n\r ]+plist[\t\n\r ]+PUBLIC[\t\n\r ]+(["'])-\/\/Apple(?: Computer)?\/\/DTD PLIST 1\.0\/\/EN\1[\t\n\r ]+(["'])https?:\/\/www\.apple\.com\/DTDs\/PropertyList-1\.0\.dtd\2[\t\n\r ]*$/

// What costs saxes far more a character than elements and text do. Each ends where saxes ends it.
const COSTLY = /<!--.*?(?:-->|$)|<!\[CDATA\[.*?(?:\]\]>|$)|<\?.*?(?:\?>|$)|&#[^;]*|\r/gs

// The byte order mark stays: saxes skips one, and a second one is text before the root.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads an XML property list: UTF-8, one `<plist>` with one value. The DTD is Apple's
 * (PropertyList-1.0.dtd); saxes checks that the document is well-formed. Comments and
 * processing instructions mean nothing. Throws ProtocolError.
 */
export function parseXml(bytes: Uint8Array): PlistValue {
  const text = decodeUtf8(bytes)
  checkCost(text)
  const parser = new SaxesParser({ defaultXMLVersion: '1.0', forceXMLVersion: true })
  const tree = new Tree()
  // No more than these seven: with an eighth V8 makes the parser a dictionary, six times slower.
  parser.on('error', (cause) => {
    throw new ProtocolError('plist_malformed', 'expected a well-formed XML document', { cause })
  })
  parser.on('doctype', (doctype) => {
    if (!DOCTYPE.test(doctype)) {
      throw new ProtocolError('plist_doctype', "expected Apple's document type, without a subset")
    }
  })
  parser.on('attribute', ({ name, value }) => tree.attribute(name, value))
  parser.on('opentag', ({ name }) => tree.open(name))
  parser.on('text', (part) => tree.text(part))
  parser.on('cdata', (part) => tree.text(part))
  parser.on('closetag', ({ name }) => tree.close(name))
  parser.write(text.slice(0, MAX_COSTLY))
  // A document type, too, costs more than content does, and it comes before the root.
  if (!tree.hasRoot) throw malformed(`<plist> in the first ${MAX_COSTLY} characters`)
  parser.write(text.slice(MAX_COSTLY))
  const { version = '1.0', encoding = 'UTF-8' } = parser.xmlDecl
  if (version !== '1.0' || encoding.toUpperCase() !== 'UTF-8') throw malformed('XML 1.0 in UTF-8')
  parser.close()
  return tree.value()
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new ProtocolError('plist_malformed', 'expected UTF-8', { cause })
  }
}

/** Keeps the worst document within a few times the processor time and memory of an honest one of its size. */
function checkCost(text: string): void {
  if (text.length <= MAX_COSTLY) return
  let costly = 0
  for (const [match] of text.matchAll(COSTLY)) {
    costly += match.length
    if (costly > MAX_COSTLY) {
      throw new ProtocolError('plist_too_large', `more than ${MAX_COSTLY} characters of no content`)
    }
  }
}

const malformed = (expected: string) => new ProtocolError('plist_malformed', `expected ${expected}`)
