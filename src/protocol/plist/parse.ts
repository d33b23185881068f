import { ProtocolError } from '../../errors.ts'
import { parseBinary } from './binary.ts'
import { MAX_BYTES } from './limit.ts'
import type { PlistValue } from './value.ts'
import { parseXml } from './xml.ts'

const BINARY_MAGIC = Buffer.from('bplist00')

/**
 * Reads a property list, XML or binary. Throws ProtocolError: `plist_malformed`, `plist_doctype`,
 * `plist_duplicate_key`, `plist_out_of_range`, `plist_unsupported`, and for what is over a bound
 * `plist_too_deep` (64 levels) and `plist_too_large` (4 MiB, 100,000 values and keys, 2 MiB in one data).
 */
export function parsePlist(bytes: Uint8Array): PlistValue {
  if (bytes.length > MAX_BYTES) {
    throw new ProtocolError('plist_too_large', `longer than ${MAX_BYTES} bytes`)
  }
  const isBinary = BINARY_MAGIC.equals(bytes.subarray(0, BINARY_MAGIC.length))
  return isBinary ? parseBinary(bytes) : parseXml(bytes)
}
