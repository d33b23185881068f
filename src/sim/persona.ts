import type { Cipher } from '../protocol/cms/index.ts'

/**
 * How one kind of device behaves on the wire. What was captured from devices is told in docs/personas.md apart from
 * what is only known of them.
 */
export interface Persona {
  readonly name: PersonaName
  readonly title: string
  readonly product: string
  /** The build, e.g. `23B85`. */
  readonly build: string
  readonly deviceName: string
  /** The chip and its own number since 2018, before that a SHA-1 sum; a UUID on a Mac. */
  readonly udid:
    | { readonly kind: 'chip'; readonly chip: string }
    | { readonly kind: 'sha1' | 'uuid' }
  readonly serialNumberLength: number
  /** Whether it has a modem, and with it IMEI, MEID and ICCID. */
  readonly isCellular: boolean
  /** Attributes sent empty, where asked for, because the device does not have them. */
  readonly emptyAttributes: readonly string[]
  /** Attributes sent without being asked for. */
  readonly extraAttributes: Readonly<Record<string, string | boolean>>
  /** Bits of the RSA key that the device was born with. */
  readonly identityKeyBits: number
  readonly message: MessageShape
  readonly scep: ScepHabits
  /** Content encryption that the device can open in a final profile. */
  readonly profileCiphers: readonly Cipher[]
}

export type PersonaName = 'iphone' | 'ipad' | 'mac' | 'ios12' | 'ios4' | 'ios3'

/** How the device signs what it posts in phases 2 and 3. */
interface MessageShape {
  /** `bare`: BER of indefinite length, the signature directly over the content. */
  readonly form: 'signed-attributes' | 'bare'
  readonly hash: 'sha1' | 'sha256'
  /** Whether the certificate of the device CA comes along. */
  readonly hasChain: boolean
}

export interface ScepHabits {
  /** How often GetCACaps is asked as long as nothing comes back. */
  readonly capabilityQuestions: number
  /** What the device does then: give up, or ask by GET with 3DES and SHA-1. */
  readonly withoutCapabilities: 'stop' | 'defaults'
  /** Whether a list of capabilities without any SHA stops the device. */
  readonly needsHash: boolean
  /** What it takes where it is offered, rather than 3DES, SHA-1 and GET. */
  readonly knowsAes: boolean
  readonly knowsSha256: boolean
  readonly knowsPost: boolean
  /** Bits of the largest key that it makes, whatever the payload says. */
  readonly largestKey: number
  /** How often GetCACert, GetCACaps and PKIOperation are gone through for one certificate. */
  readonly runs: number
}

const MODERN_CIPHERS: readonly Cipher[] = [
  'aes-256-cbc',
  'aes-192-cbc',
  'aes-128-cbc',
  'des-ede3-cbc',
]

const IPHONE: Persona = {
  name: 'iphone',
  title: 'iPhone on iOS 26',
  product: 'iPhone15,2',
  build: '23B85',
  deviceName: 'iPhone',
  udid: { kind: 'chip', chip: '00008120' },
  serialNumberLength: 10,
  isCellular: true,
  emptyAttributes: [],
  extraAttributes: {},
  identityKeyBits: 2048,
  message: { form: 'signed-attributes', hash: 'sha256', hasChain: true },
  scep: {
    capabilityQuestions: 3,
    withoutCapabilities: 'stop',
    needsHash: true,
    knowsAes: true,
    knowsSha256: true,
    knowsPost: true,
    largestKey: 4096,
    runs: 1,
  },
  profileCiphers: MODERN_CIPHERS,
}

const IPAD: Persona = {
  ...IPHONE,
  name: 'ipad',
  title: 'iPad without a modem on iPadOS 26',
  product: 'iPad14,8',
  deviceName: 'iPad',
  udid: { kind: 'chip', chip: '00008112' },
  isCellular: false,
  identityKeyBits: 1024,
}

// Phase 2 as a Mac on macOS 13 sent it; its request for a certificate as mdmclient encrypted it in 2016 and 2017.
const MAC: Persona = {
  ...IPHONE,
  name: 'mac',
  title: 'Mac on macOS 26',
  product: 'Mac14,2',
  build: '25B78',
  deviceName: 'MacBook Air',
  udid: { kind: 'uuid' },
  isCellular: false,
  emptyAttributes: ['IMEI', 'MEID'],
  extraAttributes: {
    NotOnConsole: false,
    UserID: 'D9DD912C-1B1E-413F-86A5-3BE29F13AB2D',
    UserLongName: 'Anna Example',
    UserShortName: 'anna',
  },
  identityKeyBits: 1024,
  message: { form: 'bare', hash: 'sha1', hasChain: false },
  scep: { ...IPHONE.scep, knowsAes: false },
}

const IOS_12: Persona = {
  ...IPHONE,
  name: 'ios12',
  title: 'iPhone 6 on iOS 12',
  product: 'iPhone7,2',
  build: '16H88',
  udid: { kind: 'sha1' },
  serialNumberLength: 12,
  identityKeyBits: 1024,
  message: { form: 'signed-attributes', hash: 'sha1', hasChain: true },
  // Once to see whether the profile works, and once to install it.
  scep: { ...IPHONE.scep, knowsAes: false, runs: 2 },
}

const IOS_4: Persona = {
  ...IOS_12,
  name: 'ios4',
  title: 'iPhone 4 on iOS 4',
  product: 'iPhone3,1',
  build: '8A293',
  serialNumberLength: 11,
  message: { form: 'bare', hash: 'sha1', hasChain: true },
  scep: {
    capabilityQuestions: 3,
    withoutCapabilities: 'stop',
    needsHash: false,
    knowsAes: false,
    knowsSha256: false,
    knowsPost: true,
    largestKey: 2048,
    runs: 1,
  },
  // AES came with iOS 5.
  profileCiphers: ['des-ede3-cbc'],
}

const IOS_3: Persona = {
  ...IOS_4,
  name: 'ios3',
  title: 'iPhone 3GS on iOS 3.1',
  product: 'iPhone2,1',
  build: '7E18',
  scep: {
    ...IOS_4.scep,
    capabilityQuestions: 2,
    withoutCapabilities: 'defaults',
    knowsPost: false,
    largestKey: 1024,
  },
}

export const PERSONAS: Readonly<Record<PersonaName, Persona>> = {
  iphone: IPHONE,
  ipad: IPAD,
  mac: MAC,
  ios12: IOS_12,
  ios4: IOS_4,
  ios3: IOS_3,
}
