import { ProtocolError } from '../../errors.ts'
import {
  expectDict,
  getArray,
  getDict,
  getInteger,
  getString,
  type PlistDict,
} from '../plist/index.ts'

/** What is wrong with a profile: a stable code and, for people, where. */
export interface ProfileFault {
  readonly code: string
  readonly path: string
}

/**
 * The rules by which a device takes a Configuration profile or answers "Invalid Profile": the four keys
 * that every level needs, and identifiers and UUIDs that are unique within the profile.
 */
export const lintConfiguration = (profile: PlistDict): readonly ProfileFault[] => {
  const faults = lintHeader(profile, '')
  if (profile.get('PayloadType') !== 'Configuration') {
    faults.push({ code: 'payload_type', path: 'PayloadType' })
  }
  const payloads = collect(faults, 'PayloadContent', () =>
    getArray(profile, 'PayloadContent')?.map(expectDict),
  )
  if (payloads !== undefined) faults.push(...lintPayloads(payloads, profile))
  return faults
}

/** The rules for the payloads of a profile, also when they come out of `EncryptedPayloadContent`. */
export const lintPayloads = (
  payloads: readonly PlistDict[],
  profile: PlistDict,
): readonly ProfileFault[] => {
  const faults: ProfileFault[] = []
  const seen = new Set([profile.get('PayloadIdentifier'), profile.get('PayloadUUID')])
  for (const [index, payload] of payloads.entries()) {
    const path = `PayloadContent[${index}].`
    faults.push(...lintHeader(payload, path))
    for (const key of ['PayloadIdentifier', 'PayloadUUID']) {
      const value = payload.get(key)
      if (value === undefined) continue
      if (seen.has(value)) faults.push({ code: 'payload_duplicate', path: path + key })
      seen.add(value)
    }
    if (payload.get('PayloadType') === 'com.apple.security.scep') {
      faults.push(...lintScep(payload, path))
    }
  }
  return faults
}

const lintHeader = (payload: PlistDict, path: string): ProfileFault[] => {
  const faults: ProfileFault[] = []
  for (const key of ['PayloadType', 'PayloadIdentifier', 'PayloadUUID']) {
    if (!collect(faults, path + key, () => getString(payload, key))) {
      faults.push({ code: 'payload_key_missing', path: path + key })
    }
  }
  if (collect(faults, `${path}PayloadVersion`, () => getInteger(payload, 'PayloadVersion')) !== 1) {
    faults.push({ code: 'payload_version', path: `${path}PayloadVersion` })
  }
  return faults
}

const lintScep = (payload: PlistDict, path: string): readonly ProfileFault[] => {
  const faults: ProfileFault[] = []
  const at = `${path}PayloadContent.`
  const content = collect(faults, at, () => getDict(payload, 'PayloadContent'))
  if (content === undefined || !collect(faults, `${at}URL`, () => getString(content, 'URL'))) {
    return [...faults, { code: 'payload_key_missing', path: `${at}URL` }]
  }
  const subject = collect(faults, `${at}Subject`, () => getArray(content, 'Subject'))
  if (subject !== undefined && !isSubject(subject)) {
    faults.push({ code: 'scep_subject', path: `${at}Subject` })
  }
  const capabilities = content.get('GetCACaps')
  if (capabilities !== undefined && !Array.isArray(capabilities)) {
    faults.push({ code: 'scep_capabilities', path: `${at}GetCACaps` })
  }
  return faults
}

// iOS takes exactly three levels: [[["O", "ACME"]], [["CN", "x"]]].
const isSubject = (subject: readonly unknown[]): boolean =>
  subject.every(
    (names) =>
      Array.isArray(names) &&
      names.every(
        (pair: unknown) =>
          Array.isArray(pair) &&
          pair.length === 2 &&
          pair.every((part: unknown) => typeof part === 'string'),
      ),
  )

/** The value, or undefined and a fault where it has another type. */
const collect = <T>(faults: ProfileFault[], path: string, read: () => T): T | undefined => {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    faults.push({ code: error.code, path })
    return undefined
  }
}
