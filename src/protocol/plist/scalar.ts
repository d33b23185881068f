import { ProtocolError } from '../../errors.ts'
import { MAX_DATA_BYTES } from './limit.ts'
import { Real } from './value.ts'

const MIN_INTEGER = -(2n ** 63n)
const MAX_INTEGER = 2n ** 64n - 1n
/** The longest decimal and hexadecimal texts of a 64-bit number are shorter, sign aside. */
const MAX_DIGITS = 20

const INTEGER = /^[\t\n\r ]*([+-]?)(\d+|0[xX][\dA-Fa-f]+)[\t\n\r ]*$/
// One way to match any digits: a pattern that could divide them in many would try all of them.
const REAL = /^[\t\n\r ]*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?[\t\n\r ]*$/
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
// XML 1.0 §2.2, production 2, negated. A lone surrogate is no character.
const NOT_A_CHARACTER = /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u

/** Whether XML 1.0 can carry `text`: no control character but tab and line ends, no lone surrogate. */
export const isXmlText = (text: string): boolean => !NOT_A_CHARACTER.test(text)

/** Whether `value` fits 64 bits, signed or unsigned: what Apple's integers hold. */
export const isInteger64 = (value: bigint): boolean => value >= MIN_INTEGER && value <= MAX_INTEGER

/** A number where it is safe, else a bigint; throws `plist_out_of_range` beyond 64 bits. */
export function narrowInteger(value: bigint): number | bigint {
  if (!isInteger64(value)) throw outOfRange('an integer of 64 bits')
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** Throws `plist_out_of_range` for infinities and NaN. */
export function finiteReal(value: number): Real {
  if (!Number.isFinite(value)) throw outOfRange('a finite real')
  return new Real(value)
}

/** `YYYY-MM-DDTHH:MM:SSZ`, cut to the second; undefined outside the years 1 to 9999. */
export function formatDate(date: Date): string | undefined {
  if (Number.isNaN(date.getTime())) return undefined
  const year = date.getUTCFullYear()
  return year >= 1 && year <= 9999 ? `${date.toISOString().slice(0, 19)}Z` : undefined
}

/** Decimal, or hexadecimal after `0x`. */
export function parseInteger(text: string): number | bigint {
  const [, sign, digits] = INTEGER.exec(text) ?? []
  if (digits === undefined) throw new ProtocolError('plist_malformed', 'expected an integer')
  if (digits.length > MAX_DIGITS) throw outOfRange('an integer of 64 bits')
  const magnitude = BigInt(digits)
  return narrowInteger(sign === '-' ? -magnitude : magnitude)
}

export function parseReal(text: string): Real {
  if (!REAL.test(text)) throw new ProtocolError('plist_malformed', 'expected a real')
  return finiteReal(Number(text))
}

export function parseDate(text: string): Date {
  const date = new Date(DATE.test(text) ? text : Number.NaN)
  // Date accepts 30 February and 24:00 and moves them to the next day.
  if (formatDate(date) !== text) {
    throw new ProtocolError('plist_malformed', 'expected a date YYYY-MM-DDTHH:MM:SSZ')
  }
  return date
}

/** Canonical base64 with white space anywhere. */
export function parseData(text: string): Uint8Array {
  const compact = text.replace(/[\t\n\r ]+/g, '')
  const bytes = Buffer.from(compact, 'base64')
  // The decoder skips what it does not know and accepts missing padding; what it wrote back tells.
  if (bytes.toString('base64') !== compact) {
    throw new ProtocolError('plist_malformed', 'expected base64')
  }
  return copyData(bytes)
}

/** Plain bytes that share no memory with the message; throws `plist_too_large`. */
export function copyData(bytes: Uint8Array): Uint8Array {
  if (bytes.length > MAX_DATA_BYTES) {
    throw new ProtocolError('plist_too_large', `data is longer than ${MAX_DATA_BYTES} bytes`)
  }
  return new Uint8Array(bytes)
}

const outOfRange = (expected: string) =>
  new ProtocolError('plist_out_of_range', `expected ${expected}`)
