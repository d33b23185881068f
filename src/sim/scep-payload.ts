import {
  getArray,
  getData,
  getDict,
  getInteger,
  getString,
  type PlistDict,
  type PlistValue,
} from '../protocol/plist/index.ts'
import type { DistinguishedName } from '../protocol/x509/index.ts'
import { refuse } from './sim-error.ts'

/** What a certificate is for: the enrollment itself, or something in the final profile. */
export type ScepPurpose = 'ota' | 'service'

/** What a SCEP payload tells the device to do. */
export interface ScepInstruction {
  readonly url: URL
  /** The CA identifier, sent as `message=`. */
  readonly name: string | undefined
  readonly subject: DistinguishedName
  readonly challenge: string | undefined
  /** Bits. */
  readonly keySize: number
  /** Bits: 1 signing, 4 encryption. */
  readonly keyUsage: number
  readonly caFingerprint: Uint8Array | undefined
  /** With it the device does not ask GetCACaps. */
  readonly capabilities: readonly string[] | undefined
}

export const isScepPayload = (payload: PlistDict): boolean =>
  payload.get('PayloadType') === 'com.apple.security.scep'

const KEY_SIZES = [1024, 2048, 4096]

/**
 * Reads a payload that keeps the rules of `lintPayloads`.
 * @throws SimError `scep_…`; ProtocolError `plist_wrong_type`
 */
export const decodeScepPayload = (payload: PlistDict): ScepInstruction => {
  const content: PlistDict = getDict(payload, 'PayloadContent') ?? new Map()
  if ((getString(content, 'Key Type') ?? 'RSA') !== 'RSA') {
    throw refuse('scep_key_type', 'the Key Type is not RSA')
  }
  // Apple: 1024 where nothing is said.
  const keySize = getInteger(content, 'Keysize') ?? 1024
  if (!KEY_SIZES.includes(keySize)) throw refuse('scep_key_size', 'the Keysize is not offered')
  const caFingerprint = getData(content, 'CAFingerprint')
  const identifier = getString(payload, 'PayloadIdentifier') ?? ''
  const subject = getArray(content, 'Subject')
  return {
    url: decodeScepUrl(getString(content, 'URL') ?? '', caFingerprint),
    name: getString(content, 'Name'),
    subject: subject === undefined ? [[['CN', identifier]]] : subject.map(decodeNames),
    challenge: getString(content, 'Challenge'),
    keySize,
    // Apple's clients ask for signing alone where nothing is said.
    keyUsage: getInteger(content, 'Key Usage') ?? 1,
    caFingerprint,
    capabilities: getArray(content, 'GetCACaps')?.map(decodeText),
  }
}

// Over plain HTTP nothing but the fingerprint says whose certificate GetCACert brings.
const decodeScepUrl = (text: string, caFingerprint: Uint8Array | undefined): URL => {
  const url = URL.parse(text)
  if (url?.protocol === 'https:') return url
  if (url?.protocol !== 'http:') throw refuse('scep_url', 'the SCEP URL is not an http(s) URL')
  if (caFingerprint === undefined) {
    throw refuse('scep_url_unprotected', 'an http URL for SCEP comes without CAFingerprint')
  }
  return url
}

const decodeNames = (names: PlistValue): DistinguishedName[number] => {
  if (!Array.isArray(names)) throw malformedSubject()
  return names.map((pair: PlistValue) => {
    if (!Array.isArray(pair)) throw malformedSubject()
    const [type, value]: readonly PlistValue[] = pair
    if (typeof type !== 'string' || typeof value !== 'string') throw malformedSubject()
    return [type, value] as const
  })
}

const malformedSubject = () => refuse('scep_subject', 'the Subject is not three levels of arrays')

const decodeText = (value: PlistValue): string => {
  if (typeof value === 'string') return value
  throw refuse('scep_capabilities', 'a capability in GetCACaps is not a string')
}
