import { ServiceError } from '../../errors.ts'
import {
  dict,
  expectDict,
  getArray,
  getDict,
  type PlistDict,
  type PlistValue,
} from '../../protocol/plist/index.ts'
import { lintConfiguration, removalPasswordPayload } from '../../protocol/profile/index.ts'
import { type DistinguishedName, isDistinguishedName } from '../../protocol/x509/index.ts'
import { fillIn, type Variables } from './variable.ts'

/** What surrounds the template. */
export interface ProfileSettings {
  /** Whether the profile cannot be removed (on supervised devices). */
  readonly locked: boolean
  /** Asked for before the profile can be removed. */
  readonly removalPassword: string | undefined
  /** Over the issuing CA's certificate, for every SCEP payload that leads to windfall. */
  readonly caFingerprint: Uint8Array
  /** For the same payloads, so that the device does not ask; undefined: it asks. */
  readonly capabilities: readonly string[] | undefined
}

/** Makes a challenge for a certificate with exactly this subject. */
export type MintChallenge = (subject: DistinguishedName) => string

const CHALLENGE = /\{\{\s*scep\.challenge\s*\}\}/

/**
 * The final profile of one device: the template with its variables filled in, a fresh challenge for each
 * SCEP payload that asks for one, and the lock.
 * @throws ServiceError unavailable `template_variable`, `template_value_missing`, `template_invalid`
 */
export const effectiveProfile = (
  template: PlistDict,
  options: {
    readonly settings: ProfileSettings
    readonly variables: Variables
    readonly mint: MintChallenge
  },
): PlistDict => {
  const { settings, variables, mint } = options
  const payloads = (getArray(template, 'PayloadContent') ?? []).map((payload) =>
    fillInPayload(expectDict(payload), { variables, mint, settings }),
  )
  const header = expectDict(fillIn(withoutContent(template), variables))
  const profile = lock(header, payloads, settings)
  const [fault] = lintConfiguration(profile)
  if (fault !== undefined) {
    const detail = `${fault.path}: ${fault.code}`
    throw new ServiceError('unavailable', 'template_invalid', detail)
  }
  return profile
}

const withoutContent = (template: PlistDict): PlistDict =>
  new Map([...template].filter(([key]) => key !== 'PayloadContent'))

const lock = (
  header: PlistDict,
  payloads: readonly PlistDict[],
  { locked, removalPassword }: ProfileSettings,
): PlistDict => {
  const keys: [string, PlistValue][] = [...header]
  const content = [...payloads]
  if (locked) keys.push(['PayloadRemovalDisallowed', true])
  if (removalPassword !== undefined) {
    keys.push(['HasRemovalPasscode', true])
    const identifier = `${header.get('PayloadIdentifier')}.removal-password`
    content.push(
      removalPasswordPayload({
        identifier,
        uuid: uuidOf(header),
        displayName: 'Removal password',
        password: removalPassword,
      }),
    )
  }
  return new Map([...keys, ['PayloadContent', content]])
}

// The same from delivery to delivery, so that an update replaces; and another than the profile's own.
const uuidOf = (header: PlistDict): string => {
  const own = String(header.get('PayloadUUID'))
  const last = own.at(-1) === '0' ? '1' : '0'
  return own.slice(0, -1) + last
}

const fillInPayload = (
  payload: PlistDict,
  options: {
    readonly variables: Variables
    readonly mint: MintChallenge
    readonly settings: ProfileSettings
  },
): PlistDict => {
  const { variables, mint, settings } = options
  const content =
    payload.get('PayloadType') === 'com.apple.security.scep' ? scep(payload) : undefined
  if (content === undefined) return expectDict(fillIn(payload, variables))
  const withoutChallenge = new Map([...content].filter(([key]) => key !== 'Challenge'))
  const filled = expectDict(fillIn(withoutChallenge, variables))
  const subject = getArray(filled, 'Subject')
  if (!isDistinguishedName(subject) || subject.length === 0) {
    throw new ServiceError('unavailable', 'template_invalid', 'a SCEP payload needs a Subject')
  }
  const rest = new Map([...payload].filter(([key]) => key !== 'PayloadContent'))
  return new Map([
    ...expectDict(fillIn(rest, variables)),
    [
      'PayloadContent',
      new Map([
        ...dict({ CAFingerprint: settings.caFingerprint, GetCACaps: settings.capabilities }),
        ...filled,
        ...dict({ Challenge: mint(subject) }),
      ]),
    ],
  ])
}

/** The content of a SCEP payload that asks windfall for a challenge. */
const scep = (payload: PlistDict): PlistDict | undefined => {
  const content = getDict(payload, 'PayloadContent')
  const challenge = content?.get('Challenge')
  return typeof challenge === 'string' && CHALLENGE.test(challenge) ? content : undefined
}
