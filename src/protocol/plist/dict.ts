import { ProtocolError } from '../../errors.ts'
import { isArray, isDict, type PlistDict, type PlistValue, Real } from './value.ts'

/** A dictionary in the order of `entries`, without those that are undefined. */
export function dict(entries: Readonly<Record<string, PlistValue | undefined>>): PlistDict {
  const result = new Map<string, PlistValue>()
  for (const [key, value] of Object.entries(entries)) {
    if (value !== undefined) result.set(key, value)
  }
  return result
}

/** `value`, or throws ProtocolError `plist_wrong_type` if it is not a dictionary. */
export function expectDict(value: PlistValue): PlistDict {
  if (isDict(value)) return value
  throw new ProtocolError('plist_wrong_type', 'the property list must be a dict')
}

// Each accessor returns undefined where the key is absent, and throws `plist_wrong_type` for another type.

export const getString = (dict: PlistDict, key: string): string | undefined =>
  get(dict, key, 'a string', isString)

export const getBoolean = (dict: PlistDict, key: string): boolean | undefined =>
  get(dict, key, 'a boolean', isBoolean)

export const getData = (dict: PlistDict, key: string): Uint8Array | undefined =>
  get(dict, key, 'data', isData)

export const getArray = (dict: PlistDict, key: string): readonly PlistValue[] | undefined =>
  get(dict, key, 'an array', isArray)

export const getDict = (dict: PlistDict, key: string): PlistDict | undefined =>
  get(dict, key, 'a dict', isDict)

/** A safe integer, or a real that holds one: profiles in the field have `<real>1</real>` as PayloadVersion. */
export function getInteger(dict: PlistDict, key: string): number | undefined {
  const value = dict.get(key)
  const number = value instanceof Real ? value.value : value
  if (number === undefined || (typeof number === 'number' && Number.isSafeInteger(number))) {
    return number
  }
  throw wrongType(key, 'a safe integer')
}

function get<T extends PlistValue>(
  dict: PlistDict,
  key: string,
  type: string,
  isType: (value: PlistValue) => value is T,
): T | undefined {
  const value = dict.get(key)
  if (value === undefined || isType(value)) return value
  throw wrongType(key, type)
}

const isString = (value: PlistValue) => typeof value === 'string'
const isBoolean = (value: PlistValue) => typeof value === 'boolean'
const isData = (value: PlistValue) => value instanceof Uint8Array

const wrongType = (key: string, type: string) =>
  new ProtocolError('plist_wrong_type', `${key} must be ${type}`)
