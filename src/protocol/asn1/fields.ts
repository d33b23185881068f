import { ProtocolError } from '../../errors.ts'
import type { Element } from './element.ts'

/** The fields of a SEQUENCE, taken in order. */
export class Fields {
  readonly #elements: readonly Element[]
  #position = 0

  constructor(elements: readonly Element[]) {
    this.#elements = elements
  }

  /** The next field, which must be there and, if `tag` is given, have that tag. */
  next(tag?: number): Element {
    const element = this.#elements[this.#position]
    if (element === undefined) throw new ProtocolError('asn1_unexpected', 'a field is missing')
    this.#position++
    return tag === undefined ? element : element.is(tag)
  }

  /** The next field if it has that tag; otherwise it stays for the next call. */
  optional(tag: number): Element | undefined {
    const element = this.#elements[this.#position]
    if (element?.tag !== tag) return undefined
    this.#position++
    return element
  }

  /** Whatever is left. */
  rest(): readonly Element[] {
    const rest = this.#elements.slice(this.#position)
    this.#position = this.#elements.length
    return rest
  }

  /** Nothing may be left. */
  end(): void {
    if (this.#position < this.#elements.length) {
      throw new ProtocolError('asn1_unexpected', 'a field too many')
    }
  }
}
