/**
 * A `<real>`. A plain number is always an `<integer>`: devices tell the two apart, so a template that is
 * read and written again must keep them apart too.
 */
export class Real {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

/**
 * A property list. Integers are numbers where they are safe, and bigints beyond that, from -2^63 to 2^64 - 1.
 * Dictionaries keep their order and are Maps, so that no key (`__proto__`) means anything but itself.
 */
export type PlistValue =
  | string
  | number
  | bigint
  | boolean
  | Date
  | Uint8Array
  | Real
  | readonly PlistValue[]
  | PlistDict

export type PlistDict = ReadonlyMap<string, PlistValue>

export const isDict = (value: PlistValue): value is PlistDict => value instanceof Map

// Array.isArray by itself does not narrow a readonly array away in the other branch.
export const isArray = (value: PlistValue): value is readonly PlistValue[] => Array.isArray(value)
