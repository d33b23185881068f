import { ProtocolError } from '../../errors.ts'
import { expectDict, type PlistDict, type PlistValue, parsePlist } from '../plist/index.ts'

/**
 * What a device says of itself in phases 2 and 3. Nothing of it is proved: the signature shows that an
 * Apple device sent it, not which one.
 */
export interface DeviceAttributes {
  readonly udid: string
  readonly serialNumber: string | undefined
  /** The build, e.g. `22A380`: Apple calls the attribute VERSION. */
  readonly build: string | undefined
  readonly product: string | undefined
  readonly imei: string | undefined
  readonly meid: string | undefined
  readonly iccid: string | undefined
  /** The challenge of the phase 1 profile; phase 3 does not send it. */
  readonly challenge: string | undefined
  /** All others as sent, e.g. DEVICE_NAME, and on a Mac NotOnConsole and UserShortName. */
  readonly others: ReadonlyMap<string, string>
}

const MAX_ATTRIBUTES = 64
const MAX_LENGTH = 1024
const NAMED = new Set([
  'UDID',
  'SERIAL',
  'VERSION',
  'PRODUCT',
  'IMEI',
  'MEID',
  'ICCID',
  'CHALLENGE',
])

/**
 * Reads the property list that a device signs.
 * @throws ProtocolError `plist_…`, `device_attributes`
 */
export const decodeDeviceAttributes = (content: Uint8Array): DeviceAttributes => {
  const values = expectDict(parsePlist(content))
  if (values.size > MAX_ATTRIBUTES) throw malformed('too many attributes')
  const others = new Map<string, string>()
  for (const [name, value] of values) {
    if (!NAMED.has(name)) others.set(name, text(name, value))
  }
  const udid = attribute(values, 'UDID')
  if (udid === undefined) throw malformed('UDID is missing')
  return {
    udid,
    serialNumber: attribute(values, 'SERIAL'),
    build: attribute(values, 'VERSION'),
    product: attribute(values, 'PRODUCT'),
    imei: attribute(values, 'IMEI'),
    meid: attribute(values, 'MEID'),
    iccid: attribute(values, 'ICCID'),
    challenge: attribute(values, 'CHALLENGE'),
    others,
  }
}

// A Mac sends empty strings for what it does not have.
const attribute = (values: PlistDict, name: string): string | undefined => {
  const value = values.get(name)
  if (value === undefined || value === '') return undefined
  if (typeof value !== 'string') throw malformed(`${name} is not a string`)
  return text(name, value)
}

const text = (name: string, value: PlistValue): string => {
  const isScalar =
    typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number'
  if (!isScalar) throw malformed('an attribute is neither text, number nor boolean')
  const result = String(value)
  if (result.length > MAX_LENGTH || name.length > MAX_LENGTH) {
    throw malformed('an attribute is longer than 1,024 characters')
  }
  if (result.includes('\0') || name.includes('\0')) throw malformed('an attribute holds a NUL')
  return result
}

const malformed = (message: string): ProtocolError =>
  new ProtocolError('device_attributes', message)
