import { type MasterKey, randomToken } from '../../keys/index.ts'
import {
  type ChallengePurpose,
  type DeviceId,
  type EnrollmentId,
  type JsonValue,
  newId,
} from '../../model/index.ts'
import {
  type DistinguishedName,
  isDistinguishedName,
  type KeyPolicy,
  LEGACY_KEY_POLICY,
  STANDARD_KEY_POLICY,
} from '../../protocol/x509/index.ts'
import type { insertChallenge } from '../../store/index.ts'

/** Which keys a challenge may be spent with. Devices receive envelopes, so the key is RSA. */
const KEY_RULES = {
  rsa: { rsaBits: STANDARD_KEY_POLICY.rsaBits, curves: [] },
  'rsa-legacy': { rsaBits: LEGACY_KEY_POLICY.rsaBits, curves: [] },
} as const satisfies Record<string, KeyPolicy>

type KeyRule = keyof typeof KEY_RULES

/** What a challenge is bound to. */
export interface ChallengeOrder {
  readonly purpose: ChallengePurpose
  readonly enrollmentId: EnrollmentId
  readonly deviceId: DeviceId | null
  /** The subject that the certificate will have, whatever the request says. */
  readonly subject: DistinguishedName | null
  readonly keyRule: KeyRule
  readonly minutes: number
}

export interface MintedChallenge {
  /** 32 random bytes, base64url: for the device only. */
  readonly secret: string
  /** What is stored in its place. */
  readonly record: Parameters<typeof insertChallenge>[1]
}

/** Makes a challenge; it counts when `record` is stored. */
export const mintChallenge = (
  masterKey: MasterKey,
  now: number,
  order: ChallengeOrder,
): MintedChallenge => {
  const secret = randomToken()
  return {
    secret,
    record: {
      id: newId('challenge', now),
      hash: hashChallenge(masterKey, secret),
      purpose: order.purpose,
      enrollmentId: order.enrollmentId,
      deviceId: order.deviceId,
      subject: order.subject,
      keyPolicy: order.keyRule,
      createdAt: now,
      expiresAt: now + order.minutes * 60_000,
    },
  }
}

/** What a challenge is looked up by: nothing that is compared byte by byte is secret. */
export const hashChallenge = (masterKey: MasterKey, secret: string): string =>
  Buffer.from(masterKey.mac('challenge', Buffer.from(secret))).toString('hex')

/** Reads back what `mintChallenge` stored. */
export const parseSubject = (subject: JsonValue): DistinguishedName => {
  if (!isDistinguishedName(subject)) throw new Error('a challenge has no subject')
  return subject
}

/** Whether a challenge may be spent by an old device. */
export const allowsLegacy = (text: string): boolean => text === 'rsa-legacy'

export const parseKeyRule = (text: string): KeyPolicy => {
  if (text === 'rsa' || text === 'rsa-legacy') return KEY_RULES[text]
  throw new Error('a challenge has no key rule')
}
