import { ProtocolError } from '../../errors.ts'
import { Element, type Source } from './element.ts'

/** `der`: definite, minimal lengths. `ber`: also indefinite lengths and padding after the value. */
export type EncodingRules = 'der' | 'ber'

/** Bounds on what a stranger may send: 256 KiB, 20,000 elements, 32 levels (64 in BER). */
const MAX_SIZE = 256 * 1024
const MAX_ELEMENTS = 20_000
const MAX_DEPTH = { der: 32, ber: 64 } as const

/**
 * Reads the one element that `bytes` holds. Elements inside it are read when they are asked for, except
 * below an indefinite length, whose end cannot be known otherwise.
 * @throws ProtocolError `asn1_…`; also later, while reading inside the element
 */
export const decode = (bytes: Uint8Array, rules: EncodingRules): Element => {
  if (bytes.length > MAX_SIZE) throw new ProtocolError('asn1_too_large', 'more than 256 KiB')
  const source: Source = {
    bytes,
    rules,
    maxDepth: MAX_DEPTH[rules],
    elementsLeft: MAX_ELEMENTS,
  }
  const element = Element.read(source, 0, bytes.length, 0)
  for (let i = element.end; i < bytes.length; i++) {
    if (rules === 'der' || !isPadding(bytes[i])) {
      throw new ProtocolError('asn1_trailing', 'bytes after the end of the value')
    }
  }
  return element
}

// Senders pad messages with zeros and line ends.
const isPadding = (byte: number | undefined): boolean =>
  byte === 0 || byte === 0x0a || byte === 0x0d || byte === 0x20 || byte === 0x09
