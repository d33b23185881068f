import {
  getArray,
  getDict,
  getInteger,
  getString,
  type PlistDict,
} from '../protocol/plist/index.ts'
import type { Certificate } from '../protocol/x509/index.ts'
import { describePayload, nameOf } from './facts.ts'
import { type Session, takeStep } from './session.ts'
import { openSignedProfile, PROFILE_TYPE } from './signed-profile.ts'
import { refuse, SimError } from './sim-error.ts'
import type { HttpAnswer } from './transport.ts'

/** What the profile of phase 1 asks of the device. */
export interface ProfileService {
  /** Where phases 2 and 3 go. */
  readonly url: URL
  readonly deviceAttributes: readonly string[]
  readonly challenge: string | undefined
  readonly signer: Certificate
}

export interface Account {
  readonly name: string
  readonly password: string
}

/** Phase 1: the account holder signs in with HTTP Basic and gets the Profile Service profile. */
export const fetchProfileService = (
  session: Session,
  url: URL,
  account: Account,
): Promise<ProfileService> =>
  takeStep(session, { step: 'sign_in', title: 'Sign in and fetch the profile' }, async (send) => {
    const credentials = Buffer.from(`${account.name}:${account.password}`).toString('base64')
    const headers = { accept: PROFILE_TYPE, authorization: `Basic ${credentials}` }
    const answer = await send('enroll', { method: 'GET', url, headers })
    expectSignedIn(answer)
    const { profile, signer } = openSignedProfile(answer, session)
    const service = { ...decodeProfileService(profile), signer }
    return {
      value: service,
      summary: `${account.name} signed in and is asked for ${service.deviceAttributes.join(', ')}`,
      detail: {
        profile: describePayload(profile),
        url: service.url.href,
        deviceAttributes: service.deviceAttributes,
        hasChallenge: service.challenge !== undefined,
        signer: nameOf(signer.subject),
      },
    }
  })

const expectSignedIn = ({ status }: HttpAnswer): void => {
  if (status !== 401 && status !== 403) return
  const message = `the server does not let the account sign in (${status})`
  throw new SimError('sign-in-refused', 'sign_in_refused', message, { detail: { status } })
}

// Apple, "Over-the-Air Profile Delivery": a bare payload of this type, whose content is a dict.
const decodeProfileService = (profile: PlistDict): Omit<ProfileService, 'signer'> => {
  if (getString(profile, 'PayloadType') !== 'Profile Service') {
    throw refuse('payload_type', 'the PayloadType is not Profile Service')
  }
  for (const key of ['PayloadIdentifier', 'PayloadUUID']) {
    if (!getString(profile, key)) throw refuse('payload_key_missing', `${key} is missing`)
  }
  if (getInteger(profile, 'PayloadVersion') !== 1) {
    throw refuse('payload_version', 'the PayloadVersion is not 1')
  }
  const content = getDict(profile, 'PayloadContent')
  const names = content && getArray(content, 'DeviceAttributes')
  if (content === undefined || names === undefined) {
    throw refuse('payload_key_missing', 'PayloadContent or its DeviceAttributes is missing')
  }
  return {
    url: decodeServiceUrl(getString(content, 'URL') ?? ''),
    deviceAttributes: names.map((name) => {
      if (typeof name === 'string') return name
      throw refuse('device_attributes', 'a name in DeviceAttributes is not a string')
    }),
    challenge: getString(content, 'Challenge'),
  }
}

const decodeServiceUrl = (text: string): URL => {
  const url = URL.parse(text)
  if (url?.protocol === 'https:') return url
  throw refuse('profile_url', 'the URL of the profile is not an https URL')
}
