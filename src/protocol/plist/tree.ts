import { ProtocolError } from '../../errors.ts'
import { MAX_DEPTH, MAX_NODES } from './limit.ts'
import { parseData, parseDate, parseInteger, parseReal } from './scalar.ts'
import type { PlistValue } from './value.ts'

type Container =
  | { readonly kind: 'array'; readonly items: PlistValue[] }
  | { readonly kind: 'dict'; readonly entries: Map<string, PlistValue>; key: string | undefined }

/**
 * The value as it grows from the events of a well-formed document: saxes has matched the tags and refused a
 * second root. What is XML but no property list is refused here.
 */
export class Tree {
  #hasVersion = false
  #hasRoot = false
  #value: PlistValue | undefined
  readonly #containers: Container[] = []
  #nodes = 0
  /** The open element that holds text, and its text so far. */
  #leaf: string | undefined
  #text = ''

  get hasRoot(): boolean {
    return this.#hasRoot
  }

  /** The value, once the document has ended. */
  value(): PlistValue {
    if (this.#value === undefined) throw malformed('a value in <plist>')
    return this.#value
  }

  attribute(name: string, value: string): void {
    // The root's attributes come before the root opens.
    if (this.#hasRoot || this.#hasVersion || name !== 'version' || value !== '1.0') {
      throw malformed('no attribute but version="1.0" of <plist>')
    }
    this.#hasVersion = true
  }

  open(name: string): void {
    if (!this.#hasRoot) {
      if (name !== 'plist') throw malformed('<plist> as the root element')
      this.#hasRoot = true
      return
    }
    if (this.#leaf !== undefined) throw malformed('text only in an element that holds text')
    this.#nodes += 1
    if (this.#nodes > MAX_NODES) {
      throw new ProtocolError('plist_too_large', `more than ${MAX_NODES} values and keys`)
    }
    switch (name) {
      case 'array':
        this.#enter({ kind: 'array', items: [] })
        break
      case 'dict':
        this.#enter({ kind: 'dict', entries: new Map(), key: undefined })
        break
      case 'key':
      case 'string':
      case 'integer':
      case 'real':
      case 'date':
      case 'data':
      case 'true':
      case 'false':
        this.#leaf = name
        this.#text = ''
        break
      default:
        throw malformed('the elements of a property list only')
    }
  }

  text(part: string): void {
    if (this.#leaf !== undefined) this.#text += part
    else if (/[^\t\n\r ]/.test(part)) throw malformed('text only in an element that holds text')
  }

  close(name: string): void {
    if (this.#leaf !== undefined) {
      this.#leaf = undefined
      if (name === 'key') this.#key(this.#text)
      else this.#add(leafValue(name, this.#text))
      return
    }
    const container = this.#containers.pop()
    if (container?.kind === 'dict' && container.key !== undefined) {
      throw malformed('a value after each key')
    }
  }

  #enter(container: Container): void {
    this.#add(container.kind === 'dict' ? container.entries : container.items)
    if (this.#containers.length === MAX_DEPTH) {
      throw new ProtocolError('plist_too_deep', `more than ${MAX_DEPTH} levels`)
    }
    this.#containers.push(container)
  }

  #key(key: string): void {
    const parent = this.#containers.at(-1)
    if (parent?.kind !== 'dict' || parent.key !== undefined) {
      throw malformed('keys in front of the values of a dict only')
    }
    if (parent.entries.has(key)) {
      throw new ProtocolError('plist_duplicate_key', 'expected each key once')
    }
    parent.key = key
  }

  #add(value: PlistValue): void {
    const parent = this.#containers.at(-1)
    if (parent === undefined) {
      if (this.#value !== undefined) throw malformed('one value in <plist>')
      this.#value = value
    } else if (parent.kind === 'array') {
      parent.items.push(value)
    } else {
      if (parent.key === undefined) throw malformed('a key in front of each value of a dict')
      parent.entries.set(parent.key, value)
      parent.key = undefined
    }
  }
}

function leafValue(name: string, text: string): PlistValue {
  switch (name) {
    case 'string':
      return text
    case 'integer':
      return parseInteger(text)
    case 'real':
      return parseReal(text)
    case 'date':
      return parseDate(text)
    case 'data':
      return parseData(text)
    default:
      if (text !== '') throw malformed('nothing in <true> and <false>')
      return name === 'true'
  }
}

const malformed = (expected: string) => new ProtocolError('plist_malformed', `expected ${expected}`)
