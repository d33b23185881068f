import { dict, type PlistDict, type PlistValue } from '../plist/index.ts'

/** The keys that every profile and every payload has (Apple: TopLevel, CommonPayloadKeys). */
export interface PayloadHeader {
  /** Reverse-DNS; stays the same from version to version, so that an update replaces. */
  readonly identifier: string
  /** Upper-case UUID. */
  readonly uuid: string
  readonly displayName: string
  readonly description?: string | undefined
  readonly organization?: string | undefined
}

const header = (type: string, { identifier, uuid, ...shown }: PayloadHeader): PlistDict =>
  dict({
    PayloadType: type,
    PayloadVersion: 1,
    PayloadIdentifier: identifier,
    PayloadUUID: uuid,
    PayloadDisplayName: shown.displayName,
    PayloadDescription: shown.description,
    PayloadOrganization: shown.organization,
  })

const withKeys = (
  base: PlistDict,
  entries: Readonly<Record<string, PlistValue | undefined>>,
): PlistDict => new Map([...base, ...dict(entries)])

/**
 * The Profile Service profile of phase 1 (Apple, "Over-the-Air Profile Delivery"): a bare payload whose
 * `PayloadContent` is a dict. `challenge` is left out where it is empty.
 */
export const profileService = (
  options: PayloadHeader & {
    readonly url: string
    readonly deviceAttributes: readonly string[]
    readonly challenge: string
  },
): PlistDict =>
  withKeys(header('Profile Service', options), {
    PayloadContent: dict({
      URL: options.url,
      DeviceAttributes: options.deviceAttributes,
      Challenge: options.challenge === '' ? undefined : options.challenge,
    }),
  })

/** A Configuration profile around its payloads. */
export const configuration = (
  options: PayloadHeader & { readonly payloads: readonly PlistDict[] },
): PlistDict => withKeys(header('Configuration', options), { PayloadContent: options.payloads })

/** Bits of `Key Usage` in a SCEP payload. An OTA identity needs both: phase 3 encrypts to it. */
const SIGNING_AND_ENCRYPTION = 5

/** What a SCEP payload tells the device (Apple: `com.apple.security.scep`). */
export interface ScepPayload extends PayloadHeader {
  readonly url: string
  /** Travels as `message=` of GetCACert and GetCACaps; some servers insist that it is not empty. */
  readonly name: string
  /** Three levels: names, their parts, type and value. iOS refuses any other nesting. */
  readonly subject: readonly (readonly (readonly [type: string, value: string])[])[]
  readonly challenge: string
  /** Bits. */
  readonly keySize: number
  /** Over the DER of the CA certificate; its length tells the hash: 20 bytes SHA-1, 32 SHA-256. */
  readonly caFingerprint: Uint8Array
  /** With it the device does not ask GetCACaps. */
  readonly capabilities?: readonly string[] | undefined
}

export const scepPayload = (options: ScepPayload): PlistDict =>
  withKeys(header('com.apple.security.scep', options), {
    PayloadContent: dict({
      URL: options.url,
      Name: options.name,
      Subject: options.subject,
      Challenge: options.challenge === '' ? undefined : options.challenge,
      Keysize: options.keySize,
      'Key Type': 'RSA',
      'Key Usage': SIGNING_AND_ENCRYPTION,
      CAFingerprint: options.caFingerprint,
      GetCACaps: options.capabilities,
    }),
  })

/** The payload that asks for a password before the profile can be removed. */
export const removalPasswordPayload = (
  options: PayloadHeader & { readonly password: string },
): PlistDict =>
  withKeys(header('com.apple.profileRemovalPassword', options), {
    RemovalPassword: options.password,
  })

/**
 * The encrypted form of a Configuration profile (Apple: TopLevel, `EncryptedPayloadContent`): its keys
 * without `PayloadContent`, and the payload array inside a CMS envelope.
 */
export const encryptedConfiguration = (profile: PlistDict, envelope: Uint8Array): PlistDict => {
  const open = [...profile].filter(([key]) => key !== 'PayloadContent')
  return withKeys(new Map(open), { IsEncrypted: true, EncryptedPayloadContent: envelope })
}
